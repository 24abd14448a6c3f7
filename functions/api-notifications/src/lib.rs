//! `api-notifications`: the mails the caller was sent, to be read again, and how many of them are
//! new, which `on-notice` keeps for 90 days; and the price alerts that lead to some of them.

mod list;
mod price_alerts;
mod read;

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::notifications::{Notifications, Reader};
use adapters::tables::plans::Plans;
use adapters::tables::price_alerts::PriceAlerts;
use adapters::tables::tenants::Tenants;
use runtime::config::{Config, ConfigError};
use runtime::http::Caller;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    notifications: Notifications,
    price_alerts: PriceAlerts,
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
            notifications: Notifications::new(aws, config.required("ACCOUNTS_TABLE")?),
            price_alerts: PriceAlerts::new(aws, config.required("ACCOUNTS_TABLE")?),
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
        })
    }
}

runtime::api! {
    (list::list_notifications),
    (read::mark_read),
    (price_alerts::list_price_alerts),
    (price_alerts::set_price_alert, price_alerts::delete_price_alert),
}

/// The caller as the reader of their own.
fn reader(caller: &Caller) -> Reader {
    Reader { tenant_id: caller.tenant_id().clone(), user_id: caller.user_id().clone() }
}
