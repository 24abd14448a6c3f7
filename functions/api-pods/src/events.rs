//! `GET /pods/{id}/events`.

use std::sync::Arc;

use axum::extract::State;
use domain::id::PodId;
use domain::pod::PodEvent;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// A pod's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsPage {
    /// The oldest first.
    items: Vec<PodEvent>,
}

/// Lists what happened to a pod.
#[utoipa::path(
    get, path = "/api/v2/pods/{id}/events", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path, description = "The pod's identifier.")),
    responses(
        (status = 200, body = EventsPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_events(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<Json<EventsPage>, ApiError> {
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok(Json(EventsPage { items: app.pods.events(&pod).await? }))
}
