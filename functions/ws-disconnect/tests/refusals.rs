//! What is left of a WebSocket after its end, against the local AWS that `make test` brings up.

use std::collections::BTreeSet;

use adapters::tables::connections::{Audience, Connections};
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::people::realtime::{Channel, Ticket, ticket_hash, ticket_text};
use runtime::clock::now;
use runtime::ids::{entropy, secret};
use runtime::socket::{SocketEvent, answer};
use serde_json::json;
use testkit::{Outcome, Stack};
use ws_disconnect::App;

async fn app() -> Outcome<(App, Connections)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    Ok((app, stack.connections().await?))
}

/// A person whom nobody knows.
fn somebody() -> Outcome<(TenantId, UserId)> {
    Ok((TenantId::new(now(), entropy()?), UserId::new(now(), entropy()?)))
}

/// Opens a connection of this person that listens to their pods; returns its identifier.
async fn open(
    connections: &Connections,
    (tenant_id, user_id): &(TenantId, UserId),
) -> Outcome<String> {
    let ticket = Ticket {
        tenant_id: tenant_id.clone(),
        user_id: user_id.clone(),
        mode: Mode::Sandbox,
        host: "demo.example".to_owned(),
        expires_at: Ticket::expiry(now()),
    };
    let (hash, id) = (ticket_hash(&ticket_text(secret()?)), ticket_text(secret()?));
    connections.issue(&hash, &ticket).await?;
    let connection = ticket.redeem(&id, None, now())?;
    connections.open(&hash, &connection, |_| Ok(())).await?;
    let pods = BTreeSet::from([Channel::Pods]);
    connections.change(&id, |connection| connection.subscribed(&pods)).await?;
    Ok(id)
}

/// The status that answers the end of a connection.
async fn end(app: &App, connection_id: &str) -> Outcome<u16> {
    let event: SocketEvent = serde_json::from_value(json!({
        "requestContext": {"connectionId": connection_id, "requestId": "r1"},
    }))?;
    Ok(answer(event, |event| app.handle(event)).await.status_code)
}

/// Which of a person's connections listen to their pods, and how many are open.
async fn left(
    connections: &Connections,
    (tenant_id, user_id): &(TenantId, UserId),
) -> Outcome<(Vec<String>, usize)> {
    let owner = Audience::Owner { tenant_id: tenant_id.clone(), user_id: user_id.clone() };
    let listeners = connections.listeners(&owner, Channel::Pods).await?;
    let ids = listeners.into_iter().map(|listener| listener.connection_id).collect();
    Ok((ids, connections.count(tenant_id, user_id, now()).await?))
}

#[tokio::test]
async fn the_end_of_a_connection_forgets_it_and_no_other_however_often_it_is_told() -> Outcome<()> {
    let ((app, connections), person) = (app().await?, somebody()?);
    let (ended, kept) = (open(&connections, &person).await?, open(&connections, &person).await?);
    assert_eq!(left(&connections, &person).await?.1, 2);
    for _ in 0..2 {
        assert_eq!(end(&app, &ended).await?, 200);
        assert_eq!(left(&connections, &person).await?, (vec![kept.clone()], 1));
    }
    let gone = connections.change(&ended, |_| None).await;
    assert_eq!(gone.map_err(|error| error.code), Err("connection_gone"));
    Ok(())
}

#[tokio::test]
async fn the_end_of_a_connection_that_was_never_open_changes_nothing() -> Outcome<()> {
    let ((app, connections), person) = (app().await?, somebody()?);
    let open = open(&connections, &person).await?;
    assert_eq!(end(&app, &ticket_text(secret()?)).await?, 200);
    assert_eq!(left(&connections, &person).await?, (vec![open], 1));
    Ok(())
}

#[tokio::test]
async fn an_end_that_cannot_be_noted_is_503() -> Outcome<()> {
    let nowhere = format!("no-table-{}", TenantId::new(now(), entropy()?).body());
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config().with("CONNECTIONS_TABLE", nowhere))?;
    assert_eq!(end(&app, &ticket_text(secret()?)).await?, 503);
    Ok(())
}
