//! A stopped pod: money for its disk is held, and its owner is told.

use adapters::ledger::{HoldFor, WalletOf};
use contracts::notice::SubjectV1;
use domain::metering::{Phase, funded_until};
use domain::money::UsdMicros;
use domain::pod::Pod;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::clock::now;

use crate::{App, Step, reason};

impl App {
    /// Holds money for a stopped pod; one whose owner has none left is ended.
    pub(crate) async fn keep(&self, pod: Pod) -> Result<Step, Error> {
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let secs = parameters.funding().secs_in(Phase::Stopped);
        let rate = pod.quote.price.stopped_rate_usd_micros_per_hour;
        let amount = rate.over_secs_rounded_up(secs)?;
        if amount > UsdMicros::ZERO {
            let (of, stretch) = (WalletOf::pod(&pod), pod.clock.begun());
            let hold = (HoldFor::Keep(stretch), amount);
            match self.ledger.hold(&of, &pod.id, hold, now()).await {
                Err(error) if error.kind == Kind::Funds => {
                    let why = reason("funds_exhausted", "No money is left to keep its disk.");
                    let end = |pod: Pod| pod.want_gone(Some(why.clone()), now());
                    self.change(&pod, end).await?;
                    return Ok(Step::Done);
                }
                outcome => outcome?,
            }
        }
        let subject = SubjectV1::PodStopped { pod_id: pod.id.clone(), reason: pod.reason.clone() };
        self.tell(&pod, format!("stopped#{}#{}", pod.id, pod.clock.begun()), subject).await?;
        let until = self.paid_until(&pod).await?;
        let kept = |pod: Pod| Ok(Some(pod.kept(until, now())));
        self.change(&pod, kept).await?;
        Ok(Step::Done)
    }

    /// Until when what is held pays for the pod as it is.
    async fn paid_until(&self, pod: &Pod) -> Result<Option<Timestamp>, Error> {
        let of = WalletOf::pod(pod);
        let wallet = self.ledger.wallet(&of).await?;
        let metered = self.ledger.metered(&of, &pod.id).await?;
        funded_until(&pod.usage()?, &metered, wallet.total_held_for(&pod.id)?)
    }
}
