//! `step-settle-launch`: the machine answers, so the pod is ready and its owner is told.

use adapters::aws::notices::Notices;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::pod::PodState;

/// What the step works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Tenants' parameters.
    pub tenants: Tenants,
    /// Mails to be sent.
    pub notices: Notices,
}

impl App {
    /// Moves the pod to `ready` and mails the activation link; the same again mails it once.
    ///
    /// # Errors
    ///
    /// `pod_over`, `pod_state`, `unavailable`.
    pub async fn handle(&self, input: DeployPodV1) -> Result<StepOutcomeV1, Error> {
        let now = runtime::clock::now();
        let parameters = self.tenants.parameters(&input.tenant_id, input.mode).await?;
        let pod = self
            .pods
            .change(&input.tenant_id, &input.pod_id, |pod| {
                pod.check_deploying()?;
                match pod.state {
                    PodState::Provisioning => {
                        pod.answered(parameters.activation_secs, now).map(Some)
                    }
                    _ => Ok(None),
                }
            })
            .await?;
        let wait_secs = pod.activation_secs_left(now);
        // Sent again by a retry after a crash; `on-notice` mails each key once.
        self.notices.announce(&NoticeV1::activate_pod(&pod)).await?;
        Ok(StepOutcomeV1::Settled { wait_secs })
    }
}
