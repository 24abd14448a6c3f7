//! WebSocket functions: the gateway's events as far as we read them, and the answers it
//! understands.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>

use std::collections::HashMap;
use std::future::Future;

use domain::{Error, Kind};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

/// One event of a WebSocket: its opening, a message, its end.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketEvent {
    /// Which connection, and how it came.
    pub request_context: SocketContext,
    /// The message; only with a message.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether the message is base64 of bytes.
    #[serde(default)]
    pub is_base64_encoded: bool,
    /// Headers of the handshake; only at the opening.
    #[serde(default)]
    pub headers: Option<HashMap<String, String>>,
    /// The address's query; only at the opening.
    #[serde(default)]
    pub query_string_parameters: Option<HashMap<String, String>>,
}

/// Which connection an event belongs to.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketContext {
    /// The gateway's identifier of the connection.
    pub connection_id: String,
    /// The gateway's identifier of the event.
    #[serde(default)]
    pub request_id: String,
}

impl SocketEvent {
    /// A value of the address's query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get(name).map(String::as_str)
    }

    /// The host name the browser used, as the edge says; `None` where none stands in front.
    #[must_use]
    pub fn edge_host(&self) -> Option<String> {
        let headers = self.headers.as_ref()?;
        let named = |(name, _): &(&String, &String)| name.eq_ignore_ascii_case("x-forwarded-host");
        let (_, host) = headers.iter().find(named)?;
        Some(host.split_once(':').map_or(host.as_str(), |(name, _)| name).to_ascii_lowercase())
    }
}

/// What the gateway does with the event, and what it sends back over the connection.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketAnswer {
    /// At the opening, anything but 2xx refuses the connection.
    pub status_code: u16,
    /// A frame for the sender of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl SocketAnswer {
    /// It is done, and there is nothing to tell.
    #[must_use]
    pub fn done() -> Self {
        Self { status_code: 200, body: None }
    }

    /// It is done, and this is the answer.
    #[must_use]
    pub fn frame(text: String) -> Self {
        Self { status_code: 200, body: Some(text) }
    }
}

/// A refused or failed event, logged once.
fn refusal(error: &Error, request_id: &str) -> SocketAnswer {
    let status_code = match error.kind {
        Kind::Unauthenticated => 401,
        Kind::RateLimited => 429,
        Kind::Unavailable => 503,
        Kind::Broken => 500,
        _ => 400,
    };
    if status_code >= 500 {
        tracing::error!(request_id, code = error.code, error = ?error, "socket event failed");
    } else {
        tracing::info!(request_id, code = error.code, "socket event refused");
    }
    SocketAnswer { status_code, body: None }
}

/// Handles one event; an error becomes the status that refuses it.
pub async fn answer<F, Fut>(event: SocketEvent, handle: F) -> SocketAnswer
where
    F: FnOnce(SocketEvent) -> Fut,
    Fut: Future<Output = Result<SocketAnswer, Error>>,
{
    let request_id = event.request_context.request_id.clone();
    // Boxed, so that the futures of a whole function do not nest deeper than the compiler counts.
    let answer = Box::pin(handle(event)).await;
    answer.unwrap_or_else(|error| refusal(&error, &request_id))
}

/// Runs a WebSocket function until its environment is shut down.
///
/// # Errors
///
/// When the runtime's endpoint is gone.
pub async fn run<F, Fut>(handle: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(SocketEvent) -> Fut,
    Fut: Future<Output = Result<SocketAnswer, Error>>,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(|event: LambdaEvent<SocketEvent>| async move {
        Ok::<_, lambda_runtime::Error>(answer(event.payload, handle).await)
    }))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> SocketEvent {
        serde_json::from_str(text).expect("an event")
    }

    #[test]
    fn the_host_is_the_edges_without_a_port_and_in_lower_case() {
        let opening = event(
            r#"{"requestContext":{"connectionId":"c1"},"headers":{"X-Forwarded-Host":"Demo.Example:8080","Host":"x"}}"#,
        );
        assert_eq!(opening.edge_host().as_deref(), Some("demo.example"));
        let bare = event(r#"{"requestContext":{"connectionId":"c1"},"headers":{"Host":"x"}}"#);
        assert_eq!(bare.edge_host(), None);
    }

    #[test]
    fn a_refusal_becomes_its_status_without_a_word() {
        for (error, status) in [
            (Error::new(Kind::Unauthenticated, "ticket_invalid", "no"), 401),
            (Error::new(Kind::RateLimited, "too_many", "no"), 429),
            (Error::invalid("x", "no"), 400),
            (Error::unavailable("the table", "gone"), 503),
            (Error::broken("x", "y"), 500),
        ] {
            assert_eq!(refusal(&error, "r1"), SocketAnswer { status_code: status, body: None });
        }
    }
}
