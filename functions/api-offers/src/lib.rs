//! `api-offers`: the market as anyone sees it, before and after sign-up.
//!
//! Prices are what a user pays: the provider's rate, the brokerage of the plan asked for (FREE
//! unless said) and the tenant's markup. Every answer comes from a snapshot in memory.

mod asked;
mod detail;
mod facets;
mod featured;
mod list;
mod prices;
mod providers;
mod view;

use std::sync::Arc;

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use domain::Error;
use domain::market::browse::Market;
use domain::market::price::Margins;
use domain::money::plan::PlanId;
use runtime::config::{Config, ConfigError};
use runtime::http::Visitor;

pub use featured::{FeaturedView, featured_views};
pub use providers::{ProviderStatus, ProviderView, provider_views};

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    plans: Plans,
    market: MarketStore,
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
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
        })
    }
}

runtime::api! {
    (featured::featured_offers),
    (providers::list_providers),
    (list::list_offers),
    (facets::list_facets),
    (detail::get_offer),
    (prices::list_prices),
}

impl App {
    async fn margins(&self, visitor: &Visitor, plan: PlanId) -> Result<Margins, Error> {
        let Visitor { context, now } = visitor;
        let plan = self.plans.find(&context.tenant.id, context.tenant.mode, plan, *now).await?;
        let markup = context.parameters.tenant_markup_basis_points;
        Ok(Margins { brokerage: plan.brokerage_basis_points, markup })
    }

    async fn newest(&self, visitor: &Visitor) -> Result<Arc<Market>, Error> {
        self.market.newest(visitor.context.tenant.mode, visitor.now).await
    }
}
