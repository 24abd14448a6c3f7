//! `api-realtime`: tickets that open a WebSocket.

use std::sync::Arc;

use adapters::tables::connections::Connections;
use adapters::tables::tenants::Tenants;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::people::realtime::{Ticket, ticket_hash, ticket_text};
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, GatewayMessage, Identity, Json, NoStore};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the WebSocket is, on every tenant's own host.
const PATH: &str = "/ws";

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// Tickets.
    pub connections: Connections,
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

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(issue_ticket))
}

/// The function's routes.
pub fn router(app: App) -> Router {
    runtime::http::finish(api().split_for_parts().0.with_state(Arc::new(app)))
}

/// The function's part of the OpenAPI document.
#[must_use]
pub fn openapi() -> OpenApi {
    api().split_for_parts().1
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
    identity: Identity,
) -> Result<impl IntoResponse, ApiError> {
    let now = runtime::clock::now();
    let caller = app.tenants.caller(&identity.host.0, &identity.user_id, now).await?;
    let ticket = Ticket {
        tenant_id: caller.tenant_id().clone(),
        user_id: caller.user_id().clone(),
        mode: caller.mode(),
        host: identity.host.0,
        expires_at: Ticket::expiry(now),
    };
    let text = ticket_text(runtime::ids::secret()?);
    app.connections.issue(&ticket_hash(&text), &ticket).await?;
    let view = TicketView { ticket: text, expires_at: ticket.expires_at, path: PATH };
    Ok((StatusCode::CREATED, NoStore, Json(view)))
}
