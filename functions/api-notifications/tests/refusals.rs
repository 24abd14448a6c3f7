//! What `api-notifications` refuses, against the local AWS that `make test` brings up.

use adapters::tables::notifications::{Notifications, Reader};
use api_notifications::{App, router};
use axum::Router;
use domain::id::NotificationId;
use domain::people::notification::{Notification, NotificationKind, id_of};
use runtime::clock::now;
use serde_json::json;
use testkit::{Call, DEMO, Member, Outcome, Stack};

async fn notifications(stack: &Stack) -> Outcome<Notifications> {
    Ok(Notifications::new(&stack.aws().await, stack.output("AccountsTable")?.to_owned()))
}

async fn desk() -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(DEMO).await?;
    Ok((router(app), member, stack))
}

/// A notification that `member` has not read.
async fn told(stack: &Stack, member: &Member) -> Outcome<NotificationId> {
    let (at, notice_key) = (now(), format!("refusals/{}", member.user_id));
    let notification = Notification {
        id: id_of(&notice_key, at),
        at,
        kind: NotificationKind::ToppedUp,
        title: "Topped up".to_owned(),
        text: "Money was paid in.".to_owned(),
        pod_id: None,
        machine: None,
    };
    let (tenant_id, user_id) = (member.tenant_id.clone(), member.user_id.clone());
    let reader = Reader { tenant_id, user_id };
    notifications(stack).await?.mark_sent(&reader, &notice_key, at, Some(&notification)).await?;
    Ok(notification.id)
}

fn read(up_to: &str) -> Call {
    Call::post("/notifications/read", &json!({"up_to": up_to}))
}

#[tokio::test]
async fn a_page_is_asked_for_in_the_documented_way() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    for (query, code) in [
        ("limit=many", "invalid_query"),
        ("limit=-1", "invalid_query"),
        ("limit=256", "invalid_query"),
        ("page=2", "invalid_query"),
        ("cursor=newest", "invalid_query"),
        ("cursor=pod_01m7xj289xxdzepe4qvet7jvee", "invalid_query"),
        ("limit=0", "invalid_limit"),
        ("limit=51", "invalid_limit"),
    ] {
        let call = Call::get(&format!("/notifications?{query}"));
        call.by(&router, &member).await?.refused(400, code)?;
    }
    for limit in [1, 50] {
        let call = Call::get(&format!("/notifications?limit={limit}"));
        call.by(&router, &member).await?.with_status(200)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_mark_that_names_no_notification_is_refused() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    for body in [
        json!({}),
        json!({"up_to": 1}),
        json!({"up_to": "newest"}),
        json!({"up_to": "pod_01m7xj289xxdzepe4qvet7jvee"}),
        json!({"up_to": "note_01m7xj289xxdzepe4qvet7jvee", "from": "note_"}),
    ] {
        let call = Call::post("/notifications/read", &body);
        call.by(&router, &member).await?.refused(400, "invalid_body")?;
    }
    let large = read(&"x".repeat(20_000));
    large.by(&router, &member).await?.refused(413, "payload_too_large")
}

#[tokio::test]
async fn a_notification_of_nobody_or_of_somebody_else_is_404() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    let none = read("note_01m7xj289xxdzepe4qvet7jvee");
    none.by(&router, &member).await?.refused(404, "not_found")?;
    let other = stack.member(DEMO).await?;
    let theirs = read(told(&stack, &other).await?.as_str());
    theirs.by(&router, &member).await?.refused(404, "not_found")?;
    let list = Call::get("/notifications");
    let unread = list.by(&router, &other).await?.with_status(200)?;
    assert_eq!(unread["unread"], 1, "somebody else marked it as read");
    theirs.by(&router, &other).await?.with_status(204)?;
    Ok(())
}

#[tokio::test]
async fn nobody_but_a_member_has_notifications() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    let stranger = Member { host: stack.cardless().await?, ..member.clone() };
    let nowhere = Member { host: "nowhere.localhost".to_owned(), ..member };
    for call in [Call::get("/notifications"), read("note_01m7xj289xxdzepe4qvet7jvee")] {
        call.by_nobody(&router, DEMO).await?.refused(401, "unauthenticated")?;
        call.by(&router, &stranger).await?.refused(403, "not_a_member")?;
        call.by(&router, &nowhere).await?.refused(404, "tenant_not_found")?;
    }
    Ok(())
}
