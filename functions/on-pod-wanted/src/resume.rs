//! Starting a stopped pod again: the money first, then the machine, then charging.
//!
//! Its owner asked for it just now, so it is not activated a second time: charging begins when the
//! machine answers. Whatever fails stops it again and says why.

use adapters::tables::ledger::{HoldFor, ReleaseFor, WalletOf};
use domain::pod::{Pod, Resuming, StartFailure};
use domain::{Error, Kind};
use jiff::Timestamp;
use providers::{LaunchError, LaunchRequest};

use crate::{App, Look, Step, later};

impl App {
    /// Brings a stopped pod back to running.
    pub(crate) async fn resume(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        let errand = pod.errand();
        let Some(resuming) = pod.resuming(now)? else {
            return self.give_up(&pod, StartFailure::TimedOut, now).await;
        };
        match self.pay_for_start(&pod, resuming, now).await {
            Err(error) if error.kind == Kind::Funds => {
                return self.give_up(&pod, StartFailure::NoFunds(error.message), now).await;
            }
            // It was stopped again since this message was read.
            Err(error) if error.code == "pod_state" => return Ok(Step::Done),
            outcome => outcome?,
        }
        let jupyter_token = pod.jupyter_token(self.pepper.pepper().await?);
        let order = || LaunchRequest {
            attempt: resuming.attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: jupyter_token.as_deref(),
            scenario: pod.scenario,
        };
        let clouds = self.clouds.get(now).await?;
        let provider = clouds.of(pod.mode, &resuming.attempt.offer.provider)?;
        if !self.is_unchanged(&pod).await? {
            // A concurrent delivery finished this, or its owner wants something else: nothing is
            // started on an old look.
            return Ok(Step::Done);
        }
        match provider.start(order()).await {
            Ok(machine) if pod.breaks_price(machine.rate_usd_micros_per_hour) => {
                return self.give_up(&pod, StartFailure::PriceRaised, now).await;
            }
            Ok(_) => {}
            Err(LaunchError::Failed(error)) => return Err(error),
            Err(LaunchError::NoCapacity | LaunchError::QuotaReached) => {
                return self.give_up(&pod, StartFailure::NoCapacity, now).await;
            }
        }
        let (attempt, since) = (resuming.attempt, resuming.since);
        let listed = self.clouds.listed(provider, attempt, since, later(now)).await?;
        let address = listed.and_then(|machine| machine.address);
        let answering = provider.answering(order(), address.as_ref(), later(now)).await?;
        let Some(address) = answering else {
            let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
            return Ok(Step::Wait(parameters.probe_interval_secs));
        };
        // Not when the message came: nothing is charged for the time its cloud took to answer.
        let answered_at = later(now);
        let resume =
            |pod: Pod| pod.if_still(errand, |pod| pod.resumed(address.clone(), answered_at));
        self.change(&pod, resume).await?;
        Ok(Step::Done)
    }

    /// Takes the money for the time it was stopped, and holds that for its first hour; each is done
    /// once for each start.
    async fn pay_for_start(
        &self,
        pod: &Pod,
        resuming: Resuming<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let of = WalletOf::pod(pod);
        self.ledger.capture(&of, &[(pod.usage()?, pod.captured_until(now))], now).await?;
        self.ledger.release(&of, &pod.id, ReleaseFor::Start(resuming.since), now).await?;
        let hold = (HoldFor::Resume(resuming.since), pod.quote.hold_usd_micros);
        // A statement lists both by their instants, so the hold bears a later one.
        self.ledger.hold(&of, &pod.id, hold, later(now)).await
    }

    async fn give_up(
        &self,
        pod: &Pod,
        failure: StartFailure,
        now: Timestamp,
    ) -> Result<Step, Error> {
        self.change(pod, |pod| pod.give_up_start(failure.clone(), now)).await?;
        Ok(Step::Done)
    }
}
