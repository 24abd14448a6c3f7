//! `on-change`: pushes what changed in the tables to open WebSockets.
//!
//! A change is pushed to its owner's connections alone: the owner is read from the changed row
//! itself. A frame may come twice, since it carries the version of what it shows, so a batch that
//! failed half-way can be delivered again.

pub mod change;

use adapters::Aws;
use adapters::aws::sockets::{Delivery, Sockets};
use adapters::tables::connections::{Connections, Listener};
use domain::Error;
use futures_util::StreamExt;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::stream::StreamRecord;

use crate::change::Push;

/// Frames on their way at the same time: enough to reach 16,000 listeners in some seconds, few
/// enough for the memory of one function.
const AT_ONCE: usize = 32;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    connections: Connections,
    sockets: Sockets,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            connections: Connections::new(aws, config.required("CONNECTIONS_TABLE")?),
            sockets: Sockets::new(aws, &config.required::<String>("REALTIME_ENDPOINT")?),
        })
    }

    /// Pushes one change to the connections that listen.
    ///
    /// # Errors
    ///
    /// `internal` when the row cannot be read, `unavailable` when the listeners cannot be found. A
    /// connection that takes no frame is no error: it is ended.
    pub async fn handle(&self, record: StreamRecord, now: Timestamp) -> Result<(), Error> {
        let Some(push) = change::read(&record, now)? else {
            return Ok(());
        };
        let Push { audience, channel, frame } = push;
        let listeners = self.connections.listeners(&audience, channel).await?;
        if listeners.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_string(&frame)
            .map_err(|error| Error::broken("a frame cannot be written", error))?;
        let send = |listener| self.send(listener, &text);
        futures_util::stream::iter(listeners).for_each_concurrent(AT_ONCE, send).await;
        Ok(())
    }

    /// Sends a frame to one listener, and forgets one that is gone.
    async fn send(&self, listener: Listener, frame: &str) {
        if let Err(error) = self.try_to_send(&listener, frame).await {
            // It is still listed, so the next frame tries again.
            tracing::warn!(code = error.code, error = ?error, "a frame was not sent");
        }
    }

    async fn try_to_send(&self, listener: &Listener, frame: &str) -> Result<(), Error> {
        let id = &listener.connection_id;
        match self.sockets.send(id, frame).await {
            Ok(Delivery::Taken) => return Ok(()),
            Ok(Delivery::Gone) => {}
            Err(error) => {
                // Cut off, it connects again and reads what it missed.
                tracing::warn!(code = error.code, error = ?error, "a connection takes no frame");
                self.sockets.hang_up(id).await?;
            }
        }
        self.connections.lost(listener).await
    }
}
