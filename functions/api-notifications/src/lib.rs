//! `api-notifications`: what the caller was told by mail, to be read again, and how much of it is
//! new to them. `on-notice` keeps each for 90 days.

mod list;
mod read;

use std::sync::Arc;

use adapters::tables::notifications::{Notifications, Reader};
use adapters::tables::tenants::Tenants;
use axum::Router;
use domain::Error;
use runtime::http::Identity;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// What they were told.
    pub notifications: Notifications,
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list::list_notifications)).routes(routes!(read::mark_read))
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
    /// The caller as the reader of their own.
    async fn reader(&self, identity: &Identity) -> Result<Reader, Error> {
        let now = runtime::clock::now();
        let caller = self.tenants.caller(&identity.host.0, &identity.user_id, now).await?;
        Ok(Reader { tenant_id: caller.tenant_id().clone(), user_id: caller.user_id().clone() })
    }
}
