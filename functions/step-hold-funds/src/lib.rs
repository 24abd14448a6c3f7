//! `step-hold-funds`: reserves the money for a pod's first stretch of running.
//!
//! The hold comes before the pod's row says so. A crash in between is mended by the retry, which
//! finds the hold posted; once the pod's end closed its account, no hold is posted any more.

use adapters::tables::ledger::{HoldFor, Ledger, WalletOf};
use adapters::tables::pods::Pods;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::Error;
use domain::pod::PodState;

/// What the step works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
}

impl App {
    /// Holds the quoted amount and moves the pod to `provisioning`; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// `insufficient_funds`; `pod_over` once it ended; `unavailable`.
    pub async fn handle(&self, input: DeployPodV1) -> Result<StepOutcomeV1, Error> {
        let now = runtime::clock::now();
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        pod.check_deploying()?;
        let wallet = WalletOf::pod(&pod);
        let amount = pod.quote.hold_usd_micros;
        self.ledger.hold(&wallet, &pod.id, (HoldFor::Deploy, amount), now).await?;
        self.pods
            .change(&input.tenant_id, &input.pod_id, |pod| {
                pod.check_deploying()?;
                if pod.state == PodState::Pending {
                    pod.funds_held(amount, now).map(Some)
                } else {
                    Ok(None)
                }
            })
            .await?;
        Ok(StepOutcomeV1::Held)
    }
}
