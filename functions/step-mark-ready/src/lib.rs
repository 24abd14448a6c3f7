//! `step-mark-ready`: the machine answers, so the pod is ready and its owner gets the activation
//! link, or is told that what takes a lost pod's place runs.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::pod::{Pod, PodState};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    tenants: Tenants,
    notices: Notices,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_ACTIVATION_QUEUE_URL")?),
        })
    }

    /// Moves the pod to `ready` and mails the activation link; the same again mails it once. A pod
    /// that takes the place of a lost one runs at once, as its owner agreed on that one.
    ///
    /// # Errors
    ///
    /// `pod_over` once the pod ended, or is to end; `pod_state` before its machine answered;
    /// `unavailable`.
    pub async fn handle(&self, input: DeployPodV1, now: Timestamp) -> Result<StepOutcomeV1, Error> {
        let parameters = self.tenants.parameters(&input.tenant_id, input.mode).await?;
        let mark = |pod: Pod| pod.mark_ready(parameters.activation_secs, now);
        let pod = self.pods.change(&input.tenant_id, &input.pod_id, mark).await?;
        // Announced again by a retry after a crash; `on-notice` mails each key once.
        match pod.state {
            PodState::Ready => self.notices.announce(&NoticeV1::activate_pod(&pod)).await?,
            PodState::Running if pod.relaunch_of.is_some() => {
                self.notices.announce(&NoticeV1::pod_running(&pod)).await?;
            }
            _ => {}
        }
        Ok(StepOutcomeV1::Ready)
    }
}
