//! Input and answers of the state machine `deploy-pod` and its steps.

use domain::Mode;
use domain::id::{PodId, TenantId};
use domain::pod::Pod;
use serde::{Deserialize, Serialize};

/// What the state machine is started with, and every step receives.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DeployPodV1 {
    /// The pod's tenant.
    pub tenant_id: TenantId,
    /// The pod to bring up; it names the execution too.
    pub pod_id: PodId,
    /// The pod's own mode, which its tenant may have left since.
    pub mode: Mode,
}

impl From<&Pod> for DeployPodV1 {
    fn from(pod: &Pod) -> Self {
        Self { tenant_id: pod.tenant_id.clone(), pod_id: pod.id.clone(), mode: pod.mode }
    }
}

/// What a step answers; the state machine branches on `outcome`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum StepOutcomeV1 {
    /// `step-hold-funds`: the money is held.
    Held,
    /// `step-launch-pod`: a machine exists.
    Launched,
    /// `step-probe-pod`: the machine answers.
    Answering,
    /// `step-probe-pod`: not yet; call again after this many seconds.
    Waiting {
        /// Seconds to wait.
        wait_secs: u32,
    },
    /// `step-probe-pod`: the machine got no place and was given up; try the next offer.
    NoPlace,
    /// `step-mark-ready`: the pod is ready and its owner has been sent the activation link.
    Ready,
    /// `step-unwind-pod`: the pod has failed, and `on-pod-wanted` was asked to give back its machine
    /// and its money.
    Unwound,
}

/// How the state machine reports a failed step to `step-unwind-pod`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StepErrorV1 {
    /// The error's name: `NoCapacity`.
    #[serde(rename = "Error")]
    pub name: String,
    /// JSON text with `errorMessage`, or plain words.
    #[serde(rename = "Cause", default)]
    pub cause: String,
}

/// What `step-unwind-pod` receives.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UnwindPodV1 {
    /// The deploy to undo.
    #[serde(flatten)]
    pub deploy: DeployPodV1,
    /// What the state machine caught.
    pub error: StepErrorV1,
}

#[cfg(test)]
mod tests {
    use super::{DeployPodV1, StepOutcomeV1, UnwindPodV1};
    use crate::golden::round_trip;

    #[test]
    fn every_step_reads_the_deploy_it_is_given_and_answers_what_the_machine_branches_on() {
        for step in ["step-hold-funds", "step-launch-pod", "step-probe-pod", "step-mark-ready"] {
            assert_eq!(round_trip::<DeployPodV1>(step, "input"), 1, "{step}");
            assert!(round_trip::<StepOutcomeV1>(step, "output") >= 1, "{step}");
        }
    }

    #[test]
    fn the_unwind_reads_the_deploy_with_its_error() {
        assert_eq!(round_trip::<UnwindPodV1>("step-unwind-pod", "input"), 1);
        assert_eq!(round_trip::<StepOutcomeV1>("step-unwind-pod", "output"), 1);
    }
}
