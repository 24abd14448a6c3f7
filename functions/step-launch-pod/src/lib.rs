//! `step-launch-pod`: tries one offer after the other until a machine is launched.
//!
//! The attempt with its machine's name is written before the provider is called, and after its turn
//! has come: a provider that is busy leaves nothing behind. The next call after a crash or a time-out
//! finds the attempt open, and launches by that name, which gives the machine that may be there.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::secrets::PepperStore;
use adapters::clouds::ConnectedClouds;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::market::launches::Launch;
use domain::money::ledger::Entry;
use domain::pod::launch::{LaunchStep, MachinePrefix, no_capacity};
use domain::pod::{Attempt, AttemptOutcome, Pod};
use domain::{Error, Kind, Mode};
use jiff::{SignedDuration, Timestamp};
use providers::{Begun, LaunchError, LaunchRequest, LaunchTurn, Machine, Provider};
use runtime::config::{Config, ConfigError};

/// Seconds after which no further offer is tried in one call; the slowest try must still fit.
const TRYING_SECS_MAX: i64 = 10;

/// What came of one offer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tried {
    Launched,
    /// It had no capacity, or came dearer than promised.
    Refused,
}

/// What the step works with.
#[derive(Debug)]
pub struct App {
    pods: Pods,
    ledger: Ledger,
    tenants: Tenants,
    market: MarketStore,
    pepper: PepperStore,
    clouds: ConnectedClouds,
    prefix: MachinePrefix,
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
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
            pepper: PepperStore::new(aws, config.required("TOKEN_PEPPER_SECRET_ARN")?),
            clouds: ConnectedClouds::new(
                aws,
                config.required("GPU_CLOUDS_SECRET_ARN")?,
                config.required("PODS_TABLE")?,
                runtime::clock::now,
            ),
            prefix: config.required("DEPLOYMENT")?,
        })
    }

    /// Launches a machine on the quoted offer, or on the next one that can stand in for it.
    ///
    /// # Errors
    ///
    /// `no_capacity` when no offer is left to try; `pod_over` once the pod ended, or is to end;
    /// `pod_state` unless it is provisioning; `busy` when its cloud has no time; `unavailable` when a
    /// machine may or may not exist, which the next call finds out, or when there are more offers to
    /// try than time.
    pub async fn handle(&self, input: DeployPodV1, now: Timestamp) -> Result<StepOutcomeV1, Error> {
        let mut at = now;
        while at < now + SignedDuration::from_secs(TRYING_SECS_MAX) {
            if self.try_one(&input, at).await? == Tried::Launched {
                return Ok(StepOutcomeV1::Launched);
            }
            at = at.max(runtime::clock::now());
        }
        Err(Error::unavailable("the next GPU cloud", "there is no time left to try it"))
    }

    async fn try_one(&self, input: &DeployPodV1, now: Timestamp) -> Result<Tried, Error> {
        let pod = self.pods.load(&input.tenant_id, &input.pod_id).await?;
        let clouds = self.clouds.get(now).await?;
        let parameters = self.tenants.parameters(&pod.tenant_id, pod.mode).await?;
        let market = self.market.newest(pod.mode, now).await?;
        let (pod, attempt, turn) =
            match pod.launch_step(market.snapshot(), parameters.launch_tries_max, now)? {
                LaunchStep::Done => return Ok(Tried::Launched),
                LaunchStep::Resume(attempt) => {
                    let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
                    (pod, *attempt, cloud.turn_to_launch(Begun::Yes).await?)
                }
                LaunchStep::Try(next) => {
                    let cloud = clouds.of(pod.mode, &next.offer.provider)?;
                    let turn = cloud.turn_to_launch(Begun::No).await?;
                    let at = now.max(runtime::clock::now());
                    let begin = |pod: Pod| pod.begin_try(&next, &self.prefix, at).map(Some);
                    let pod = self.pods.change(&input.tenant_id, &input.pod_id, begin).await?;
                    let attempt = pod.attempts.last().cloned().ok_or_else(no_capacity)?;
                    (pod, attempt, turn)
                }
            };
        let cloud = clouds.of(pod.mode, &attempt.offer.provider)?;
        let machine = self.launch((cloud, turn), &pod, &attempt).await?;
        let at_its_price = |it: &&Machine| !pod.breaks_price(it.rate_usd_micros_per_hour);
        let kept = machine.as_ref().filter(at_its_price);
        let machine_id = kept.map(|machine| machine.id.as_str());
        // Not when the step began: how long the cloud took to launch is part of the pod's history.
        let answered_at = now.max(runtime::clock::now());
        let close = |pod: Pod| pod.close_try(attempt.number, machine_id, answered_at);
        let pod = self.pods.change(&pod.tenant_id, &pod.id, close).await?;
        if pod.outcome_of(attempt.number) == Some(AttemptOutcome::Launched) {
            return Ok(Tried::Launched);
        }
        if let Some(machine) = &machine {
            // It is dearer than promised, or the unwind came in between and may have missed it. The
            // attempt was closed first: after a crash here the sweep ends the machine, while an open
            // attempt would launch it once more.
            self.give_back(cloud, &pod, &attempt, machine).await?;
        }
        pod.check_deploying()?;
        Ok(Tried::Refused)
    }

    /// Ends a machine that served nobody and books what it cost us.
    async fn give_back(
        &self,
        cloud: &dyn Provider,
        pod: &Pod,
        attempt: &Attempt,
        machine: &Machine,
    ) -> Result<(), Error> {
        let ended = cloud.terminate(&attempt.machine_name).await;
        self.book(pod, attempt, machine, runtime::clock::now()).await?;
        ended.map(drop)
    }

    /// Books what a machine cost us that served nobody, once for each attempt.
    async fn book(
        &self,
        pod: &Pod,
        attempt: &Attempt,
        machine: &Machine,
        now: Timestamp,
    ) -> Result<(), Error> {
        let until = now.max(runtime::clock::now());
        let bill = attempt.house_bill(machine.rate_usd_micros_per_hour, until)?;
        let Some(bill) = bill else { return Ok(()) };
        let key = format!("machine#{}#attempt#{}", pod.id, attempt.number);
        let entry = Entry::Machine { pod: pod.id.clone(), bill };
        self.ledger.post_first(&WalletOf::pod(pod), &key, &entry, until).await
    }

    /// The machine, or `None` when there is no capacity.
    async fn launch(
        &self,
        (cloud, turn): (&dyn Provider, LaunchTurn),
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
        let launched = cloud.launch(order, turn).await;
        self.note(pod, attempt, &launched).await;
        match launched {
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

    /// Notes what a LIVE cloud answered, for its record and for whether it should rest.
    async fn note(&self, pod: &Pod, attempt: &Attempt, launched: &Result<Machine, LaunchError>) {
        let (cloud, now) = (attempt.offer.provider.as_str(), runtime::clock::now());
        let answered = match launched {
            Err(LaunchError::Failed(error)) if error.is_busy() => return,
            Err(LaunchError::Failed(error)) => error.kind != Kind::Unavailable,
            Ok(_) | Err(LaunchError::NoCapacity | LaunchError::QuotaReached) => true,
        };
        if pod.mode == Mode::Live {
            self.clouds.note_answer(cloud, answered, now).await;
            if matches!(launched, Err(LaunchError::NoCapacity | LaunchError::QuotaReached)) {
                self.clouds.count_launch(cloud, Launch::Failed, now).await;
            }
        }
    }
}
