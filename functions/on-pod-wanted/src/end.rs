//! Stopping and ending: the machine first, then the money, then the pod's row.

use adapters::tables::ledger::{ReleaseFor, WalletOf};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::ledger::Entry;
use domain::pod::AttemptOutcome;
use domain::pod::{Driver, Pod};
use providers::ActProgress;
use runtime::clock::now;

use crate::{App, LOOK_SECS, Step, capture_until};

impl App {
    /// Stops a pod's machine, pays its running, and gives back what is left of the hold.
    pub(crate) async fn stop(&self, pod: Pod) -> Result<Step, Error> {
        if let Some(attempt) = pod.attempts.last() {
            let clouds = self.clouds.get(now()).await?;
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if provider.stop(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        let pod = self.settle_machine(pod).await?;
        let Some(time) = pod.machine.filter(|_| pod.driver() == Driver::Stop) else {
            // A twin of this call went on; the pod may stand, or start, on money held anew.
            return Ok(Step::Done);
        };
        let of = WalletOf::pod(&pod);
        self.ledger.release(&of, &pod.id, ReleaseFor::Stop(time.since), now()).await?;
        let stopped = |pod: Pod| match pod.driver() {
            Driver::Stop => pod.stopped(now()).map(Some),
            _ => Ok(None),
        };
        self.change(&pod, stopped).await?;
        Ok(Step::Done)
    }

    /// Gives back every machine that exists or may exist, and all money that is still held.
    pub(crate) async fn end(&self, pod: Pod) -> Result<Step, Error> {
        let clouds = self.clouds.get(now()).await?;
        for attempt in &pod.attempts {
            if attempt.outcome == AttemptOutcome::Refused {
                continue;
            }
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if provider.terminate(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        let pod = self.settle_machine(pod).await?;
        let of = WalletOf::pod(&pod);
        self.ledger.release(&of, &pod.id, ReleaseFor::End, now()).await?;
        self.notices.announce(&NoticeV1::pod_over(&pod)).await?;
        let ended = |pod: Pod| match pod.driver() {
            Driver::End => pod.ended(now()).map(Some),
            _ => Ok(None),
        };
        self.change(&pod, ended).await?;
        Ok(Step::Done)
    }

    /// Notes that the machine no longer runs, and books what it cost: its user's part from the
    /// hold, and ours on the house accounts.
    async fn settle_machine(&self, pod: Pod) -> Result<Pod, Error> {
        let pod = self.change(&pod, |pod| Ok(pod.machine_ended(now()))).await?;
        let of = WalletOf::pod(&pod);
        self.ledger.capture(&of, &[pod.usage()?], capture_until(&pod, now()), now()).await?;
        let bill = pod.machine_bill()?.filter(|bill| !bill.is_zero());
        if let Some((time, bill)) = pod.machine.zip(bill) {
            let key = format!("machine#{}#{}", pod.id, time.since);
            self.ledger
                .post(&of, &key, &Entry::Machine { pod: pod.id.clone(), bill }, now())
                .await?;
        }
        Ok(pod)
    }
}
