//! A browser's WebSocket.

use std::collections::BTreeSet;
use std::time::Duration;

use adapters::tables::connections::Connections;
use adapters::tables::tenants::Tenants;
use domain::Mode;
use domain::people::realtime::{Ticket, ticket_hash, ticket_text};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::HOST;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::{Outcome, Stack, User, Visitor};

/// How long a frame may take that must come.
const FRAME_WITHIN: Duration = Duration::from_secs(30);

/// An open WebSocket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Visitor {
    /// Tries to open a WebSocket at `/ws` with this query (`?ticket=…`); the inner error is the
    /// status that refused it.
    pub async fn try_open(&self, query: &str) -> Outcome<Result<Socket, u16>> {
        let address = self.stack.origin.trim_start_matches("http://");
        let mut request = format!("ws://{address}/ws{query}").into_client_request()?;
        request.headers_mut().insert(HOST, HeaderValue::from_str(&self.host)?);
        let tcp = TcpStream::connect(address).await?;
        match timeout(FRAME_WITHIN, tokio_tungstenite::client_async(request, tcp)).await? {
            Ok((stream, _)) => Ok(Ok(Socket { stream })),
            Err(Error::Http(response)) => Ok(Err(response.status().as_u16())),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a WebSocket with a ticket.
    pub async fn open(&self, ticket: &str) -> Outcome<Socket> {
        let opened = self.try_open(&format!("?ticket={ticket}")).await?;
        opened.map_err(|status| format!("/ws refused a ticket with {status}").into())
    }
}

impl User {
    /// Buys a ticket.
    pub async fn ticket(&self) -> Outcome<String> {
        let issued = self.post_nothing("/realtime/tickets").await?.with_status(201)?;
        Ok(issued["ticket"].as_str().unwrap_or_default().to_owned())
    }

    /// A ticket for this person's identifier in the tenant at `host`, which nobody bought.
    pub async fn unbought_ticket(&self, host: &str) -> Outcome<(String, Ticket)> {
        let tenants =
            Tenants::new(&self.stack.aws().await, self.stack.output("TenantsTable")?.to_owned());
        let tenant_id = tenants.id_at(host).await?.ok_or("there is no such tenant")?;
        let user_id = self.me().await?["user_id"].as_str().unwrap_or_default().parse()?;
        let expires_at = Ticket::expiry(runtime::clock::now());
        let host = host.to_owned();
        let ticket = Ticket { tenant_id, user_id, mode: Mode::Sandbox, host, expires_at };
        let text = ticket_text(runtime::ids::secret()?);
        self.stack.connections().await?.issue(&ticket_hash(&text), &ticket).await?;
        Ok((text, ticket))
    }

    /// Opens a WebSocket and listens to `channels`.
    pub async fn listen(&self, channels: &[&str]) -> Outcome<Socket> {
        let mut socket = self.open(&self.ticket().await?).await?;
        socket.subscribe(channels).await?;
        Ok(socket)
    }
}

impl Socket {
    /// Sends a text as it is.
    pub async fn send(&mut self, text: &str) -> Outcome<()> {
        Ok(self.stream.send(Message::text(text)).await?)
    }

    /// Listens to `channels` as well, and waits until the gateway says so.
    pub async fn subscribe(&mut self, channels: &[&str]) -> Outcome<Value> {
        self.send(&json!({"type": "subscribe", "channels": channels}).to_string()).await?;
        self.frame("subscribed", |_| true).await
    }

    /// The next frame.
    pub async fn next(&mut self) -> Outcome<Value> {
        loop {
            match timeout(FRAME_WITHIN, self.stream.next()).await? {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text)?),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Err(format!("no frame but {other:?}").into()),
            }
        }
    }

    /// The next frame of this type that fits, passing over others.
    pub async fn frame(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Outcome<Value> {
        loop {
            let frame = self.next().await?;
            if frame["type"] == kind && fits(&frame) {
                return Ok(frame);
            }
        }
    }

    /// Frames of a pod up to the one that says `state`.
    pub async fn pod_until(&mut self, pod_id: &str, state: &str) -> Outcome<Vec<Value>> {
        let mut frames = Vec::new();
        loop {
            let frame = self.frame("pod.changed", |frame| frame["pod_id"] == pod_id).await?;
            let reached = frame["state"] == state;
            frames.push(frame);
            if reached {
                return Ok(frames);
            }
        }
    }

    /// Sends a protocol ping and waits for its pong.
    pub async fn ping(&mut self) -> Outcome<()> {
        self.stream.send(Message::Ping(b"1".as_slice().into())).await?;
        match timeout(FRAME_WITHIN, self.stream.next()).await? {
            Some(Ok(Message::Pong(_))) => Ok(()),
            other => Err(format!("no pong but {other:?}").into()),
        }
    }

    /// Says goodbye and waits until the other side has.
    pub async fn close(mut self) -> Outcome<()> {
        self.stream.close(None).await?;
        while let Some(Ok(_)) = timeout(FRAME_WITHIN, self.stream.next()).await? {}
        Ok(())
    }
}

impl Stack {
    /// The connections table.
    pub async fn connections(&self) -> Outcome<Connections> {
        Ok(Connections::new(&self.aws().await, self.output("ConnectionsTable")?.to_owned()))
    }
}

/// The versions that frames tell of.
#[must_use]
pub fn versions(frames: &[Value]) -> BTreeSet<u64> {
    frames.iter().filter_map(|frame| frame["version"].as_u64()).collect()
}
