//! `GET /pods/templates`.

use std::sync::Arc;

use axum::extract::State;
use domain::market::template::Template;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// What a pod can run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplatesPage {
    items: Vec<Template>,
}

/// Lists what a pod can run.
#[utoipa::path(
    get, path = "/api/v2/pods/templates", tag = "configure", security(("access_token" = [])),
    responses(
        (status = 200, body = TemplatesPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_templates(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<TemplatesPage>, ApiError> {
    let items = app.tenants.templates(caller.tenant_id()).await?;
    Ok(Json(TemplatesPage { items }))
}
