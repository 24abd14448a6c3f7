//! One deploy, its steps, and the points at which they can be interrupted.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::deploy::{DeployPodV1, StepErrorV1, StepOutcomeV1, UnwindPodV1};
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::Mode;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;
use domain::pod::launch::MachinePrefix;
use domain::pod::{MachineCost, Pod, Scenario, Transition};
use jiff::{SignedDuration, Timestamp};
use providers::{Begun, Clouds, LaunchRequest};
use runtime::clock::now;
use testkit::site::DEPLOYMENT;

use crate::{Outcome, Site};

const ACTIVATION_SECS: u32 = 900;

/// What every wallet starts with: fifty dollars.
pub(crate) const START: UsdMicros = UsdMicros(50_000_000);

/// A step of the state machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// `step-hold-funds`.
    Hold,
    /// `step-launch-pod`.
    Launch,
    /// `step-probe-pod`.
    Probe,
    /// `step-mark-ready`.
    MarkReady,
    /// `step-unwind-pod`, and `on-pod-wanted` after it.
    Unwind,
}

/// The steps of a deploy that meets no obstacle.
pub const STEPS: [Step; 4] = [Step::Hold, Step::Launch, Step::Probe, Step::MarkReady];

/// A place where a deploy can be interrupted; each includes those before it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Point {
    /// The pod is pending.
    Accepted,
    /// The hold is posted, the pod does not say so.
    HoldPosted,
    /// The pod is provisioning.
    Held,
    /// The attempt is written, the provider was not called.
    AttemptWritten,
    /// The provider was called, the pod does not say so.
    ProviderCalled,
    /// The launch step ended.
    Launched,
    /// The machine answered.
    Reached,
    /// The pod is ready, its owner was not told.
    Untold,
    /// The pod is ready and its owner was told.
    Ready,
}

/// Every point, in their order.
pub const POINTS: [Point; 9] = [
    Point::Accepted,
    Point::HoldPosted,
    Point::Held,
    Point::AttemptWritten,
    Point::ProviderCalled,
    Point::Launched,
    Point::Reached,
    Point::Untold,
    Point::Ready,
];

/// A pod that is being deployed, and the wallet it is paid from.
#[derive(Debug)]
pub struct Deploy<'a> {
    /// Where.
    pub site: &'a Site,
    /// The pod.
    pub pod_id: PodId,
    /// Whose money.
    pub wallet: WalletOf,
}

impl Site {
    /// A new user with fifty dollars deploys the quoted offer.
    pub async fn deploy(&self, scenario: Option<Scenario>) -> Outcome<Deploy<'_>> {
        let wallet = self.payer(START).await?;
        let pod_id = self.open(&wallet, scenario).await?.id;
        Ok(Deploy { site: self, pod_id, wallet })
    }

    /// A pod that runs since so many seconds before now, and that instant.
    pub async fn running(&self, secs: i64) -> Outcome<(Deploy<'_>, Timestamp)> {
        let deploy = self.deploy(None).await?;
        deploy.run_all().await?;
        let since = now() - SignedDuration::from_secs(secs);
        deploy.change(|pod| pod.activate(since)).await?;
        Ok((deploy, since))
    }
}

impl Deploy<'_> {
    /// The pod as it is now.
    pub async fn pod(&self) -> Result<Pod, Error> {
        self.site.pods.load(&self.site.tenant_id, &self.pod_id).await
    }

    /// Changes the pod as a step would.
    pub async fn change(
        &self,
        decide: impl Fn(Pod) -> Result<Transition, Error>,
    ) -> Result<Pod, Error> {
        let tenant_id = &self.site.tenant_id;
        self.site.pods.change(tenant_id, &self.pod_id, |pod| decide(pod).map(Some)).await
    }

    /// Posts the pod's hold, and nothing else.
    pub async fn hold_alone(&self) -> Result<(), Error> {
        let amount = self.pod().await?.quote.hold_usd_micros;
        let hold = (HoldFor::Deploy, amount);
        self.site.ledger.hold(&self.wallet, &self.pod_id, hold, now()).await
    }

    /// Calls a step as the state machine does.
    pub async fn run(&self, step: Step) -> Result<StepOutcomeV1, Error> {
        let deploy = DeployPodV1 {
            tenant_id: self.site.tenant_id.clone(),
            pod_id: self.pod_id.clone(),
            mode: Mode::Sandbox,
        };
        match step {
            Step::Hold => self.site.hold.handle(deploy, now()).await,
            Step::Launch => self.site.launch.handle(deploy, now()).await,
            Step::Probe => self.site.probe.handle(deploy, now()).await,
            Step::MarkReady => self.site.mark_ready.handle(deploy, now()).await,
            Step::Unwind => {
                let error = StepErrorV1 { name: "NoCapacity".into(), cause: String::new() };
                let unwound = self.site.unwind.handle(UnwindPodV1 { deploy, error }, now()).await?;
                self.drive().await?;
                Ok(unwound)
            }
        }
    }

    /// Does what a message to `on-pod-wanted` does.
    pub async fn drive(&self) -> Result<(), Error> {
        let (tenant_id, pod_id) = (self.site.tenant_id.clone(), self.pod_id.clone());
        self.site.drive.handle(PodWantedV1 { tenant_id, pod_id, returns: 0 }, now()).await
    }

    /// What was captured of the pod's usage so far, micro-dollars.
    pub async fn captured(&self) -> Outcome<i64> {
        let metered = self.site.ledger.metered(&self.wallet, &self.pod_id).await?;
        Ok(metered.captured_usd_micros.0)
    }

    /// Books what the pod's machine cost us, as `on-pod-wanted` does, and nothing else.
    pub async fn bill(&self) -> Outcome<()> {
        let pod = self.pod().await?;
        let MachineCost { since, until, bill } = pod.machine_cost()?.ok_or("no machine ended")?;
        let entry = Entry::Machine { pod: pod.id.clone(), bill };
        let key = format!("machine#{}#{since}#{until}", pod.id);
        Ok(self.site.ledger.post(&self.wallet, &key, &entry, now()).await?)
    }

    /// Calls every step in turn, whatever was done before.
    pub async fn run_all(&self) -> Outcome<()> {
        self.run(Step::Hold).await?;
        self.run(Step::Launch).await?;
        self.run(Step::Probe).await?;
        self.run(Step::MarkReady).await?;
        Ok(())
    }

    /// Takes a new deploy to `point` and leaves it there.
    pub async fn bring_to(&self, point: Point) -> Outcome<()> {
        for passed in POINTS.into_iter().filter(|passed| *passed <= point) {
            self.pass(passed).await?;
        }
        Ok(())
    }

    async fn pass(&self, point: Point) -> Outcome<()> {
        match point {
            Point::Accepted => {}
            Point::HoldPosted => self.hold_alone().await?,
            Point::Held => self.run(Step::Hold).await.map(drop)?,
            Point::AttemptWritten => {
                let prefix: MachinePrefix = DEPLOYMENT.parse()?;
                let begin = |pod: Pod| {
                    let offer = pod.quote.configuration.offer.clone();
                    pod.begin_attempt(offer, &prefix, now())
                };
                self.change(begin).await?;
            }
            Point::ProviderCalled => self.call_provider().await?,
            Point::Launched => self.run(Step::Launch).await.map(drop)?,
            Point::Reached => self.run(Step::Probe).await.map(drop)?,
            Point::Untold => {
                self.change(|pod| pod.answered(ACTIVATION_SECS, now())).await?;
            }
            Point::Ready => self.run(Step::MarkReady).await.map(drop)?,
        }
        Ok(())
    }

    /// Asks the provider for the open attempt's machine; its answer is lost.
    async fn call_provider(&self) -> Outcome<()> {
        let pod = self.pod().await?;
        let attempt = pod.attempts.last().ok_or("no attempt is open")?;
        let order = LaunchRequest {
            attempt,
            configuration: &pod.quote.configuration,
            jupyter_token: None,
            scenario: pod.scenario,
        };
        let clouds = Clouds::default();
        let provider = clouds.of(pod.mode, &attempt.offer.provider)?;
        let _lost = provider.launch(order, provider.turn_to_launch(Begun::No).await?).await;
        Ok(())
    }
}
