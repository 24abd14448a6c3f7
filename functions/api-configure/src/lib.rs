//! `api-configure`: everything between choosing a machine and deploying it.

mod configuration;
mod drafts;
mod estimate;
mod quotes;
mod ssh_keys;
mod templates;

use std::sync::Arc;

use adapters::aws::market::MarketStore;
use adapters::tables::drafts::Drafts;
use adapters::tables::plans::Plans;
use adapters::tables::quotes::Quotes;
use adapters::tables::ssh_keys::SshKeys;
use adapters::tables::tenants::Tenants;
use axum::Router;
use domain::Error;
use domain::people::tenant::Caller;
use runtime::http::Identity;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants, their members and templates.
    pub tenants: Tenants,
    /// Brokerage of each plan.
    pub plans: Plans,
    /// The market's snapshots.
    pub market: MarketStore,
    /// Saved configurations.
    pub drafts: Drafts,
    /// Frozen prices.
    pub quotes: Quotes,
    /// Who may log in.
    pub ssh_keys: SshKeys,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(templates::list_templates))
        .routes(routes!(drafts::list_drafts, drafts::create_draft))
        .routes(routes!(drafts::get_draft, drafts::save_draft, drafts::delete_draft))
        .routes(routes!(estimate::estimate))
        .routes(routes!(quotes::create_quote))
        .routes(routes!(quotes::get_quote))
        .routes(routes!(ssh_keys::list_keys, ssh_keys::add_key))
        .routes(routes!(ssh_keys::delete_key))
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
    async fn caller(&self, identity: &Identity) -> Result<Caller, Error> {
        let now = runtime::clock::now();
        self.tenants.caller(&identity.host.0, &identity.user_id, now).await
    }
}
