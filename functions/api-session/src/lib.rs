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

use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::{SignIn, Tokens};
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use serde::Serialize;
use utoipa::ToSchema;

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

runtime::api! {
    (tenant::get_tenant),
    (login::login),
    (refresh::refresh),
    (logout::logout),
    (me::me),
    (forgot::forgot),
    (reset::reset),
}
