//! A stopped pod: money for its disk is held, and its owner is told.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::notice::NoticeV1;
use domain::money::UsdMicros;
use domain::money::metering::Phase;
use domain::pod::{Driver, Pod, Reason};
use domain::{Error, Kind};
use runtime::clock::now;

use crate::{App, Step};

/// The shortest time a disk is kept for, seconds.
const KEPT_SECS_MIN: i64 = 600;

/// Whether the pod stands in the very stretch that is being kept.
fn is_still(pod: &Pod, stretch: u32) -> bool {
    pod.driver() == Driver::Keep && pod.clock.begun() == stretch
}

impl App {
    /// Holds money for a stopped pod; one whose owner has none left is ended.
    pub(crate) async fn keep(&self, pod: Pod) -> Result<Step, Error> {
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let secs = parameters.funding().secs_in(Phase::Stopped);
        let rate = pod.quote.price.stopped_rate_usd_micros_per_hour;
        let amount = rate.over_secs_rounded_up(secs)?;
        let stretch = pod.clock.begun();
        if amount > UsdMicros::ZERO {
            let of = WalletOf::pod(&pod);
            // What there is keeps the disk for a shorter time; nothing at all is refused below.
            let available = self.ledger.wallet(&of).await?.available(now())?;
            let least = rate.over_secs_rounded_up(KEPT_SECS_MIN)?;
            let hold = (HoldFor::Keep(stretch), amount.min(available.max(least)));
            match self.ledger.hold(&of, &pod.id, hold, now()).await {
                Err(error) if error.kind == Kind::Funds => {
                    let why = Reason::new("funds_exhausted", "No money is left to keep its disk.");
                    let end = |pod: Pod| {
                        let still = is_still(&pod, stretch);
                        Ok(if still { pod.want_gone(Some(why.clone()), now()) } else { None })
                    };
                    self.change(&pod, end).await?;
                    return Ok(Step::Done);
                }
                outcome => outcome?,
            }
        }
        self.notices.announce(&NoticeV1::pod_stopped(&pod)).await?;
        let until = self.ledger.funded_until(&pod).await?;
        // Its owner may have wished otherwise in between.
        let kept = |pod: Pod| {
            let still = is_still(&pod, stretch);
            if still { pod.kept(until, now()).map(Some) } else { Ok(None) }
        };
        self.change(&pod, kept).await?;
        Ok(Step::Done)
    }
}
