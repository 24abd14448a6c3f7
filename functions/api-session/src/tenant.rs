//! `GET /tenant`.

use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::Mode;
use domain::id::TenantId;
use domain::people::branding::Branding;
use domain::people::tenant::Tenant;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

/// The broker whose web app this is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantView {
    id: TenantId,
    name: String,
    mode: Mode,
    /// How it looks; without one, as the web app looks by itself.
    branding: Option<Branding>,
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        let Tenant { id, name, mode, branding, .. } = tenant;
        Self { id, name, mode, branding }
    }
}

/// Tells whose web app is at this address, and how it looks.
#[utoipa::path(
    get, path = "/api/v2/tenant", tag = "tenant",
    responses(
        (status = 200, body = TenantView),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_tenant(visitor: Visitor) -> Result<impl IntoResponse, ApiError> {
    let tenant = visitor.context.tenant;
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(TenantView::from(tenant))))
}
