//! Stopping and ending: the money first, which does not wait for any cloud; then the machine, and
//! what it cost us; then the pod's row.

use adapters::tables::ledger::{ReleaseFor, WalletOf};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::ledger::Entry;
use domain::pod::{Errand, MachineCost, Pod};
use jiff::Timestamp;
use providers::ActProgress;

use crate::{App, LOOK_SECS, Look, Step, later};

impl App {
    /// Takes the money for a pod's running, gives back what is left of the hold, and stops its
    /// machine.
    pub(crate) async fn stop(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        let errand = pod.errand();
        if let Some(since) = errand.machine_since {
            self.settle_money(&pod, ReleaseFor::Stop(since), now).await?;
        }
        if let Some(attempt) = pod.attempts.last() {
            let clouds = self.clouds.get(now).await?;
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if !self.is_unchanged(&pod).await? {
                // Somebody finished this, and the machine may run again for its owner.
                return Ok(Step::Done);
            }
            if provider.stop(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        // Its disk is charged from when the machine is known to be stopped, not from the message.
        let now = later(now);
        self.book_machine(&pod, errand, now).await?;
        self.change(&pod, |pod| pod.if_still(errand, |pod| pod.stopped(now))).await?;
        Ok(Step::Done)
    }

    /// Takes what is owed and gives back all money that is still held, then gives back every
    /// machine that exists or may exist.
    pub(crate) async fn end(&self, Look { pod, now }: Look) -> Result<Step, Error> {
        let errand = pod.errand();
        self.settle_money(&pod, ReleaseFor::End, now).await?;
        let clouds = self.clouds.get(now).await?;
        for attempt in pod.attempts_to_end() {
            let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
            if provider.terminate(&attempt.machine_name).await? == ActProgress::UnderWay {
                return Ok(Step::Wait(LOOK_SECS));
            }
        }
        let now = later(now);
        self.book_machine(&pod, errand, now).await?;
        let pod = self.relaunch(pod, now).await?;
        self.notices.announce(&NoticeV1::pod_over(&pod)).await?;
        self.change(&pod, |pod| pod.if_still(errand, |pod| pod.ended(now))).await?;
        Ok(Step::Done)
    }

    /// Takes the money for a run that is over, and gives back the rest of what was held for it.
    async fn settle_money(
        &self,
        pod: &Pod,
        release: ReleaseFor,
        now: Timestamp,
    ) -> Result<(), Error> {
        let of = WalletOf::pod(pod);
        self.ledger.capture(&of, &[(pod.usage()?, pod.captured_until(now))], now).await?;
        self.ledger.release(&of, &pod.id, release, now).await
    }

    /// Notes that the machine no longer runs, and books what it cost us beyond what its user paid,
    /// under a key that says which time it is for.
    async fn book_machine(&self, pod: &Pod, errand: Errand, now: Timestamp) -> Result<(), Error> {
        let pod = self.change(pod, |pod| Ok(pod.machine_ended(errand, now))).await?;
        let cost = if pod.errand() == errand { pod.machine_cost()? } else { None };
        if let Some(MachineCost { since, until, bill }) = cost {
            let key = format!("machine#{}#{since}#{until}", pod.id);
            let entry = Entry::Machine { pod: pod.id.clone(), bill };
            self.ledger.post(&WalletOf::pod(&pod), &key, &entry, now).await?;
        }
        Ok(())
    }
}
