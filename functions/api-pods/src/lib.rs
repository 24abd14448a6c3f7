//! `api-pods`: deploying pods and looking at them.

mod create;
mod events;
mod get;
mod list;
mod view;

use std::sync::Arc;

use adapters::deploys::Deploys;
use adapters::ledger::Ledger;
use adapters::pods::Pods;
use adapters::quotes::Quotes;
use adapters::secrets::PepperStore;
use adapters::tenants::Tenants;
use axum::Router;
use domain::Error;
use domain::tenant::Caller;
use runtime::http::Identity;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// Pods.
    pub pods: Pods,
    /// What they are deployed from.
    pub quotes: Quotes,
    /// What pays for them.
    pub ledger: Ledger,
    /// What brings them up.
    pub deploys: Deploys,
    /// What their tokens are derived from.
    pub pepper: PepperStore,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_pods, create::create_pod))
        .routes(routes!(get::get_pod))
        .routes(routes!(events::list_events))
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
