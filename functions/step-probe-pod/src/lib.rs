//! `step-probe-pod`: asks a launched machine whether it serves its user yet. The state machine
//! waits and calls again; this step says when it has waited long enough.

use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::pod::{Pod, PodState};
use domain::{Error, Kind};
use jiff::SignedDuration;
use providers::{Clouds, LaunchRequest};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Tenants' parameters.
    pub tenants: Tenants,
    /// The connected clouds.
    pub clouds: JsonSecret<Clouds>,
}

impl App {
    /// Probes once. A machine that answers has its address written to its pod.
    ///
    /// # Errors
    ///
    /// `probe_timed_out` when the machine has had its time; `pod_over`, `pod_state`,
    /// `unavailable`.
    pub async fn handle(&self, input: DeployPodV1) -> Result<StepOutcomeV1, Error> {
        let now = runtime::clock::now();
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        pod.check_deploying()?;
        if pod.state == PodState::Ready || pod.address.is_some() {
            return Ok(StepOutcomeV1::Answering);
        }
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let attempt = pod.attempts.last().filter(|attempt| attempt.is_launched());
        let attempt = attempt
            .ok_or_else(|| Error::conflict("pod_state", "This pod has no machine to be asked."))?;
        let order = LaunchRequest {
            attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: None,
            scenario: pod.scenario,
        };
        let clouds = self.clouds.get(now).await?;
        let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
        let answering = match cloud.answering(order, now).await {
            // A cloud that is busy says nothing about the machine; its time goes on.
            Err(error) if error.kind == Kind::Unavailable => {
                tracing::warn!(pod_id = %pod.id, error = ?error, "the cloud could not be asked");
                None
            }
            answer => answer?,
        };
        if let Some(address) = answering {
            let reached = |pod: Pod| {
                pod.check_deploying()?;
                if pod.address.is_some() {
                    return Ok(None);
                }
                pod.reached(address.clone(), now).map(Some)
            };
            self.pods.change(&input.tenant_id, &input.pod_id, reached).await?;
            return Ok(StepOutcomeV1::Answering);
        }
        let limit = SignedDuration::from_secs(i64::from(parameters.probe_secs_max));
        if now >= attempt.started_at + limit {
            return Err(Error::conflict(
                "probe_timed_out",
                "The machine did not answer in time. Nothing was charged.",
            ));
        }
        Ok(StepOutcomeV1::Waiting { wait_secs: parameters.probe_interval_secs })
    }
}
