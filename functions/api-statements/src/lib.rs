//! `api-statements`: what is in the caller's wallet, what moved it, what their pods used, and their
//! invoices. It only reads. Amounts are exact; usage counts once it is captured, which happens each
//! minute, and within seconds once a pod is stopped or ended.

mod charges;
mod invoices;
mod statement;
mod usage;
mod wallet;

use adapters::Aws;
use adapters::tables::ledger::{Ledger, MeteringAccount, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use domain::Error;
use domain::money::invoice::PodLabel;
use domain::money::metering::Metered;
use runtime::config::{Config, ConfigError};

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    ledger: Ledger,
    pods: Pods,
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
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
        })
    }
}

runtime::api! {
    (wallet::get_wallet),
    (charges::list_charges),
    (statement::list_transactions),
    (usage::get_usage),
    (invoices::list_invoices),
    (invoices::get_invoice),
}

impl App {
    /// The accounts that `is_used` picks, with what their pods are called.
    async fn labelled(
        &self,
        of: &WalletOf,
        accounts: Vec<MeteringAccount>,
        is_used: impl Fn(&Metered) -> bool,
    ) -> Result<Vec<(Metered, PodLabel)>, Error> {
        let mut labelled = Vec::new();
        for account in accounts {
            if is_used(&account.metered) {
                let pod = self.pods.load(&of.tenant_id, &account.metered.pod).await?;
                labelled.push((account.metered, pod.label()));
            }
        }
        Ok(labelled)
    }
}
