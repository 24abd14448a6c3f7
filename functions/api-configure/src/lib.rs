//! `api-configure`: everything between choosing a machine and deploying it.

mod configuration;
mod drafts;
mod estimate;
mod quotes;
mod ssh_keys;
mod templates;

use adapters::aws::market::MarketStore;
use adapters::tables::drafts::Drafts;
use adapters::tables::plans::Plans;
use adapters::tables::quotes::Quotes;
use adapters::tables::ssh_keys::SshKeys;
use adapters::tables::tenants::Tenants;

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
    /// The keys that may log in to pods.
    pub ssh_keys: SshKeys,
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
