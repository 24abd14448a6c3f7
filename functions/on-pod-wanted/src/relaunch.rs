//! Deploying a pod again whose cloud took its machine away, if its owner chose that.
//!
//! The new pod is opened before the lost one counts as ended, under identifiers that follow from the
//! lost one: whatever is cut off here is gone on with, and there is one new pod.

use adapters::tables::ledger::WalletOf;
use adapters::tables::pods::Request;
use contracts::deploy::DeployPodV1;
use domain::Error;
use domain::Kind;
use domain::pod::{Pod, Relaunch, open_again};
use jiff::Timestamp;

use crate::App;

impl App {
    /// The lost pod, with what became of deploying it again. A refusal, such as for want of money,
    /// is its owner's to know; anything else is tried again.
    pub(crate) async fn relaunch(&self, lost: Pod, now: Timestamp) -> Result<Pod, Error> {
        let rules = self.tenants.parameters(&lost.tenant_id, lost.mode).await?;
        let Some(relaunch) = lost.relaunch(rules.quote_secs) else { return Ok(lost) };
        match self.open_again(&lost, relaunch, now).await {
            Ok(next) => {
                self.deploys.start(&DeployPodV1::from(&next), next.execution).await?;
                self.change(&lost, |pod| Ok(pod.relaunched(&next.id, now))).await
            }
            Err(error) if matches!(error.kind, Kind::Unavailable | Kind::Broken) => Err(error),
            Err(refusal) => {
                let why = refusal.message;
                self.change(&lost, |pod| Ok(Some(pod.not_relaunched(&why, now)))).await
            }
        }
    }

    async fn open_again(
        &self,
        lost: &Pod,
        Relaunch { new, quote }: Relaunch,
        now: Timestamp,
    ) -> Result<Pod, Error> {
        let rules = self.tenants.parameters(&lost.tenant_id, lost.mode).await?;
        let wallet = self.ledger.wallet(&WalletOf::quote(&quote)).await?;
        self.quotes.keep(&quote).await?;
        let key = format!("relaunch#{}", lost.id);
        let request = Request { idempotency_key: &key, payload: lost.id.as_str() };
        let decide = |facts| open_again(lost, new.clone(), (&wallet, &rules), facts, now);
        self.pods.open(&quote, request, now, decide).await
    }
}
