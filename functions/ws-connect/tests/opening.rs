//! Who gets in, against the local AWS that `make test` brings up.

use adapters::tables::connections::Connections;
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::people::realtime::{Ticket, ticket_hash, ticket_text};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use runtime::ids::{entropy, secret};
use runtime::socket::{SocketEvent, answer};
use serde_json::json;
use testkit::{Outcome, Stack};
use ws_connect::App;

const HOST: &str = "demo.example";

async fn app() -> Outcome<(App, Connections)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    Ok((app, stack.connections().await?))
}

/// The text of a ticket of somebody new, with the ticket.
async fn ticket(connections: &Connections, expires_at: Timestamp) -> Outcome<(String, Ticket)> {
    let ticket = Ticket {
        tenant_id: TenantId::new(now(), entropy()?),
        user_id: UserId::new(now(), entropy()?),
        mode: Mode::Sandbox,
        host: HOST.to_owned(),
        expires_at,
    };
    let text = ticket_text(secret()?);
    connections.issue(&ticket_hash(&text), &ticket).await?;
    Ok((text, ticket))
}

/// The status that answers an opening with this query at this host.
async fn status(app: &App, query: serde_json::Value, host: &str) -> Outcome<u16> {
    let event: SocketEvent = serde_json::from_value(json!({
        "requestContext": {"connectionId": ticket_text(secret()?), "requestId": "r1"},
        "headers": {"X-Forwarded-Host": host},
        "queryStringParameters": query,
    }))?;
    Ok(answer(event, |event| app.handle(event)).await.status_code)
}

#[tokio::test]
async fn a_ticket_opens_one_connection_of_its_owner() -> Outcome<()> {
    let (app, connections) = app().await?;
    let (text, ticket) = ticket(&connections, Ticket::expiry(now())).await?;
    assert_eq!(status(&app, json!({"ticket": text}), HOST).await?, 200);
    assert_eq!(status(&app, json!({"ticket": text}), HOST).await?, 401);
    let open = connections.count(&ticket.tenant_id, &ticket.user_id, now()).await?;
    assert_eq!(open, 1);
    Ok(())
}

#[tokio::test]
async fn of_two_openings_with_one_ticket_at_once_one_is_refused() -> Outcome<()> {
    let (app, connections) = app().await?;
    let (text, _) = ticket(&connections, Ticket::expiry(now())).await?;
    let query = json!({"ticket": text});
    let (one, two) =
        tokio::join!(status(&app, query.clone(), HOST), status(&app, query.clone(), HOST));
    let mut both = [one?, two?];
    both.sort_unstable();
    assert_eq!(both, [200, 401]);
    Ok(())
}

#[tokio::test]
async fn no_ticket_a_wrong_one_an_old_one_and_another_hosts_are_401() -> Outcome<()> {
    let (app, connections) = app().await?;
    let unknown = ticket_text(secret()?);
    for query in [json!(null), json!({}), json!({"ticket": ""}), json!({"ticket": unknown})] {
        assert_eq!(status(&app, query.clone(), HOST).await?, 401, "{query}");
    }
    let (old, _) = ticket(&connections, now() - SignedDuration::from_millis(1)).await?;
    assert_eq!(status(&app, json!({"ticket": old}), HOST).await?, 401);
    let (text, _) = ticket(&connections, Ticket::expiry(now())).await?;
    assert_eq!(status(&app, json!({"ticket": text}), "other.example").await?, 401);
    // Refused there, it is still good where it was bought.
    assert_eq!(status(&app, json!({"ticket": text}), HOST).await?, 200);
    Ok(())
}

#[tokio::test]
async fn one_connection_past_the_limit_is_429_and_uses_up_no_ticket() -> Outcome<()> {
    let (app, connections) = app().await?;
    let (_, owner) = ticket(&connections, Ticket::expiry(now())).await?;
    let mut texts = Vec::new();
    for _ in 0..=domain::people::realtime::CONNECTIONS_MAX {
        let text = ticket_text(secret()?);
        connections.issue(&ticket_hash(&text), &owner).await?;
        texts.push(text);
    }
    let (last, first) = texts.split_last().ok_or("no tickets")?;
    for text in first {
        assert_eq!(status(&app, json!({"ticket": text}), HOST).await?, 200);
    }
    assert_eq!(status(&app, json!({"ticket": last}), HOST).await?, 429);
    assert!(connections.ticket(&ticket_hash(last)).await.is_ok());
    Ok(())
}
