//! A tenant with a GPU cloud of its own, and the functions that serve it, all over one line.

use std::sync::Arc;

use adapters::Aws;
use adapters::tables::ledger::WalletOf;
use adapters::tables::pods::{Pods, SHARDS};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use axum::Router;
use contracts::deploy::{DeployPodV1, StepErrorV1, StepOutcomeV1, UnwindPodV1};
use contracts::sweep::{AccountDueV1, SweepDueV1};
use contracts::usage::UsageDueV1;
use contracts::wanted::PodWantedV1;
use domain::id::{PodId, QuoteId};
use domain::market::offer::{GpuThousandths, Offer};
use domain::market::price::Margins;
use domain::market::quote::{Configuration, Quote, QuoteTerms};
use domain::money::{BasisPoints, UsdMicros};
use domain::pod::{Pod, Transition};
use domain::{Error, Kind as ErrorKind, Mode};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use runtime::config::Config;
use runtime::ids::entropy;
use serde_json::json;
use testkit::cloud_site::{self, KEY};
use testkit::{Answer, Call, OwnQueue, Site, Stack, samples};

use crate::{Line, Outcome};

/// Where pods are deployed unless their cloud is what matters: its machines can be stopped.
pub const CLOUD: &str = "runpod";
const REGION: &str = "us-east-1";
/// Tries of everything before it is given up; about what queues and the state machine allow.
const TRIES: usize = 6;
/// Rounds of the sweep that a broken pod is given.
const ROUNDS: i32 = 12;
/// Rather more than a minute, so that each round is a sighting of its own.
const ROUND: SignedDuration = SignedDuration::from_secs(70);
/// What every wallet starts with: a hundred dollars.
pub(crate) const START: UsdMicros = UsdMicros(100_000_000);
/// An execution that only waits, so that it always counts as running.
const WAITING: &str =
    r#"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":86400,"End":true}}}"#;

/// Everything one trial needs.
pub struct World {
    /// The tenant, reached without the line.
    pub site: Site,
    /// Its cloud, as offers name it.
    name: &'static str,
    /// Its cloud, reached without the line.
    pub cloud: cloud_site::Site,
    /// What its functions reach everything over.
    pub line: Arc<Line>,
    /// What its pods are deployed on.
    pub offer: Offer,
    /// Whose money.
    pub of: WalletOf,
    /// The local AWS, over the line.
    pub aws: Aws,
    pub(crate) signup: Router,
    pods_api: Router,
    activate_api: Router,
    /// The pods table, over the line.
    pods: Pods,
    wanted: OwnQueue,
    pub(crate) hold: step_hold_funds::App,
    pub(crate) launch: step_launch_pod::App,
    pub(crate) probe: step_probe_pod::App,
    pub(crate) mark_ready: step_mark_ready::App,
    unwind: step_unwind_pod::App,
    drive: on_pod_wanted::App,
    usage: on_usage_due::App,
    sweep: on_sweep_due::App,
    account: on_account_due::App,
}

/// A client of the local AWS; each SDK has a configuration of its own.
macro_rules! client {
    ($sdk:ident, $endpoint:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url($endpoint)
                .region(Region::new(REGION))
                .credentials_provider(Credentials::new("test", "test", None, None, "faults"))
                .build(),
        )
    };
}

/// The tables of a site, but for what is the world's own.
async fn config(
    site: &Site,
    cloud: &cloud_site::Site,
    line: &Arc<Line>,
    interval_ms: u64,
) -> Outcome<Config> {
    let endpoint = Stack::from_env()?.endpoint;
    let upstream = cloud.control.url().to_owned();
    let accounts = paced(cloud, interval_ms).replace(&upstream, &line.listen(&upstream).await?);
    let name = format!("faults-{}", site.tenant_id.body());
    let secrets = client!(aws_sdk_secretsmanager, &endpoint);
    let secret = secrets.create_secret().name(&name).secret_string(accounts).send().await?;
    let machines = client!(aws_sdk_sfn, &endpoint);
    let ours: String = site.config().required("DEPLOY_POD_STATE_MACHINE_ARN")?;
    let ours = machines.describe_state_machine().state_machine_arn(ours).send().await?;
    let role = ours.role_arn;
    let machine = machines.create_state_machine().name(&name).definition(WAITING).role_arn(role);
    let machine = machine.send().await?;
    let secret = secret.arn.ok_or("the secret has no address")?;
    let config = site.config().with("GPU_CLOUDS_SECRET_ARN", &secret);
    Ok(config.with("DEPLOY_POD_STATE_MACHINE_ARN", &machine.state_machine_arn))
}

/// The account of a site's cloud with a pace.
fn paced(cloud: &cloud_site::Site, millis: u64) -> String {
    let paced = format!("\"min_interval_ms\":{millis}");
    cloud.account().replace("\"min_interval_ms\":0", &paced)
}

/// The cheapest machine with one GPU.
fn cheapest(offers: &[Offer]) -> Outcome<Offer> {
    let fit = offers.iter().filter(|it| it.gpu_count == GpuThousandths::ONE);
    let cheapest = fit.min_by_key(|it| it.provider_rate_usd_micros_per_hour.0);
    cheapest.cloned().ok_or_else(|| "no offer fits".into())
}

impl World {
    /// A world in which calls over `line` go wrong as it says.
    pub async fn on(line: Arc<Line>) -> Outcome<Self> {
        Self::at(CLOUD, line, 0).await
    }

    /// The same at a cloud, with so many milliseconds between requests to it.
    pub(crate) async fn at(name: &'static str, line: Arc<Line>, interval_ms: u64) -> Outcome<Self> {
        let cloud = cloud_site::Site::at(name).await?;
        cloud.control.set(json!({"boot_ms": 0, "stop_ms": 0, "terminate_ms": 0})).await?;
        let offers = cloud.provider()?.offers(now()).await?;
        let offer = cheapest(&offers)?;
        let site = Site::in_mode(Mode::Live, offers).await?;
        let config = config(&site, &cloud, &line, interval_ms).await?;
        let endpoint = line.listen(&Stack::from_env()?.endpoint).await?;
        let over_line = Aws::connect_to(&endpoint, REGION).await;
        let aws = &over_line;
        let of = site.payer(START).await?;
        site.join(&of.user_id).await?;
        let wanted = site.queue().await?;
        let config = &config.with("ON_POD_WANTED_QUEUE_URL", &wanted.url);
        Ok(Self {
            signup: api_signup::router(api_signup::App::new(aws, config)?),
            pods_api: api_pods::router(api_pods::App::new(aws, config)?),
            activate_api: api_activate::router(api_activate::App::new(aws, config)?),
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            hold: step_hold_funds::App::new(aws, config)?,
            launch: step_launch_pod::App::new(aws, config)?,
            probe: step_probe_pod::App::new(aws, config)?,
            mark_ready: step_mark_ready::App::new(aws, config)?,
            unwind: step_unwind_pod::App::new(aws, config)?,
            drive: on_pod_wanted::App::new(aws, config)?,
            usage: on_usage_due::App::new(aws, config)?,
            sweep: on_sweep_due::App::new(aws, config)?,
            account: on_account_due::App::new(aws, config)?,
            site,
            name,
            cloud,
            line,
            offer,
            of,
            wanted,
            aws: over_line.clone(),
        })
    }

    /// The pod as it is.
    pub async fn pod(&self, id: &PodId) -> Result<Pod, Error> {
        self.site.pods.load(&self.site.tenant_id, id).await
    }

    /// An answer of an API, asked again as a client would while there is none or it is our fault.
    pub(crate) async fn ask(&self, router: &Router, call: &Call) -> Outcome<Answer> {
        self.ask_as(&self.of, router, call).await
    }

    async fn ask_as(&self, of: &WalletOf, router: &Router, call: &Call) -> Outcome<Answer> {
        for _ in 0..TRIES {
            let asked = call.by_user(router, &self.site.host, &of.user_id);
            if let Some(answer) = self.line.until_killed(asked).await {
                let answer = answer?;
                if answer.status < 500 {
                    return Ok(answer);
                }
            }
        }
        Err("the API gave no answer".into())
    }

    /// Delivers a message until it is taken, or given up.
    async fn deliver<T>(&self, deliver: impl AsyncFn() -> Result<T, Error>) -> Option<T> {
        for _ in 0..TRIES {
            if let Some(Ok(done)) = self.line.until_killed(deliver()).await {
                return Some(done);
            }
        }
        None
    }

    /// Runs a step as the state machine does: a verdict is final, everything else is tried again.
    async fn step(
        &self,
        step: impl AsyncFn() -> Result<StepOutcomeV1, Error>,
    ) -> Outcome<Result<StepOutcomeV1, Error>> {
        for _ in 0..TRIES {
            match self.line.until_killed(step()).await {
                Some(Ok(outcome)) => return Ok(Ok(outcome)),
                Some(Err(error)) if error.kind != ErrorKind::Unavailable => return Ok(Err(error)),
                Some(Err(_)) | None => {}
            }
        }
        Err("a step gave no answer".into())
    }

    /// A quote of this world's offer.
    async fn quote(&self, of: &WalletOf, relaunch: bool) -> Outcome<Quote> {
        let terms = QuoteTerms {
            id: QuoteId::new(now(), entropy()?),
            tenant_id: of.tenant_id.clone(),
            user_id: of.user_id.clone(),
            mode: Mode::Live,
            margins: Margins { brokerage: BasisPoints(1_000), markup: BasisPoints(0) },
            quote_secs: 60,
            hold_secs: 3_600,
            now: now(),
        };
        let configuration = Configuration {
            offer: self.offer.clone(),
            template: samples::template(),
            disk_gib: self.offer.disk.included_gib,
            ssh_public_keys: vec![KEY.to_owned()],
            any_region: true,
            relaunch,
        };
        let quote = Quote::new(terms, configuration)?;
        self.site.quotes.keep(&quote).await?;
        Ok(quote)
    }

    /// Opens a pod over the API.
    pub async fn open(&self) -> Outcome<PodId> {
        self.open_by(&self.of).await
    }

    /// The same for a pod that is deployed again when its machine is lost.
    pub(crate) async fn open_to_last(&self) -> Outcome<PodId> {
        self.open_on(&self.of, self.quote(&self.of, true).await?).await
    }

    /// Opens a pod over the API for somebody.
    pub(crate) async fn open_by(&self, of: &WalletOf) -> Outcome<PodId> {
        self.open_on(of, self.quote(of, false).await?).await
    }

    async fn open_on(&self, of: &WalletOf, quote: Quote) -> Outcome<PodId> {
        let body = json!({"quote_id": quote.id, "name": "trial"});
        let call = Call::post("/pods", &body).with_key("faults-open");
        let opened = self.ask_as(of, &self.pods_api, &call).await?.with_status(202)?;
        Ok(serde_json::from_value(opened["id"].clone())?)
    }

    /// Takes a pod to where it is ready or has failed, as the state machine does.
    pub async fn deploy(&self, id: &PodId) -> Outcome<()> {
        let pod = self.pod(id).await?;
        let input = DeployPodV1::from(&pod);
        if let Err(error) = self.steps(&input).await? {
            let name = runtime::step::error_name(&error);
            let error = StepErrorV1 { name, cause: String::new() };
            let unwind = UnwindPodV1 { deploy: input, error };
            self.step(async || self.unwind.handle(unwind.clone(), now()).await).await??;
            self.drive_wanted(now()).await?;
        }
        Ok(())
    }

    async fn steps(&self, input: &DeployPodV1) -> Outcome<Result<(), Error>> {
        let hold = self.step(async || self.hold.handle(input.clone(), now()).await).await?;
        if let Err(error) = hold {
            return Ok(Err(error));
        }
        let launch = self.step(async || self.launch.handle(input.clone(), now()).await).await?;
        if let Err(error) = launch {
            return Ok(Err(error));
        }
        testkit::until("the machine to answer", async || {
            match self.step(async || self.probe.handle(input.clone(), now()).await).await? {
                Ok(StepOutcomeV1::Answering) => Ok(Some(())),
                Ok(_) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
        let ready = self.step(async || self.mark_ready.handle(input.clone(), now()).await).await?;
        Ok(ready.map(drop))
    }

    /// Makes a ready pod run, over the API; since when it runs.
    pub async fn activate(&self, id: &PodId) -> Outcome<Timestamp> {
        let call = Call::post(&format!("/pods/{id}/activate"), &json!({}));
        let answer = self.ask(&self.activate_api, &call).await?;
        // Who asks again after a lost answer is told that it happened.
        let pod = self.pod(id).await?;
        if answer.json()["error"]["code"] != "activation_used" {
            answer.with_status(200).map_err(|error| format!("{error}: {:?}", pod.reason))?;
        }
        pod.running_at.ok_or_else(|| "it does not run".into())
    }

    /// Writes what the owner wants of their pod at an instant that may not have come yet, and has it
    /// looked after; a client tries until it is accepted.
    pub(crate) async fn want(
        &self,
        id: &PodId,
        now: Timestamp,
        decide: impl Fn(Pod) -> Result<Option<Transition>, Error>,
    ) -> Outcome<()> {
        self.deliver(async || self.pods.change(&self.site.tenant_id, id, &decide).await).await;
        for _ in 0..TRIES {
            // The message that its provider's time is waited out with comes sooner here.
            self.drive(id, now).await;
            if self.pod(id).await?.is_settled() {
                break;
            }
        }
        self.drive_wanted(now).await
    }

    /// Delivers the message that a pod is worth a look.
    async fn drive(&self, id: &PodId, now: Timestamp) {
        let (tenant_id, pod_id) = (self.site.tenant_id.clone(), id.clone());
        let message = PodWantedV1 { tenant_id, pod_id, returns: 0 };
        self.deliver(async || self.drive.handle(message.clone(), now).await).await;
    }

    /// Delivers every such message that lies in its queue.
    async fn drive_wanted(&self, now: Timestamp) -> Outcome<()> {
        for message in self.wanted.take::<PodWantedV1>().await? {
            self.drive(&message.pod_id, now).await;
        }
        Ok(())
    }

    /// What the meter does at an instant for the wallet of a pod.
    pub(crate) async fn meter(&self, id: &PodId, until: Timestamp) {
        self.compare(until).await;
        let WalletOf { tenant_id, user_id, mode } = self.of.clone();
        let due = UsageDueV1 { tenant_id, user_id, mode, pod_ids: vec![id.clone()], until };
        self.deliver(async || self.usage.handle(due.clone(), until).await).await;
    }

    /// Compares the account's machines with the pods, as the sweep has it done.
    /// What it did; `None` if it could not be done.
    pub async fn compare(&self, at: Timestamp) -> Option<on_account_due::Status> {
        let due = AccountDueV1 { cloud: self.name.to_owned(), due_at: at };
        self.deliver(async || self.account.handle(due.clone(), at).await).await
    }

    /// The sweep of an instant, and all it leads to.
    pub(crate) async fn sweep(&self, at: Timestamp) -> Outcome<()> {
        self.compare(at).await;
        self.sweep_shards(at).await;
        self.drive_wanted(at).await
    }

    /// The sweep of every shard of pods.
    pub async fn sweep_shards(&self, at: Timestamp) {
        for shard in 0..SHARDS {
            let due = SweepDueV1 { shard, due_at: at };
            self.deliver(async || self.sweep.handle(due, at).await).await;
        }
    }

    /// Lets the sweep work from `since` on, with nothing going wrong, until all pods are as they are
    /// wanted and the cloud has no machine of nobody's. Returns an instant after that, the same
    /// however long it took.
    pub(crate) async fn settle(&self, id: &PodId, since: Timestamp) -> Outcome<Timestamp> {
        self.line.mend();
        for round in 1..=ROUNDS {
            self.sweep(since + ROUND * round).await?;
            let pod = self.pod(id).await?;
            let machines = self.cloud.control.machines().await?.len();
            let wanted_machines = usize::from(!pod.is_over());
            if pod.is_settled() && machines == wanted_machines {
                return Ok(since + ROUND * ROUNDS);
            }
        }
        let pod = self.pod(id).await?;
        let machines = self.cloud.control.machines().await?;
        Err(format!("not settled after {ROUNDS} sweeps: {pod:?} {machines:?}").into())
    }
}
