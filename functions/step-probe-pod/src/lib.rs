//! `step-probe-pod`: asks a launched machine whether it serves its user yet. The state machine waits
//! and calls again, until the machine answers or has had its time.

use adapters::Aws;
use adapters::clouds::ConnectedClouds;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::market::launches::Launch;
use domain::pod::{Attempt, Pod, Probe};
use domain::{Error, Kind, Mode};
use jiff::Timestamp;
use providers::{LaunchRequest, Provider};
use runtime::config::{Config, ConfigError};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    tenants: Tenants,
    clouds: ConnectedClouds,
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
            clouds: ConnectedClouds::new(
                aws,
                config.required("GPU_CLOUDS_SECRET_ARN")?,
                config.required("PODS_TABLE")?,
                runtime::clock::now,
            ),
        })
    }

    /// Probes once. A machine that answers has its address written to its pod; one that waits for a
    /// place for too long is given up.
    ///
    /// # Errors
    ///
    /// `probe_timed_out` when the machine has had its time; `price_raised` if it turns out to cost
    /// more than promised; `pod_over` once the pod ended, or is to
    /// end; `pod_state` when it has no machine; `unavailable`.
    pub async fn handle(&self, input: DeployPodV1, now: Timestamp) -> Result<StepOutcomeV1, Error> {
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        let attempt = match pod.probe()? {
            Probe::Answered => return Ok(StepOutcomeV1::Answering),
            Probe::GivenUp => return Ok(StepOutcomeV1::NoPlace),
            Probe::Ask(attempt) => attempt,
        };
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let order = LaunchRequest {
            attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: None,
            scenario: pod.scenario,
        };
        let clouds = self.clouds.get(now).await?;
        let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
        let listed = match self.clouds.listed(cloud, attempt, attempt.started_at, now).await {
            // A cloud that is busy says nothing about the machine; its time goes on.
            Err(error) if error.kind == Kind::Unavailable => {
                tracing::warn!(pod_id = %pod.id, error = ?error, "the cloud could not be asked");
                None
            }
            listed => listed?,
        };
        if let Some(machine) = &listed {
            // Its launch may not have told what it costs.
            pod.check_price(machine.rate_usd_micros_per_hour)?;
            if pod.has_no_place(machine.state, &parameters, now) {
                return self.give_up(cloud, &pod, attempt, now).await;
            }
        }
        let address = listed.and_then(|machine| machine.address);
        if let Some(address) = cloud.answering(order, address.as_ref(), now).await? {
            let note = |pod: Pod| pod.note_answer(address.clone(), now);
            self.pods.change(&pod.tenant_id, &pod.id, note).await?;
            let secs = now.duration_since(attempt.started_at).as_secs();
            let secs = u32::try_from(secs).unwrap_or_default();
            self.count(&pod, attempt, Launch::Answered { secs }, now).await;
            return Ok(StepOutcomeV1::Answering);
        }
        match pod.probe_again_secs(&parameters, now) {
            Ok(wait_secs) => Ok(StepOutcomeV1::Waiting { wait_secs }),
            Err(timed_out) => {
                self.count(&pod, attempt, Launch::Failed, now).await;
                Err(timed_out)
            }
        }
    }

    async fn count(&self, pod: &Pod, attempt: &Attempt, launch: Launch, now: Timestamp) {
        if pod.mode == Mode::Live {
            self.clouds.count_launch(&attempt.offer.provider, launch, now).await;
        }
    }

    /// Gives up a machine that got no place. The attempt is closed first: from then on nobody waits
    /// for the machine, and the sweep ends it if the cloud does not hear of its end here.
    async fn give_up(
        &self,
        cloud: &dyn Provider,
        pod: &Pod,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<StepOutcomeV1, Error> {
        let close = |pod: Pod| pod.give_up(attempt.number, now);
        self.pods.change(&pod.tenant_id, &pod.id, close).await?;
        self.count(pod, attempt, Launch::Failed, now).await;
        if let Err(error) = cloud.terminate(&attempt.machine_name).await {
            tracing::warn!(pod_id = %pod.id, error = ?error, "what got no place was not ended");
        }
        Ok(StepOutcomeV1::NoPlace)
    }
}
