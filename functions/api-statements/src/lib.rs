//! `api-statements`: what is in the caller's wallet, what moved it, what their pods used, and their
//! invoices. It only reads. Amounts are exact; usage counts once it is captured, which happens each
//! minute, and within seconds once a pod is stopped or ended.

mod invoices;
mod statement;
mod usage;
mod wallet;

use std::sync::Arc;

use adapters::tables::ledger::{Ledger, PodAccount, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use axum::Router;
use domain::Error;
use domain::money::invoice::PodLabel;
use domain::money::metering::Metered;
use jiff::Timestamp;
use runtime::http::Identity;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(wallet::get_wallet))
        .routes(routes!(statement::list_transactions))
        .routes(routes!(usage::get_usage))
        .routes(routes!(invoices::list_invoices))
        .routes(routes!(invoices::get_invoice))
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
    /// The caller's wallet, of the mode their tenant is in.
    async fn wallet_of(&self, identity: &Identity, now: Timestamp) -> Result<WalletOf, Error> {
        let caller = self.tenants.caller(&identity.host.0, &identity.user_id, now).await?;
        Ok(WalletOf {
            tenant_id: caller.tenant_id().clone(),
            user_id: caller.user_id().clone(),
            mode: caller.mode(),
        })
    }

    /// The accounts that `is_used` picks, with what their pods are called.
    async fn labelled(
        &self,
        of: &WalletOf,
        accounts: Vec<PodAccount>,
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
