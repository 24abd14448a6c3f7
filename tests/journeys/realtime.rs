//! What a browser is told while it looks.

use std::collections::BTreeSet;

use domain::Mode;
use domain::id::SnapshotId;
use domain::people::realtime::{Channel, check_room, ticket_hash, ticket_text};
use runtime::clock::now;
use runtime::ids::{entropy, secret};
use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Socket, Stack, User, Visitor, until, versions};

async fn offer(user: &User) -> Outcome<Value> {
    user.offer("gpu=RTX%204090&gpu_count=1").await
}

/// The connection's next frame is the answer to a ping: it was told nothing before.
async fn hears_nothing(socket: &mut Socket) -> Outcome<()> {
    socket.send(r#"{"type":"ping"}"#).await?;
    assert_eq!(socket.next().await?["type"], "pong");
    Ok(())
}

#[tokio::test]
async fn a_user_watches_a_whole_deploy_and_nobody_else_does() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let owner = stack.visitor(DEMO).join().await?;
    let other = stack.visitor(DEMO).join().await?;
    let brief = stack.brief().await?;
    let mut told = owner.listen(&["pods", "billing"]).await?;
    let mut others = other.listen(&["pods", "billing"]).await?;
    // The owner's own identifier in another tenant is another person.
    let (ticket, _) = owner.unbought_ticket(&brief).await?;
    let mut elsewhere = stack.visitor(&brief).open(&ticket).await?;
    elsewhere.subscribe(&["pods", "billing"]).await?;

    let pod = owner.deploy(&offer(&owner).await?, None).await?;
    let mut frames = told.pod_until(&pod, "ready").await?;
    let token = owner.activation_token("trial").await?;
    owner.try_activate(&pod, &token).await?.with_status(200)?;
    frames.extend(told.pod_until(&pod, "running").await?);
    let states: Vec<_> = frames.iter().filter_map(|frame| frame["state"].as_str()).collect();
    assert_eq!((states.first(), states.last()), (Some(&"pending"), Some(&"running")));
    assert!(states.contains(&"provisioning") && states.contains(&"ready"), "{states:?}");
    let told_of: BTreeSet<_> =
        owner.events(&pod).await?.iter().filter_map(|event| event["sequence"].as_u64()).collect();
    assert_eq!(versions(&frames), told_of);
    let shown = owner.pod(&pod).await?;
    assert_eq!(frames.last().map(|frame| &frame["version"]), Some(&shown["version"]));

    // A stream keeps its order: once the other hears of their own pod, the owner's was handled.
    let own = other.deploy(&offer(&other).await?, None).await?;
    let first = others.frame("pod.changed", |_| true).await?;
    assert_eq!(first["pod_id"], own, "{first}");
    hears_nothing(&mut elsewhere).await
}

#[tokio::test]
async fn a_wallet_frame_says_what_the_account_says() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let mut told = user.listen(&["billing"]).await?;
    user.deploy(&offer(&user).await?, None).await?;
    let frame = told.frame("wallet.changed", |frame| frame["held_usd_micros"] != 0).await?;
    let wallet = user.wallet().await?;
    for key in ["available_usd_micros", "held_usd_micros", "granted_usd_micros"] {
        assert_eq!(frame[key], wallet[key], "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_browses_hears_of_a_new_snapshot_until_they_stop() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let connections = stack.connections().await?;
    let user = stack.visitor(DEMO).join().await?;
    let mut told = user.listen(&["offers", "system"]).await?;
    let mut idle = user.listen(&["pods"]).await?;
    let snapshot = SnapshotId::new(now(), entropy()?);
    connections.announce_snapshot(Mode::Sandbox, &snapshot).await?;
    let fits = |frame: &Value| frame["snapshot_id"] == snapshot.as_str();
    let frame = told.frame("offers.changed", fits).await?;
    assert_eq!(frame["mode"], "SANDBOX");
    hears_nothing(&mut idle).await?;

    told.send(r#"{"type":"unsubscribe","channels":["offers"]}"#).await?;
    let left = told.frame("subscribed", |_| true).await?;
    assert_eq!(left["channels"], json!(["system"]));
    idle.subscribe(&["offers"]).await?;
    let later = SnapshotId::new(now(), entropy()?);
    connections.announce_snapshot(Mode::Sandbox, &later).await?;
    idle.frame("offers.changed", |frame| frame["snapshot_id"] == later.as_str()).await?;
    hears_nothing(&mut told).await
}

#[tokio::test]
async fn after_a_broken_connection_a_read_and_the_frames_leave_no_gap() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let mut told = user.listen(&["pods"]).await?;
    let pod = user.deploy(&offer(&user).await?, None).await?;
    let before = told.pod_until(&pod, "provisioning").await?;
    // No goodbye: the line is cut.
    drop(told);
    user.settled(&pod, "ready").await?;

    let mut again = user.listen(&["pods"]).await?;
    let caught_up: BTreeSet<_> =
        user.events(&pod).await?.iter().filter_map(|event| event["sequence"].as_u64()).collect();
    let token = user.activation_token("trial").await?;
    user.try_activate(&pod, &token).await?.with_status(200)?;
    let after = versions(&again.pod_until(&pod, "running").await?);
    let mut known: BTreeSet<u64> = &versions(&before) | &caught_up;
    known.extend(&after);
    let last = after.last().copied().unwrap_or_default();
    assert_eq!(known, (1..=last).collect::<BTreeSet<_>>());
    assert!(caught_up.len() > before.len(), "nothing happened while the line was cut");
    again.close().await
}

/// The status that refuses a WebSocket with this query.
async fn refused(visitor: &Visitor, query: &str) -> Outcome<u16> {
    match visitor.try_open(query).await? {
        Ok(_) => Err(format!("{query} opened a WebSocket").into()),
        Err(status) => Ok(status),
    }
}

#[tokio::test]
async fn a_ticket_is_needed_and_opens_one_connection() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(DEMO);
    visitor.post_nothing("/realtime/tickets").await?.with_status(401)?;
    let user = visitor.join().await?;
    let elsewhere = user.at(&stack.brief().await?);
    elsewhere.post_nothing("/realtime/tickets").await?.refused(403, "not_a_member")?;
    let nowhere = user.at("no-such-broker.localhost");
    nowhere.post_nothing("/realtime/tickets").await?.refused(404, "tenant_not_found")?;

    let issued = user.post_nothing("/realtime/tickets").await?;
    assert_eq!(issued.header("cache-control"), "no-store");
    let issued = issued.with_status(201)?;
    assert_eq!(issued["path"], "/ws");
    let ticket = issued["ticket"].as_str().unwrap_or_default();
    let query = format!("?ticket={ticket}");
    // The function says 401; the local gateway tells every refusal as 403.
    for query in ["", "?ticket=", "?ticket=guess"] {
        assert!(matches!(refused(&visitor, query).await?, 401 | 403), "{query}");
    }
    assert!(matches!(refused(&elsewhere, &query).await?, 401 | 403));
    let mut socket = visitor.open(ticket).await?;
    assert!(matches!(refused(&visitor, &query).await?, 401 | 403));
    socket.ping().await?;
    socket.close().await?;
    let kept = stack.items_of(&["ConnectionsTable"]).await?;
    assert!(!kept.contains(ticket), "a table holds a ticket");
    Ok(())
}

#[tokio::test]
async fn what_makes_no_sense_is_told_and_the_connection_stays() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let mut socket = user.open(&user.ticket().await?).await?;
    let long = format!("{:<600}", r#"{"type":"ping"}"#);
    for (text, code) in [
        ("hello", "message_invalid"),
        (r#"{"type":"subscribe","channels":["everything"]}"#, "message_invalid"),
        (r#"{"type":"pod.changed"}"#, "message_invalid"),
        (&long, "message_too_large"),
    ] {
        socket.send(text).await?;
        let frame = socket.next().await?;
        assert_eq!((&frame["type"], &frame["code"]), (&json!("error"), &json!(code)), "{text}");
    }
    let ack = socket.subscribe(&["pods", "pods", "billing"]).await?;
    assert_eq!(ack["channels"], json!(["pods", "billing"]));
    assert!(ack["now"].is_string());
    hears_nothing(&mut socket).await
}

#[tokio::test]
async fn a_connection_that_ended_is_forgotten_told_or_not() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let connections = stack.connections().await?;
    let user = stack.visitor(DEMO).join().await?;
    let (text, ticket) = user.unbought_ticket(DEMO).await?;
    let count = async || connections.count(&ticket.tenant_id, &ticket.user_id, now()).await;

    // The gateway never told of the end of this one: it never knew it.
    let hash = ticket_hash(&text);
    let gone = ticket.redeem(&ticket_text(secret()?), None, now())?;
    connections.open(&hash, &gone, |open| check_room(open, now())).await?;
    let pods = BTreeSet::from([Channel::Pods]);
    connections.change(&gone.id, |connection| connection.subscribed(&pods)).await?;
    let mut alive = user.listen(&["pods"]).await?;
    assert_eq!(count().await?, 2);
    user.deploy(&offer(&user).await?, None).await?;
    alive.frame("pod.changed", |_| true).await?;
    let left = async |number| {
        until(&format!("{number} connections"), async || {
            Ok((count().await? == number).then_some(()))
        })
        .await
    };
    left(1).await?;
    alive.close().await?;
    left(0).await
}
