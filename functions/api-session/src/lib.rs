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

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::{SignIn, Tokens, UserPool};
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use runtime::config::{Config, ConfigError};
use serde::Serialize;
use utoipa::ToSchema;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    accounts: Accounts,
    ledger: Ledger,
    plans: Plans,
    sign_in: SignIn,
    notices: Notices,
    pepper: PepperStore,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let pool = UserPool::new(aws, config.required("USER_POOL_ID")?);
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            accounts: Accounts::new(aws, config.required("ACCOUNTS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            sign_in: SignIn::new(pool, config.required("USER_POOL_CLIENT_ID")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
        })
    }
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
