//! `api-offers`: the market as anyone sees it, before and after sign-up.
//!
//! Prices are what a user pays: the provider's rate, the brokerage of the plan asked for (FREE
//! unless said) and the tenant's markup. Every answer comes from a snapshot in memory.

mod detail;
mod facets;
mod featured;
mod list;
mod providers;
mod view;

use std::sync::Arc;

use adapters::aws::market::MarketStore;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use axum::Router;
use domain::Error;
use domain::market::browse::Market;
use domain::market::price::Margins;
use domain::money::plan::PlanId;
use domain::people::tenant::TenantContext;
use runtime::http::Host;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use featured::{FeaturedView, featured_views};
pub use providers::{ProviderView, provider_views};

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants by host name.
    pub tenants: Tenants,
    /// Brokerage of each plan.
    pub plans: Plans,
    /// The market's snapshots.
    pub market: MarketStore,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(featured::featured_offers))
        .routes(routes!(providers::list_providers))
        .routes(routes!(list::list_offers))
        .routes(routes!(facets::list_facets))
        .routes(routes!(detail::get_offer))
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

impl App {
    async fn tenant(&self, host: &Host) -> Result<TenantContext, Error> {
        self.tenants.by_host(&host.0, runtime::clock::now()).await
    }

    async fn margins(&self, context: &TenantContext, plan: PlanId) -> Result<Margins, Error> {
        let plan = self
            .plans
            .find(&context.tenant.id, context.tenant.mode, plan, runtime::clock::now())
            .await?;
        let markup = context.parameters.tenant_markup_basis_points;
        Ok(Margins { brokerage: plan.brokerage_basis_points, markup })
    }

    async fn newest(&self, context: &TenantContext) -> Result<Arc<Market>, Error> {
        self.market.newest(context.tenant.mode, runtime::clock::now()).await
    }
}
