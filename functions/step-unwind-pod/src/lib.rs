//! `step-unwind-pod`: the end of a deploy that failed, at whatever point it stopped.
//!
//! It decides that the pod failed, and with that that it is to end; `on-pod-wanted` then gives back
//! its machine and its money, as it does for every other end.

mod reason;

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::Pods;
use contracts::deploy::{StepOutcomeV1, UnwindPodV1};
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::pod::{NextAct, Pod};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
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
            wanted: Queue::new(aws, wanted, "the on-pod-wanted queue"),
        })
    }

    /// Ends a deploy; the same again changes nothing. A pod that was activated meanwhile, or that
    /// has ended already, stays as it is.
    ///
    /// # Errors
    ///
    /// `unavailable`; the state machine tries again.
    pub async fn handle(&self, input: UnwindPodV1, now: Timestamp) -> Result<StepOutcomeV1, Error> {
        let reason = reason::of(&input.error);
        let deploy = &input.deploy;
        let unwind = |pod: Pod| pod.unwind(reason.clone(), now);
        let pod = self.pods.change(&deploy.tenant_id, &deploy.pod_id, unwind).await?;
        if pod.next_act() == NextAct::End {
            self.wanted.send(&PodWantedV1::from(&pod)).await?;
        } else {
            tracing::warn!(pod_id = %pod.id, state = ?pod.state, "nothing to unwind");
        }
        Ok(StepOutcomeV1::Unwound)
    }
}
