//! `step-launch-pod`: tries one offer.
//!
//! The attempt with its machine's name is written before the provider is called. Whoever comes
//! back after a crash or a time-out finds it open, and asks the provider by that name before
//! launching again.

use adapters::aws::market::MarketStore;
use adapters::aws::secrets::{JsonSecret, PepperStore};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::Error;
use domain::pod::Pod;
use domain::pod::launch::{LaunchStep, no_capacity};
use domain::pod::{Attempt, AttemptOutcome};
use providers::{Clouds, LaunchError, LaunchRequest, Machine, Provider};

/// What the step works with.
#[derive(Debug)]
pub struct App {
    /// Pods.
    pub pods: Pods,
    /// Tenants' parameters.
    pub tenants: Tenants,
    /// Where the next offer is found.
    pub market: MarketStore,
    /// What a Jupyter token is derived from.
    pub pepper: PepperStore,
    /// The connected clouds.
    pub clouds: JsonSecret<Clouds>,
    /// The deployment's name, part of every machine's name.
    pub stack: String,
}

impl App {
    /// Tries the quoted offer or the next one that can stand in for it.
    ///
    /// # Errors
    ///
    /// `no_capacity` when no offer is left to try; `pod_over` once the pod ended; `unavailable`
    /// when a machine may or may not exist, which the next call finds out.
    pub async fn handle(&self, input: DeployPodV1) -> Result<StepOutcomeV1, Error> {
        let now = runtime::clock::now();
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        let clouds = self.clouds.get(now).await?;
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let market = self.market.newest(pod.mode, now).await?;
        let tries_max = parameters.launch_tries_max;
        let (pod, attempt, found) = match pod.launch_step(market.snapshot(), tries_max)? {
            LaunchStep::Done => return Ok(StepOutcomeV1::Launched),
            LaunchStep::Resume(attempt) => {
                let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
                let found = cloud.find(&attempt.machine_name).await?;
                (pod, *attempt, found)
            }
            LaunchStep::Try(offer) => {
                // Before any intent is written: what nobody can launch, nobody can give back.
                clouds.of(pod.mode, &offer.provider)?;
                let tried = pod.attempts.len();
                let begin = |pod: Pod| {
                    pod.check_deploying()?;
                    if pod.attempts.len() != tried {
                        // Its twin was first; the retry finds what that one wrote.
                        return Err(Error::unavailable("the pod's launch", "it is under way"));
                    }
                    pod.begin_attempt((*offer).clone(), &self.stack, now).map(Some)
                };
                let pod = self.pods.change(&input.tenant_id, &input.pod_id, begin).await?;
                let attempt = pod.attempts.last().cloned().ok_or_else(no_capacity)?;
                (pod, attempt, None)
            }
        };
        let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
        let machine = match found {
            Some(machine) => Some(machine),
            None => self.launch(cloud, &pod, &attempt).await?,
        };
        self.settle(cloud, &pod, &attempt, machine).await
    }

    /// The machine, or `None` when there is no capacity.
    async fn launch(
        &self,
        cloud: &dyn Provider,
        pod: &Pod,
        attempt: &Attempt,
    ) -> Result<Option<Machine>, Error> {
        let jupyter_token = pod.jupyter_token(self.pepper.pepper().await?);
        let order = LaunchRequest {
            attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: jupyter_token.as_deref(),
            scenario: pod.scenario,
        };
        match cloud.launch(order).await {
            Ok(machine) => Ok(Some(machine)),
            Err(LaunchError::NoCapacity) => Ok(None),
            Err(LaunchError::QuotaReached) => {
                let cloud = attempt.offer.provider.as_str();
                tracing::error!(cloud, pod_id = %pod.id, "this account's quota is reached");
                Ok(None)
            }
            Err(LaunchError::Failed(error)) => Err(error),
        }
    }

    /// Writes what came of the attempt, unless the unwind or a twin of this call did; a machine
    /// dearer than promised, or of a pod that ended meanwhile, is given back.
    async fn settle(
        &self,
        cloud: &dyn Provider,
        pod: &Pod,
        attempt: &Attempt,
        machine: Option<Machine>,
    ) -> Result<StepOutcomeV1, Error> {
        let kept = match machine {
            Some(machine) if pod.breaks_price(machine.rate_usd_micros_per_hour) => {
                cloud.terminate(&attempt.machine_name).await?;
                None
            }
            machine => machine,
        };
        let now = runtime::clock::now();
        let of = |pod: &Pod| {
            pod.attempts.iter().find(|it| it.number == attempt.number).map(|it| it.outcome)
        };
        let close = |pod: Pod| match &kept {
            _ if of(&pod) != Some(AttemptOutcome::Launching) => Ok(None),
            Some(machine) => pod.attempt_launched(machine.id.clone(), now).map(Some),
            None => pod.attempt_refused(now).map(Some),
        };
        let pod = self.pods.change(&pod.tenant_id, &pod.id, close).await?;
        if of(&pod) == Some(AttemptOutcome::Launched) {
            return Ok(StepOutcomeV1::Launched);
        }
        if kept.is_some() {
            // The unwind came in between and may have missed this machine.
            cloud.terminate(&attempt.machine_name).await?;
        }
        pod.check_deploying()?;
        Ok(StepOutcomeV1::TryNext)
    }
}
