//! Notices that are not mailed, against the local AWS that `make test` brings up.

use adapters::tables::notifications::{Notifications, Reader};
use contracts::notice::{NoticeV1, Recipient, SubjectV1};
use domain::id::{PodId, TenantId, UserId};
use domain::money::UsdMicros;
use on_notice::App;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{DEMO, Member, Outcome, Stack, fresh_key};

/// The sender that a deployment has unless told otherwise; `template.yaml` names it.
const MAIL_FROM: &str = "no-reply@gpubroker.invalid";

async fn app() -> Outcome<(App, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config().with("MAIL_FROM", MAIL_FROM))?;
    Ok((app, stack))
}

async fn notifications(stack: &Stack) -> Outcome<Notifications> {
    Ok(Notifications::new(&stack.aws().await, stack.output("AccountsTable")?.to_owned()))
}

fn to(member: &Member) -> Recipient {
    Recipient { tenant_id: member.tenant_id.clone(), user_id: member.user_id.clone() }
}

/// A notice to somebody under a key that nobody used.
fn notice(to: Recipient, subject: SubjectV1) -> Outcome<NoticeV1> {
    let Recipient { tenant_id, user_id } = to;
    Ok(NoticeV1 { key: format!("test#{}", fresh_key()?), tenant_id, user_id, subject })
}

/// Makes sure that a notice fails because there is no such `noun`, and counts as not mailed.
async fn has_no((app, stack): &(App, Stack), notice: NoticeV1, noun: &str) -> Outcome<()> {
    let (tenant_id, key) = (notice.tenant_id.clone(), notice.key.clone());
    let Err(error) = app.handle(notice, now()).await else {
        return Err(format!("{key} was mailed").into());
    };
    assert_eq!(error.code, "not_found", "{key}");
    assert!(error.message.contains(noun), "{key}: {}", error.message);
    assert!(!notifications(stack).await?.was_sent(&tenant_id, &key).await?, "{key}");
    Ok(())
}

#[tokio::test]
async fn a_notice_of_a_tenant_that_is_gone_is_not_found() -> Outcome<()> {
    let world = app().await?;
    let member = world.1.member(DEMO).await?;
    let to = Recipient { tenant_id: TenantId::new(now(), entropy()?), ..to(&member) };
    has_no(&world, notice(to, SubjectV1::AddressInUse)?, "tenant").await
}

#[tokio::test]
async fn a_notice_to_an_account_that_is_gone_or_of_another_tenant_is_not_found() -> Outcome<()> {
    let world = app().await?;
    let member = world.1.member(DEMO).await?;
    let nobody = Recipient { user_id: UserId::new(now(), entropy()?), ..to(&member) };
    has_no(&world, notice(nobody, SubjectV1::AddressInUse)?, "account").await?;
    let tenant_id = world.1.tenant_id(&world.1.cardless().await?).await?;
    let elsewhere = Recipient { tenant_id, ..to(&member) };
    has_no(&world, notice(elsewhere, SubjectV1::AddressInUse)?, "account").await
}

#[tokio::test]
async fn a_notice_of_a_pod_that_is_gone_is_not_found_whatever_it_says_of_it() -> Outcome<()> {
    let world = app().await?;
    let (member, pod_id) = (world.1.member(DEMO).await?, PodId::new(now(), entropy()?));
    for subject in [
        SubjectV1::ActivatePod { pod_id: pod_id.clone() },
        SubjectV1::PodRunning { pod_id: pod_id.clone() },
        SubjectV1::PodStopped { pod_id: pod_id.clone(), reason: None },
        SubjectV1::PodEnded { pod_id: pod_id.clone(), reason: None },
        SubjectV1::FundsLow { pod_id: pod_id.clone(), funded_until: now() },
    ] {
        has_no(&world, notice(to(&member), subject)?, "pod").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_notice_that_was_mailed_before_is_not_mailed_again() -> Outcome<()> {
    let (app, stack) = app().await?;
    let member = stack.member(DEMO).await?;
    let reader = Reader { tenant_id: member.tenant_id.clone(), user_id: member.user_id.clone() };
    let subject = SubjectV1::ToppedUp { amount_usd_micros: UsdMicros(5_000_000) };
    let notice = notice(to(&member), subject)?;
    let notifications = notifications(&stack).await?;
    notifications.mark_sent(&reader, &notice.key, now(), None).await?;
    app.handle(notice, now()).await?;
    // What is mailed is kept for its reader, and a member that is new has nothing else.
    assert!(notifications.list(&reader, None, 1).await?.is_empty());
    let account = stack.accounts().await?.find(&member.tenant_id, &member.user_id).await?;
    let email = account.ok_or("no account")?.account.email;
    assert!(stack.mails(email.as_str()).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_notice_of_which_nobody_can_tell_whether_it_was_mailed_is_unavailable() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let member = stack.member(DEMO).await?;
    let nowhere = format!("no-table-{}", member.user_id.body());
    let config = stack.config().with("MAIL_FROM", MAIL_FROM).with("ACCOUNTS_TABLE", nowhere);
    let app = App::new(&stack.aws().await, &config)?;
    let refused = app.handle(notice(to(&member), SubjectV1::AddressInUse)?, now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}
