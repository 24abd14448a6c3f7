//! Stopping and ending: the machine first, then the money, then the pod's row.

use adapters::tables::ledger::{ReleaseFor, WalletOf};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::ledger::Entry;
use domain::pod::{MachineCost, NextAct, Pod};
use jiff::Timestamp;
use providers::ActProgress;

use crate::{App, LOOK_SECS, Look, Step, later};

impl App {
    /// Stops a pod's machine, pays its running, and gives back what is left of the hold.
    pub(crate) async fn stop(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        if let Some(attempt) = pod.attempts.last() {
            let clouds = self.clouds.get(now).await?;
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if provider.stop(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        // Its disk is charged from when the machine is known to be stopped, not from the message.
        let now = later(now);
        let pod = self.pay_for_machine(&pod, now).await?;
        let Some(since) = pod.stopping_since() else {
            // A concurrent delivery finished this; the pod may already be stopped, or be starting
            // on money that was held for that.
            return Ok(Step::Done);
        };
        let release = ReleaseFor::Stop(since);
        self.ledger.release(&WalletOf::pod(&pod), &pod.id, release, now).await?;
        self.change(&pod, |pod| pod.if_next(NextAct::Stop, |pod| pod.stopped(now))).await?;
        Ok(Step::Done)
    }

    /// Gives back every machine that exists or may exist, and all money that is still held.
    pub(crate) async fn end(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        let clouds = self.clouds.get(now).await?;
        for attempt in pod.attempts_to_end() {
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if provider.terminate(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        let now = later(now);
        let pod = self.pay_for_machine(&pod, now).await?;
        self.ledger.release(&WalletOf::pod(&pod), &pod.id, ReleaseFor::End, now).await?;
        self.notices.announce(&NoticeV1::pod_over(&pod)).await?;
        self.change(&pod, |pod| pod.if_next(NextAct::End, |pod| pod.ended(now))).await?;
        Ok(Step::Done)
    }

    /// Notes that the machine no longer runs, and books what it cost: its user's part from the
    /// hold, and ours on the house accounts.
    async fn pay_for_machine(&self, pod: &Pod, now: Timestamp) -> Result<Pod, Error> {
        let pod = self.change(pod, |pod| Ok(pod.machine_ended(now))).await?;
        let of = WalletOf::pod(&pod);
        self.ledger.capture(&of, &[pod.usage()?], pod.captured_until(now), now).await?;
        if let Some(MachineCost { since, bill }) = pod.machine_cost()? {
            let key = format!("machine#{}#{since}", pod.id);
            let entry = Entry::Machine { pod: pod.id.clone(), bill };
            self.ledger.post(&of, &key, &entry, now).await?;
        }
        Ok(pod)
    }
}
