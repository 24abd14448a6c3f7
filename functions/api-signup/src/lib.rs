//! `api-signup`: from a stranger to a member.
//!
//! The account's row is written first, as the intent; then the user pool learns of the person;
//! then they join the tenant, get their grant, and the row says so. Every part can be repeated,
//! so a registration that was cut off goes on from where it stopped when it is sent again.

mod join;
mod register;
mod resend;
mod verify;

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::tenants::Tenants;
use contracts::notice::{NoticeV1, Recipient};
use domain::Error;
use domain::id::UserId;
use domain::people::tenant::Tenant;
use runtime::config::{Config, ConfigError};

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    accounts: Accounts,
    ledger: Ledger,
    user_pool: UserPool,
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
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            accounts: Accounts::new(aws, config.required("ACCOUNTS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            user_pool: UserPool::new(aws, config.required("USER_POOL_ID")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
        })
    }
}

runtime::api! {
    (register::register),
    (verify::verify),
    (resend::resend),
}

impl App {
    /// Queues the mail with the code, named by `nonce`, that proves an address.
    async fn mail_code(&self, tenant: &Tenant, user_id: &UserId, nonce: &str) -> Result<(), Error> {
        let to = Recipient { tenant_id: tenant.id.clone(), user_id: user_id.clone() };
        self.notices.announce(&NoticeV1::verify_address(to, nonce)).await
    }
}
