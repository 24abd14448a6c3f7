//! `api-notifications`: the mails the caller was sent, to be read again, and how many of them are
//! new. `on-notice` keeps each for 90 days.

mod list;
mod read;

use adapters::Aws;
use adapters::tables::notifications::{Notifications, Reader};
use adapters::tables::tenants::Tenants;
use runtime::config::{Config, ConfigError};
use runtime::http::Caller;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    notifications: Notifications,
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
            notifications: Notifications::new(aws, config.required("ACCOUNTS_TABLE")?),
        })
    }
}

runtime::api! {
    (list::list_notifications),
    (read::mark_read),
}

/// The caller as the reader of their own.
fn reader(caller: &Caller) -> Reader {
    Reader { tenant_id: caller.tenant_id().clone(), user_id: caller.user_id().clone() }
}
