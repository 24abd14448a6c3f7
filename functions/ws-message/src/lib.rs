//! `ws-message`: what a browser asks over its WebSocket. Every message is answered by one frame,
//! also one that makes no sense: the connection stays.

use adapters::Aws;
use adapters::tables::connections::Connections;
use contracts::realtime::{FrameV1, RequestV1};
use domain::people::realtime::Connection;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::socket::{SocketAnswer, SocketEvent};

/// The longest message read, in bytes; the longest honest one has some 80.
const MESSAGE_BYTES_MAX: usize = 512;

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
}

/// Reads a message.
///
/// # Errors
///
/// 400 `message_invalid`, 413 `message_too_large`.
pub fn read(event: &SocketEvent) -> Result<RequestV1, Error> {
    let invalid = |message: String| Error::invalid("message_invalid", message);
    if event.is_base64_encoded {
        return Err(invalid("A message is text, not bytes.".to_owned()));
    }
    let text = event.body.as_deref().unwrap_or_default();
    if text.len() > MESSAGE_BYTES_MAX {
        let message = format!("A message can have at most {MESSAGE_BYTES_MAX} bytes.");
        return Err(Error::new(Kind::TooLarge, "message_too_large", message));
    }
    serde_json::from_str(text)
        .map_err(|error| invalid(format!("The message could not be read: {error}.")))
}

impl App {
    /// Does what the message asks and answers it.
    ///
    /// # Errors
    ///
    /// `unavailable`, `internal`; a refusal is a frame.
    pub async fn handle(&self, event: SocketEvent) -> Result<SocketAnswer, Error> {
        let now = runtime::clock::now();
        let id = &event.request_context.connection_id;
        let frame = match read(&event) {
            Ok(request) => self.answer(id, &request, now).await?,
            Err(error) => FrameV1::Error { code: error.code.to_owned(), message: error.message },
        };
        let text = serde_json::to_string(&frame)
            .map_err(|error| Error::broken("a frame cannot be written", error))?;
        Ok(SocketAnswer::frame(text))
    }

    async fn answer(
        &self,
        id: &str,
        request: &RequestV1,
        now: Timestamp,
    ) -> Result<FrameV1, Error> {
        let decide = |connection: &Connection| match request {
            RequestV1::Subscribe { channels } => connection.subscribed(channels),
            RequestV1::Unsubscribe { channels } => connection.unsubscribed(channels),
            RequestV1::Ping => None,
        };
        if *request == RequestV1::Ping {
            return Ok(FrameV1::Pong { now });
        }
        let Connection { channels, .. } = self.connections.change(id, decide).await?;
        // Told after the write: what changes from here on finds the listener.
        Ok(FrameV1::Subscribed { channels, now: runtime::clock::now() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::people::realtime::Channel;

    use super::*;

    fn event(body: &str, is_base64_encoded: bool) -> SocketEvent {
        let context = r#"{"requestContext":{"connectionId":"c1","requestId":"r1"}}"#;
        let event: SocketEvent = serde_json::from_str(context).expect("an event");
        SocketEvent { body: Some(body.to_owned()), is_base64_encoded, ..event }
    }

    fn code(body: &str) -> Option<&'static str> {
        read(&event(body, false)).err().map(|error| error.code)
    }

    #[test]
    fn a_subscription_names_channels_and_each_counts_once() {
        let text = r#"{"type":"subscribe","channels":["pods","billing","pods"]}"#;
        let channels = BTreeSet::from([Channel::Pods, Channel::Billing]);
        assert_eq!(read(&event(text, false)).ok(), Some(RequestV1::Subscribe { channels }));
        assert_eq!(read(&event(r#"{"type":"ping"}"#, false)).ok(), Some(RequestV1::Ping));
    }

    #[test]
    fn whatever_else_is_a_refusal_of_the_message_alone() {
        for body in [
            "",
            "hello",
            "[]",
            "{}",
            r#"{"type":"shout"}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","channels":["everything"]}"#,
            r#"{"type":"subscribe","channels":"pods"}"#,
            r#"{"type":"subscribe","channels":["pods"],"user_id":"usr_1"}"#,
        ] {
            assert_eq!(code(body), Some("message_invalid"), "{body}");
        }
        assert_eq!(read(&event("cGluZw==", true)).err().map(|e| e.code), Some("message_invalid"));
    }

    #[test]
    fn a_message_of_513_bytes_is_too_large() {
        let padded = |bytes: usize| format!("{:<bytes$}", r#"{"type":"ping"}"#);
        assert_eq!(code(&padded(512)), None);
        assert_eq!(code(&padded(513)), Some("message_too_large"));
    }
}
