//! A stopped pod: money for its disk is held, and its owner gets a mail.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::notice::NoticeV1;
use domain::money::UsdMicros;
use domain::pod::{KeepHold, Keeping, Pod};
use domain::{Error, Kind};
use jiff::Timestamp;

use crate::{App, Look, Step};

impl App {
    /// Holds money for a stopped pod's disk; without any left, the pod is ended.
    pub(crate) async fn keep(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let available = self.ledger.wallet(&WalletOf::pod(&pod)).await?.available(now)?;
        let hold = pod.keep_hold(parameters.funding(), available)?;
        let keeping = self.pay_for_disk(&pod, hold, now).await?;
        if keeping != Keeping::Unpaid {
            self.notices.announce(&NoticeV1::pod_stopped(&pod)).await?;
        }
        self.change(&pod, |pod| pod.keep(hold, keeping, now)).await?;
        Ok(Step::Done)
    }

    /// Holds the money, once for each stretch, and says until when what is held pays for the disk.
    async fn pay_for_disk(
        &self,
        pod: &Pod,
        hold: KeepHold,
        now: Timestamp,
    ) -> Result<Keeping, Error> {
        if hold.amount_usd_micros > UsdMicros::ZERO {
            let entry = (HoldFor::Keep(hold.stretch), hold.amount_usd_micros);
            match self.ledger.hold(&WalletOf::pod(pod), &pod.id, entry, now).await {
                Err(error) if error.kind == Kind::Funds => return Ok(Keeping::Unpaid),
                outcome => outcome?,
            }
        }
        Ok(Keeping::Paid(self.ledger.funded_until(pod).await?))
    }
}
