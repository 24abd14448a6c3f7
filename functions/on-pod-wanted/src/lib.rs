//! `on-pod-wanted`: drives a pod's machine and money to where they are wanted.
//!
//! What is wanted stands on the pod's row; a message only says that it is worth a look. Every act
//! can be repeated, and each is followed by the write that says it is done, so a message that is
//! lost, doubled or cut off anywhere ends in the same state. `every-pod-sweep` sends another one
//! for each pod that is not settled.

mod end;
mod keep;
mod resume;

use adapters::aws::notices::Notices;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::{JsonSecret, PepperStore};
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::pod::{Change, Driver, Pod};
use jiff::Timestamp;
use providers::Clouds;

/// How often one message comes back while a provider takes its time; after that the sweep's next
/// one goes on.
const RETURNS_MAX: u32 = 20;
/// Seconds between two looks at a provider that stops or ends a machine.
const LOOK_SECS: u32 = 3;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
    /// Tenants' parameters.
    pub tenants: Tenants,
    /// Our accounts at GPU clouds.
    pub clouds: JsonSecret<Clouds>,
    /// What a Jupyter token is derived from.
    pub pepper: PepperStore,
    /// Whom to tell.
    pub notices: Notices,
    /// Its own queue, for what takes time.
    pub wanted: Queue<PodWantedV1>,
}

/// How far a pod was driven.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Nothing is left to do, or the next thing can be done at once.
    Done,
    /// Its provider needs this many seconds.
    Wait(u32),
}

impl App {
    /// Drives one pod until it is settled, or comes back later if its provider takes its time.
    ///
    /// # Errors
    ///
    /// `unavailable`; the message is delivered again.
    pub async fn handle(&self, message: PodWantedV1) -> Result<(), Error> {
        let mut pod = self.pods.load(&message.tenant_id, &message.pod_id).await?;
        loop {
            let version = pod.version;
            let step = match pod.driver() {
                Driver::Rest => return Ok(()),
                Driver::Stop => self.stop(pod).await?,
                Driver::Keep => self.keep(pod).await?,
                Driver::Resume => self.resume(pod).await?,
                Driver::End => self.end(pod).await?,
            };
            if let Step::Wait(secs) = step {
                return self.come_back(message, secs).await;
            }
            pod = self.pods.load(&message.tenant_id, &message.pod_id).await?;
            if pod.version == version {
                // It could go no further, and says so itself; the sweep comes back to it.
                return Ok(());
            }
        }
    }

    async fn come_back(&self, message: PodWantedV1, secs: u32) -> Result<(), Error> {
        if message.returns >= RETURNS_MAX {
            return Ok(());
        }
        let returns = message.returns.saturating_add(1);
        self.wanted.send_later(&PodWantedV1 { returns, ..message }, secs).await
    }

    async fn change(
        &self,
        pod: &Pod,
        decide: impl Fn(Pod) -> Result<Option<Change>, Error>,
    ) -> Result<Pod, Error> {
        self.pods.change(&pod.tenant_id, &pod.id, decide).await
    }
}

/// The last instant a pod was charged for, or now: clocks of two functions may disagree.
pub(crate) fn capture_until(pod: &Pod, now: Timestamp) -> Timestamp {
    pod.clock.last().and_then(|last| last.until).map_or(now, |until| until.max(now))
}
