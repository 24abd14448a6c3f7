//! `api-realtime`: tickets that open a WebSocket.

use std::sync::Arc;

use adapters::Aws;
use adapters::tables::connections::Connections;
use adapters::tables::tenants::Tenants;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::people::realtime::{Ticket, ticket_hash, ticket_text};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Host, Json, NoStore};
use serde::Serialize;
use utoipa::ToSchema;

/// Where the WebSocket is, on every tenant's own host.
const PATH: &str = "/ws";

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    connections: Connections,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            connections: Connections::new(aws, config.required("CONNECTIONS_TABLE")?),
        })
    }
}

/// A ticket, shown this once.
#[derive(Debug, Serialize, ToSchema)]
struct TicketView {
    /// Goes into the address: `/ws?ticket=…`. It opens one connection.
    ticket: String,
    /// When it ends.
    expires_at: Timestamp,
    /// The path of the WebSocket on this host.
    #[schema(example = "/ws")]
    path: &'static str,
}

runtime::api! {
    (issue_ticket),
}

/// Issues a ticket that opens one WebSocket within 30 seconds.
#[utoipa::path(
    post, path = "/api/v2/realtime/tickets", tag = "realtime", security(("access_token" = [])),
    responses(
        (status = 201, body = TicketView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
async fn issue_ticket(
    State(app): State<Arc<App>>,
    caller: Caller,
    host: Host,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let ticket = Ticket {
        tenant_id: caller.tenant_id().clone(),
        user_id: caller.user_id().clone(),
        mode: caller.mode(),
        host: host.0,
        expires_at: Ticket::expiry(now),
    };
    let text = ticket_text(runtime::ids::secret()?);
    app.connections.issue(&ticket_hash(&text), &ticket).await?;
    let view = TicketView { ticket: text, expires_at: ticket.expires_at, path: PATH };
    Ok((StatusCode::CREATED, NoStore, Json(view)))
}
