//! `POST /notifications/read`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::id::NotificationId;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{App, reader};

/// How far the caller has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkRead {
    /// The newest notification they have read.
    up_to: NotificationId,
}

/// Marks a notification and all that were sent before it as read. What is read stays read.
#[utoipa::path(
    post, path = "/api/v2/notifications/read", tag = "notifications", request_body = MarkRead,
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Read."),
        (status = 400, description = "`invalid_body`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn mark_read(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<MarkRead>,
) -> Result<StatusCode, ApiError> {
    let reader = reader(&caller);
    app.notifications.mark_read(&reader, &request.up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}
