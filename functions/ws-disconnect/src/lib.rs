//! `ws-disconnect`: forgets a WebSocket that ended. The gateway does not promise to tell of every
//! end, so `on-change` forgets what it finds gone, and every row has an end of its own.

use adapters::Aws;
use adapters::tables::connections::Connections;
use domain::Error;
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

    /// Removes whatever is kept of the connection.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn handle(&self, event: SocketEvent) -> Result<SocketAnswer, Error> {
        self.connections.close(&event.request_context.connection_id).await?;
        Ok(SocketAnswer::done())
    }
}
