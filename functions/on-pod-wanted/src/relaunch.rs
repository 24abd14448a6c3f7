//! Deploying a pod again whose cloud took its machine away, if its owner chose that.
//!
//! The new pod is opened before the lost one counts as ended, under identifiers that follow from the
//! lost one: whatever is cut off here is gone on with, and there is one new pod.

use adapters::tables::ledger::WalletOf;
use adapters::tables::pods::Request;
use contracts::deploy::DeployPodV1;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::Kind;
use domain::pod::{Pod, Relaunch, open_again};
use jiff::Timestamp;

use crate::App;

impl App {
    /// The lost pod, with what became of deploying it again. A refusal, such as for want of money,
    /// is its owner's to know; anything else is tried again.
    pub(crate) async fn relaunch(&self, lost: Pod, now: Timestamp) -> Result<Pod, Error> {
        if lost.relaunch().is_none() {
            return Ok(lost);
        }
        // Its machine took a while to end, and its owner may want nothing in its place by now.
        let lost = self.pods.load(&lost.tenant_id, &lost.id).await?;
        let Some(relaunch) = lost.relaunch() else { return Ok(lost) };
        match self.open_again(&lost, relaunch, now).await {
            Ok(next) => self.take_place(&lost, &next, now).await,
            Err(error) if matches!(error.kind, Kind::Unavailable | Kind::Broken) => Err(error),
            Err(refusal) => self.change(&lost, |pod| Ok(pod.not_relaunched(&refusal, now))).await,
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
        // No key that a user sends has a blank.
        let key = format!("relaunch {}", lost.id);
        let request = Request { idempotency_key: &key, payload: lost.id.as_str() };
        let decide = |facts| open_again(lost, new.clone(), (&wallet, &rules), facts, now);
        self.pods.open(&quote, request, now, decide).await
    }

    /// Notes which pod takes the lost one's place, and starts its deploy, which the sweep does if this
    /// is cut off; or ends that pod, if the lost one's owner wanted nothing in its place meanwhile.
    async fn take_place(&self, lost: &Pod, next: &Pod, now: Timestamp) -> Result<Pod, Error> {
        let lost = self.change(lost, |pod| Ok(pod.relaunched(&next.id, now))).await?;
        if lost.relaunched_as.as_ref() != Some(&next.id) {
            self.change(next, |pod| Ok(pod.want_gone(None, now))).await?;
            self.wanted.send(&PodWantedV1::from(next)).await?;
        } else if next.is_unactivated() {
            self.deploys.start(&DeployPodV1::from(next), next.execution).await?;
        }
        Ok(lost)
    }
}
