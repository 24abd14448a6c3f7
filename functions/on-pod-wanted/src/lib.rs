//! `on-pod-wanted`: takes a pod's machine and money to where they are wanted.
//!
//! What is wanted is on the pod's row; a message only says that the pod is worth a look. Every act
//! can be repeated, and each is followed by the write that says it is done, so a message that is
//! lost, doubled or cut off anywhere ends in the same state. `every-pod-sweep` sends another one
//! for each pod that is not settled.

mod end;
mod keep;
mod relaunch;
mod resume;

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::notices::Notices;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::PepperStore;
use adapters::clouds::ConnectedClouds;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::pod::{NextAct, Pod, Transition};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// How often one message is put back while a provider takes its time; after that the sweep's next
/// one goes on.
const RETURNS_MAX: u32 = 20;
/// Seconds until a provider that is stopping or ending a machine is asked again.
const LOOK_SECS: u32 = 3;
/// The shortest pause before a busy cloud is asked again, and the range over which pauses are spread,
/// so that those turned away together do not return together.
const BUSY_SECS_MIN: u32 = 3;
const BUSY_SECS_SPREAD: u32 = 12;
/// What a return to a busy cloud counts for: such a message lives no longer than until the sweep sends
/// the next, or several for one pod would press the cloud still more.
const BUSY_RETURNS: u32 = 4;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    quotes: Quotes,
    ledger: Ledger,
    tenants: Tenants,
    clouds: ConnectedClouds,
    pepper: PepperStore,
    notices: Notices,
    deploys: Deploys,
    wanted: Queue<PodWantedV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let wanted = config.required("ON_POD_WANTED_QUEUE_URL")?;
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            quotes: Quotes::new(aws, config.required("PODS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            clouds: ConnectedClouds::new(
                aws,
                config.required("GPU_CLOUDS_SECRET_ARN")?,
                config.required("PODS_TABLE")?,
                runtime::clock::now,
            ),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
            deploys: Deploys::new(aws, config.required("DEPLOY_POD_STATE_MACHINE_ARN")?),
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
        })
    }
}

/// What one message has to do with: a pod as it was read, and the instant the message came.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) pod: Pod,
    pub(crate) now: Timestamp,
}

/// The instant after a call that took its time; never before the one it began at.
fn later(began: Timestamp) -> Timestamp {
    began.max(runtime::clock::now())
}

/// What an act leaves to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Nothing, or something that can be done at once.
    Done,
    /// Its provider needs this many seconds.
    Wait(u32),
}

/// Seconds until a busy cloud is asked again: different from pod to pod and from one time to the
/// next.
fn busy_secs(message: &PodWantedV1) -> u32 {
    let spread = |sum: u32, byte: u8| sum.wrapping_mul(31).wrapping_add(u32::from(byte));
    let sum = message.pod_id.as_str().bytes().fold(message.returns, spread);
    BUSY_SECS_MIN.saturating_add(sum % BUSY_SECS_SPREAD)
}

impl App {
    /// Does what is to be done for one pod until it is settled, or comes back later if its provider
    /// takes its time.
    ///
    /// # Errors
    ///
    /// `not_found` for a pod that is not there; `unavailable`, after which the message is delivered
    /// again.
    pub async fn handle(&self, message: PodWantedV1, now: Timestamp) -> Result<(), Error> {
        let (mut pod, mut now) = (self.pods.load(&message.tenant_id, &message.pod_id).await?, now);
        loop {
            let version = pod.version;
            let act = pod.next_act();
            let look = Look { pod, now };
            let step = match act {
                NextAct::Nothing => return Ok(()),
                NextAct::Stop => self.stop(look).await,
                NextAct::Keep => self.keep(look).await,
                NextAct::Resume => self.resume(look).await,
                NextAct::End => self.end(look).await,
            };
            match step {
                Ok(Step::Done) => {}
                Ok(Step::Wait(secs)) => return self.come_back(message, secs, 1).await,
                Err(error) if error.is_busy() => {
                    let secs = busy_secs(&message);
                    return self.come_back(message, secs, BUSY_RETURNS).await;
                }
                Err(error) => return Err(error),
            }
            pod = self.pods.load(&message.tenant_id, &message.pod_id).await?;
            now = later(now);
            if pod.version == version {
                // It could go no further; the sweep comes back to it.
                return Ok(());
            }
        }
    }

    /// Sends the message once more, in so many seconds; the return counts for `counts`.
    async fn come_back(&self, message: PodWantedV1, secs: u32, counts: u32) -> Result<(), Error> {
        if message.returns >= RETURNS_MAX {
            return Ok(());
        }
        let returns = message.returns.saturating_add(counts);
        self.wanted.send_later(&PodWantedV1 { returns, ..message }, secs).await
    }

    /// Whether nobody has changed the pod since it was read: asked just before its machine is
    /// stopped or started, for a delivery that comes late must not act on what it saw long ago.
    async fn is_unchanged(&self, pod: &Pod) -> Result<bool, Error> {
        let current = self.pods.load(&pod.tenant_id, &pod.id).await?;
        Ok(current.version == pod.version)
    }

    async fn change(
        &self,
        pod: &Pod,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Result<Pod, Error> {
        self.pods.change(&pod.tenant_id, &pod.id, decide).await
    }
}
