//! `api-configure`: everything between choosing a machine and deploying it.

mod configuration;
mod drafts;
mod estimate;
mod quotes;
mod ssh_keys;
mod templates;

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::drafts::Drafts;
use adapters::tables::plans::Plans;
use adapters::tables::quotes::Quotes;
use adapters::tables::ssh_keys::SshKeys;
use adapters::tables::tenants::Tenants;
use runtime::config::{Config, ConfigError};

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    plans: Plans,
    market: MarketStore,
    drafts: Drafts,
    quotes: Quotes,
    ssh_keys: SshKeys,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let pods_table: String = config.required("PODS_TABLE")?;
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
            drafts: Drafts::new(aws, pods_table.clone()),
            quotes: Quotes::new(aws, pods_table),
            ssh_keys: SshKeys::new(aws, config.required("ACCOUNTS_TABLE")?),
        })
    }
}

runtime::api! {
    (templates::list_templates),
    (drafts::list_drafts, drafts::create_draft),
    (drafts::get_draft, drafts::save_draft, drafts::delete_draft),
    (estimate::estimate),
    (quotes::create_quote),
    (quotes::get_quote),
    (ssh_keys::list_keys, ssh_keys::add_key),
    (ssh_keys::delete_key),
}
