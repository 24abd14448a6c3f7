//! Starting a stopped pod again: the money first, then the machine, then charging.
//!
//! Its owner asked for it now, so it is not activated a second time: charging begins when the
//! machine answers. Whatever fails stops it again and says why.

use adapters::tables::ledger::{HoldFor, ReleaseFor, WalletOf};
use domain::pod::{Driver, Pod, Reason};
use domain::{Error, Kind};
use providers::{LaunchError, LaunchRequest};
use runtime::clock::now;

use crate::{App, Step, capture_until};

impl App {
    /// Brings a stopped pod back to running.
    pub(crate) async fn resume(&self, pod: Pod) -> Result<Step, Error> {
        let of = WalletOf::pod(&pod);
        if pod.deadline_at.is_some_and(|deadline| now() >= deadline) {
            let why = "Its machine did not answer in time. Nothing was charged for the try.";
            return self.stop_again(&pod, Reason::new("probe_timed_out", why)).await;
        }
        let Some(time) = pod.machine else {
            return Err(Error::broken("a pod that ran has no machine", pod.id.to_string()));
        };
        self.ledger.capture(&of, &[pod.usage()?], capture_until(&pod, now()), now()).await?;
        self.ledger.release(&of, &pod.id, ReleaseFor::Start(time.since), now()).await?;
        let hold = (HoldFor::Resume(time.since), pod.quote.hold_usd_micros);
        match self.ledger.hold(&of, &pod.id, hold, now()).await {
            Err(error) if error.kind == Kind::Funds => {
                return self
                    .stop_again(&pod, Reason::new("insufficient_funds", &error.message))
                    .await;
            }
            outcome => outcome?,
        }
        let Some(attempt) = pod.attempts.last() else {
            return Err(Error::broken("a pod that ran has no machine", pod.id.to_string()));
        };
        let jupyter_token = pod.jupyter_token(self.pepper.pepper().await?);
        let order = || LaunchRequest {
            attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: jupyter_token.as_deref(),
            scenario: pod.scenario,
        };
        let clouds = self.clouds.get(now()).await?;
        let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
        if self.pods.load(&pod.tenant_id, &pod.id).await?.version != pod.version {
            // A twin of this call, or its owner, went on: nothing is started on an old look.
            return Ok(Step::Done);
        }
        match provider.start(order()).await {
            Ok(machine) if pod.breaks_price(machine.rate_usd_micros_per_hour) => {
                let why = "Its cloud asks a higher price by now. Deploy it anew.";
                return self.stop_again(&pod, Reason::new("price_raised", why)).await;
            }
            Ok(_) => {}
            Err(LaunchError::Failed(error)) => return Err(error),
            Err(LaunchError::NoCapacity | LaunchError::QuotaReached) => {
                let why = "Its cloud has no room to start it now. Try again later.";
                return self.stop_again(&pod, Reason::new("no_capacity", why)).await;
            }
        }
        if let Some(address) = provider.answering(order(), now()).await? {
            let resumed = |pod: Pod| match pod.driver() {
                Driver::Resume => pod.resumed(address.clone(), now()).map(Some),
                _ => Ok(None),
            };
            self.change(&pod, resumed).await?;
            return Ok(Step::Done);
        }
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        Ok(Step::Wait(parameters.probe_interval_secs))
    }

    async fn stop_again(&self, pod: &Pod, reason: Reason) -> Result<Step, Error> {
        let stop = |pod: Pod| match pod.driver() {
            Driver::Resume => pod.want_stop(Some(reason.clone()), now()),
            _ => Ok(None),
        };
        self.change(pod, stop).await?;
        Ok(Step::Done)
    }
}
