//! `ws-disconnect`: forgets a WebSocket that ended. The gateway does not promise to tell of every
//! end, so `on-change` forgets what it finds gone, and every row has an end of its own.

use adapters::tables::connections::Connections;
use domain::Error;
use runtime::socket::{SocketAnswer, SocketEvent};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    /// Connections.
    pub connections: Connections,
}

impl App {
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
