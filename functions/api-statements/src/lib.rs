//! `api-statements`: what is in the caller's wallet, what moved it, what their pods used, and their
//! invoices. It only reads. Amounts are exact; usage counts once it is captured, which happens each
//! minute, and within seconds once a pod is stopped or ended.

mod charges;
mod invoices;
mod statement;
mod usage;
mod wallet;

use adapters::tables::ledger::{Ledger, MeteringAccount, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use domain::Error;
use domain::money::invoice::PodLabel;
use domain::money::metering::Metered;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    /// Tenants and their members.
    pub tenants: Tenants,
    /// Wallets.
    pub ledger: Ledger,
    /// What pods are called.
    pub pods: Pods,
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
