//! `api-session`: signing in and out, where and who one is, and forgotten passwords.
//!
//! The access token goes into the page's memory; the refresh token only into an `HttpOnly` cookie
//! that no script reads and only `/api/v2/auth` receives.

mod cookie;
mod forgot;
mod login;
mod logout;
mod me;
mod refresh;
mod reset;
mod tenant;

use std::sync::Arc;

use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::{SignIn, Tokens};
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use axum::Router;
use domain::Error;
use domain::people::tenant::TenantContext;
use runtime::http::Host;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants by host name, and their members.
    pub tenants: Tenants,
    /// Accounts.
    pub accounts: Accounts,
    /// Wallets.
    pub ledger: Ledger,
    /// What each plan entitles to.
    pub plans: Plans,
    /// Where passwords and tokens are checked.
    pub sign_in: SignIn,
    /// Mails to be sent.
    pub notices: Notices,
    /// What codes are derived from.
    pub pepper: PepperStore,
}

/// Proof of a sign-in; the refresh token is in the cookie that comes with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Sent with each request, as `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds the access token is good for.
    expires_in_secs: i32,
}

impl From<Tokens> for SessionView {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in_secs: tokens.expires_in_secs,
        }
    }
}

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(tenant::get_tenant))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(me::me))
        .routes(routes!(forgot::forgot))
        .routes(routes!(reset::reset))
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
}
