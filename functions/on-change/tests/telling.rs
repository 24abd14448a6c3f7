//! Whom a change reaches, when some connections are gone or do not answer: the connections table of
//! the local AWS that `make test` brings up, and a gateway that records what it is sent.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use adapters::tables::connections::Connections;
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::people::realtime::{Channel, Ticket, check_room, ticket_hash, ticket_text};
use on_change::App;
use runtime::clock::now;
use runtime::ids::{entropy, secret};
use runtime::stream::StreamRecord;
use serde_json::{Value, json};
use testkit::{Outcome, Stack};
use tokio::net::TcpListener;

type Sent = Arc<Mutex<Vec<String>>>;

/// A gateway that keeps silent to `silent-…`, has lost `gone-…` and takes everything else. It
/// notes what it was asked: `POST live-…`.
#[expect(clippy::disallowed_methods, reason = "the gateway answers while the test asks")]
async fn gateway() -> Outcome<(String, Sent)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}/ws", listener.local_addr()?);
    let sent = Sent::default();
    let noted = Arc::clone(&sent);
    let router = Router::new().fallback(async move |request: Request| {
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        if let Ok(mut noted) = noted.lock() {
            noted.push(format!("{} {id}", request.method()));
        }
        if id.starts_with("silent") && request.method() == Method::POST {
            std::future::pending::<()>().await;
        }
        if id.starts_with("gone") { StatusCode::GONE } else { StatusCode::OK }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((endpoint, sent))
}

struct Person {
    tenant_id: TenantId,
    user_id: UserId,
}

impl Person {
    fn new() -> Outcome<Self> {
        let (tenant_id, user_id) =
            (TenantId::new(now(), entropy()?), UserId::new(now(), entropy()?));
        Ok(Self { tenant_id, user_id })
    }

    /// A connection of theirs that listens to their pods; returns its identifier.
    async fn listens(&self, connections: &Connections, kind: &str) -> Outcome<String> {
        let ticket = Ticket {
            tenant_id: self.tenant_id.clone(),
            user_id: self.user_id.clone(),
            mode: Mode::Sandbox,
            host: "localhost".to_owned(),
            expires_at: Ticket::expiry(now()),
        };
        let text = ticket_text(secret()?);
        let (hash, id) = (ticket_hash(&text), format!("{kind}-{text}"));
        connections.issue(&hash, &ticket).await?;
        let connection = ticket.redeem(&id, None, now())?;
        connections.open(&hash, &connection, |open| check_room(open, now())).await?;
        let pods = BTreeSet::from([Channel::Pods]);
        connections.change(&id, |connection| connection.subscribed(&pods)).await?;
        Ok(id)
    }

    /// A change of a pod of theirs.
    fn change(&self) -> Outcome<StreamRecord> {
        let golden = include_str!("../../../events/on-change/stream-pod-changed.json");
        let mut event: Value = serde_json::from_str(golden)?;
        let image = &mut event["dynamodb"]["NewImage"];
        let pod = image["id"]["S"].as_str().unwrap_or_default().to_owned();
        image["tenant_id"]["S"] = json!(self.tenant_id);
        image["user_id"]["S"] = json!(self.user_id);
        event["dynamodb"]["Keys"]["pk"]["S"] = json!(format!("{}#pod#{pod}", self.tenant_id));
        Ok(serde_json::from_value(event)?)
    }

    async fn open(&self, connections: &Connections) -> Outcome<usize> {
        Ok(connections.count(&self.tenant_id, &self.user_id, now()).await?)
    }
}

/// The function whose gateway is at `endpoint`, and its table.
async fn app(endpoint: &str) -> Outcome<(App, Connections)> {
    let stack = Stack::from_env()?;
    let config = stack.config().with("REALTIME_ENDPOINT", endpoint);
    Ok((App::new(&stack.aws().await, &config)?, stack.connections().await?))
}

fn noted(sent: &Sent) -> Outcome<BTreeSet<String>> {
    let sent = sent.lock().map_err(|_| "the gateway failed")?;
    Ok(sent.iter().cloned().collect())
}

#[tokio::test]
async fn every_connection_of_the_owner_is_told_and_nobody_elses() -> Outcome<()> {
    let (endpoint, sent) = gateway().await?;
    let (app, connections) = app(&endpoint).await?;
    let (owner, other) = (Person::new()?, Person::new()?);
    let namesake = Person { tenant_id: other.tenant_id.clone(), user_id: owner.user_id.clone() };
    let (one, two) =
        (owner.listens(&connections, "live").await?, owner.listens(&connections, "live").await?);
    other.listens(&connections, "live").await?;
    namesake.listens(&connections, "live").await?;
    app.handle(owner.change()?, now()).await?;
    let told = BTreeSet::from([format!("POST {one}"), format!("POST {two}")]);
    assert_eq!(noted(&sent)?, told);
    Ok(())
}

#[tokio::test]
async fn a_gone_connection_is_forgotten_and_a_silent_one_ended_while_the_others_are_told()
-> Outcome<()> {
    let (endpoint, sent) = gateway().await?;
    let (app, connections) = app(&endpoint).await?;
    let owner = Person::new()?;
    let live = owner.listens(&connections, "live").await?;
    let gone = owner.listens(&connections, "gone").await?;
    let silent = owner.listens(&connections, "silent").await?;
    app.handle(owner.change()?, now()).await?;
    let sent = noted(&sent)?;
    for asked in [
        format!("POST {live}"),
        format!("POST {gone}"),
        format!("POST {silent}"),
        format!("DELETE {silent}"),
    ] {
        assert!(sent.contains(&asked), "{asked} in {sent:?}");
    }
    assert_eq!((sent.len(), owner.open(&connections).await?), (4, 1));
    Ok(())
}

#[tokio::test]
async fn a_connection_that_can_neither_be_told_nor_ended_stays_listed() -> Outcome<()> {
    let nowhere = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let (app, connections) = app(&format!("http://{nowhere}/ws")).await?;
    let owner = Person::new()?;
    owner.listens(&connections, "live").await?;
    app.handle(owner.change()?, now()).await?;
    assert_eq!(owner.open(&connections).await?, 1);
    Ok(())
}
