//! `api-plans`: what the broker sells besides machines.

use std::sync::Arc;

use adapters::plans::Plans;
use adapters::tenants::Tenants;
use axum::Router;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::plan::Plan;
use runtime::http::{ApiError, ErrorBody, Host, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants by host name.
    pub tenants: Tenants,
    /// Their plans.
    pub plans: Plans,
}

/// The plans of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlansPage {
    /// The cheapest first.
    items: Vec<Plan>,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_plans))
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

/// Lists the plans with their prices and what they entitle to.
#[utoipa::path(
    get, path = "/api/v2/billing/plans", tag = "billing",
    responses(
        (status = 200, body = PlansPage),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
async fn list_plans(
    State(app): State<Arc<App>>,
    host: Host,
) -> Result<impl IntoResponse, ApiError> {
    let context = app.tenants.by_host(&host.0, runtime::clock::now()).await?;
    let items = app.plans.list(&context.tenant.id).await?;
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(PlansPage { items })))
}
