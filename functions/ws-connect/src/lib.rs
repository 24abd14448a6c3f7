//! `ws-connect`: opens a WebSocket for the owner of a ticket.

use adapters::Aws;
use adapters::tables::connections::Connections;
use domain::Error;
use domain::people::realtime::{Connection, check_room, is_ticket, ticket_hash, ticket_refused};
use runtime::config::{Config, ConfigError};
use runtime::socket::{SocketAnswer, SocketEvent};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    connections: Connections,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self { connections: Connections::new(aws, config.required("CONNECTIONS_TABLE")?) })
    }

    /// Uses up the ticket in the address and writes the connection it opens.
    ///
    /// # Errors
    ///
    /// 401 `ticket_invalid`, 429 `too_many_connections`, `unavailable`.
    pub async fn handle(&self, event: SocketEvent) -> Result<SocketAnswer, Error> {
        let now = runtime::clock::now();
        let text = event.query("ticket").filter(|text| is_ticket(text));
        let hash = ticket_hash(text.ok_or_else(ticket_refused)?);
        let ticket = self.connections.ticket(&hash).await?;
        let id = &event.request_context.connection_id;
        let connection = ticket.redeem(id, event.edge_host().as_deref(), now)?;
        let decide = |open: &[Connection]| check_room(open, now);
        self.connections.open(&hash, &connection, decide).await?;
        Ok(SocketAnswer::done())
    }
}
