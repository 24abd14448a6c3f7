//! A tenant of one test's own on the local AWS, for tests that call handlers and steps in-process.
//!
//! It has the product's tables, but for one of pods of its own, which the product's sweep and meter
//! do not see; and a market, a queue of mails and a queue of `on-pod-wanted` of its own, which nobody
//! empties: what they hold is what those functions would be sent.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::secrets::PepperStore;
use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::plans::Plans;
use adapters::tables::pods::{Pods, Request};
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::{Parameter, Tenants};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{BillingMode, GlobalSecondaryIndex};
use contracts::notice::NoticeV1;
use domain::Error;
use domain::Mode;
use domain::id::{PodId, SnapshotId, TenantId, UserId};
use domain::market::offer::{Offer, Snapshot};
use domain::market::quote::Quote;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;
use domain::money::plan::{Plan, PlanId};
use domain::people::account::IssuedCode;
use domain::people::code::Purpose;
use domain::people::parameters::Parameters;
use domain::people::tenant::{Membership, Role, Tenant};
use domain::pod::launch::MachinePrefix;
use domain::pod::{self, Address, Allowance, NewPod, Pod, Scenario, Transition};
use jiff::Timestamp;
use runtime::clock::now;
use runtime::config::Config;
use runtime::ids::entropy;

use crate::{Outcome, OwnQueue, Stack, samples};

/// What a payer has unless a test needs otherwise: fifty dollars.
pub const FIFTY_DOLLARS: UsdMicros = UsdMicros(50_000_000);
const REGION: &str = "us-east-1";
const PARAMETERS: &str = include_str!("../../../infra/seeds/parameters.json");
const PLANS: &str = include_str!("../../../infra/seeds/plans.json");
/// The deployment that a site's machines are named after.
pub const DEPLOYMENT: &str = "000000000000/us-east-1/site";
/// Seconds to activate a pod that was made ready.
const ACTIVATION_SECS: u32 = 900;
/// The key that every pod of a site is opened with, one for each user.
pub const OPENING_KEY: &str = "site-key";

/// A tenant with its market and its queues.
#[derive(Debug)]
pub struct Site {
    /// Names the tenant in every key.
    pub tenant_id: TenantId,
    /// Whether its pods and its money are real.
    pub mode: Mode,
    /// The host name it answers at.
    pub host: String,
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
    /// Prices.
    pub quotes: Quotes,
    /// For what no adapter reads.
    pub dynamodb: aws_sdk_dynamodb::Client,
    aws: Aws,
    stack: Stack,
    /// What the site's own bucket and table of pods are called.
    own: String,
    notices: OwnQueue,
    activation_notices: OwnQueue,
    wanted: OwnQueue,
    /// Keys of the mails that were asked for, by user.
    told: RefCell<BTreeMap<UserId, BTreeSet<String>>>,
}

/// A client's configuration for the local AWS; each SDK has a type of its own for it.
macro_rules! client {
    ($sdk:ident, $endpoint:expr $(, $set:ident = $value:expr)*) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url($endpoint)
                .region(Region::new(REGION))
                .credentials_provider(Credentials::new("test", "test", None, None, "site"))
                $(.$set($value))*
                .build(),
        )
    };
}

/// Makes an empty table like `table`.
async fn copy_of(client: &aws_sdk_dynamodb::Client, table: &str, name: &str) -> Outcome<()> {
    let described = client.describe_table().table_name(table).send().await?;
    let like = described.table.ok_or("no table of pods")?;
    let mut new = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(like.attribute_definitions)
        .set_key_schema(like.key_schema);
    for index in like.global_secondary_indexes.unwrap_or_default() {
        let index = GlobalSecondaryIndex::builder()
            .set_index_name(index.index_name)
            .set_key_schema(index.key_schema)
            .set_projection(index.projection);
        new = new.global_secondary_indexes(index.build()?);
    }
    new.send().await?;
    Ok(())
}

impl Site {
    /// A new SANDBOX tenant whose market has `offers`.
    pub async fn with(offers: Vec<Offer>) -> Outcome<Self> {
        Self::in_mode(Mode::Sandbox, offers).await
    }

    /// A new tenant whose market has `offers`.
    pub async fn in_mode(mode: Mode, offers: Vec<Offer>) -> Outcome<Self> {
        let stack = Stack::from_env()?;
        let aws = stack.aws().await;
        let tenant_id = TenantId::new(now(), entropy()?);
        let (host, own) =
            (format!("{}.localhost", tenant_id.body()), format!("site-{}", tenant_id.body()));
        client!(aws_sdk_s3, &stack.endpoint, force_path_style = true)
            .create_bucket()
            .bucket(&own)
            .send()
            .await?;
        let dynamodb = client!(aws_sdk_dynamodb, &stack.endpoint);
        copy_of(&dynamodb, stack.output("PodsTable")?, &own).await?;
        let site = Self {
            pods: Pods::new(&aws, own.clone()),
            ledger: stack.ledger().await?,
            quotes: Quotes::new(&aws, own.clone()),
            dynamodb,
            notices: OwnQueue::new(&stack).await?,
            activation_notices: OwnQueue::new(&stack).await?,
            wanted: OwnQueue::new(&stack).await?,
            told: RefCell::default(),
            own,
            tenant_id,
            mode,
            host,
            aws,
            stack,
        };
        site.found().await?;
        let id = SnapshotId::new(now(), entropy()?);
        let snapshot = Snapshot::new(id, now(), offers);
        site.market().publish(mode, &snapshot, now()).await?;
        Ok(site)
    }

    async fn found(&self) -> Outcome<()> {
        let tenant = Tenant {
            id: self.tenant_id.clone(),
            name: "site".to_owned(),
            mode: self.mode,
            origin: "http://localhost".to_owned(),
            branding: None,
            created_at: now(),
        };
        for plan in serde_json::from_str::<Vec<Plan>>(PLANS)? {
            self.plans()?.add(&tenant.id, &plan).await?;
        }
        let parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
        Ok(self.tenants()?.found(&tenant, &self.host, &parameters, &[]).await?)
    }

    /// The product's AWS.
    #[must_use]
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// An output of the deployment.
    pub fn output(&self, name: &str) -> Outcome<String> {
        Ok(self.stack.output(name)?.to_owned())
    }

    /// What a function works with that serves this tenant: the product's own, but for the market and
    /// the queues of the site.
    #[must_use]
    pub fn config(&self) -> Config {
        let config = self.stack.config().with("DEPLOYMENT", DEPLOYMENT);
        let config = config.with("MARKET_BUCKET", &self.own).with("PODS_TABLE", &self.own);
        let config = config.with("ON_NOTICE_QUEUE_URL", &self.notices.url);
        let activation = &self.activation_notices.url;
        let config = config.with("ON_NOTICE_ACTIVATION_QUEUE_URL", activation);
        config.with("ON_POD_WANTED_QUEUE_URL", &self.wanted.url)
    }

    /// A new queue that no function empties.
    pub async fn queue(&self) -> Outcome<OwnQueue> {
        OwnQueue::new(&self.stack).await
    }

    /// What tokens are derived from.
    pub fn pepper(&self) -> Outcome<PepperStore> {
        Ok(PepperStore::new(&self.aws, self.output("TokenPepperSecretArn")?))
    }

    /// Every tenant.
    pub fn tenants(&self) -> Outcome<Tenants> {
        Ok(Tenants::new(&self.aws, self.output("TenantsTable")?))
    }

    /// Every tenant's plans.
    pub fn plans(&self) -> Outcome<Plans> {
        Ok(Plans::new(&self.aws, self.output("BillingTable")?))
    }

    /// Every account.
    pub fn accounts(&self) -> Outcome<Accounts> {
        Ok(Accounts::new(&self.aws, self.output("AccountsTable")?))
    }

    /// Everybody's passwords.
    pub fn user_pool(&self) -> Outcome<UserPool> {
        Ok(UserPool::new(&self.aws, self.output("UserPoolId")?))
    }

    /// A code that was mailed to a user at `issued_at`, and its digits.
    pub async fn code(
        &self,
        purpose: Purpose,
        user_id: &UserId,
        issued_at: Timestamp,
    ) -> Outcome<(IssuedCode, String)> {
        let tries_left = self.rules().await?.code_tries_max;
        let code = IssuedCode { nonce: "site".to_owned(), issued_at, tries_left, number_of_day: 1 };
        let digits = code.digits(self.pepper()?.pepper().await?, purpose, user_id);
        Ok((code, digits))
    }

    /// This tenant's own market.
    #[must_use]
    pub fn market(&self) -> MarketStore {
        MarketStore::new(&self.aws, self.own.clone())
    }

    /// The tenant's settings.
    pub async fn rules(&self) -> Outcome<Parameters> {
        Ok(self.tenants()?.parameters(&self.tenant_id, self.mode).await?)
    }

    /// The wallet of a new user, who paid `amount` in.
    pub async fn payer(&self, amount_usd_micros: UsdMicros) -> Outcome<WalletOf> {
        let user_id = UserId::new(now(), entropy()?);
        let of = WalletOf { tenant_id: self.tenant_id.clone(), user_id, mode: self.mode };
        if amount_usd_micros > UsdMicros::ZERO {
            let deposit = Entry::Deposit { amount_usd_micros };
            self.ledger.post(&of, "start", &deposit, now()).await?;
        }
        Ok(of)
    }

    /// Makes a user a member of the tenant, on the free plan.
    pub async fn join(&self, user_id: &UserId) -> Outcome<()> {
        let membership = Membership {
            user_id: user_id.clone(),
            role: Role::User,
            plan: PlanId::Free,
            joined_at: now(),
        };
        Ok(self.tenants()?.join(&self.tenant_id, &membership).await?)
    }

    /// A stored quote of [`samples::quote`] for a user.
    pub async fn quote(&self, of: &WalletOf) -> Outcome<Quote> {
        let quote = samples::quote(of.tenant_id.clone(), of.user_id.clone())?;
        let quote = Quote { mode: self.mode, ..quote };
        self.quotes.keep(&quote).await?;
        Ok(quote)
    }

    /// Opens a pod on a new quote as `api-pods` does, under [`OPENING_KEY`].
    pub async fn open(&self, of: &WalletOf, scenario: Option<Scenario>) -> Outcome<Pod> {
        self.open_under(of, OPENING_KEY, scenario).await
    }

    /// The same under a key of one's own.
    pub async fn open_under(
        &self,
        of: &WalletOf,
        idempotency_key: &str,
        scenario: Option<Scenario>,
    ) -> Outcome<Pod> {
        self.open_on(&self.quote(of).await?, (of, idempotency_key), scenario).await
    }

    /// The same for a pod that is deployed again when its machine is lost.
    pub async fn open_to_last(&self, of: &WalletOf, scenario: Option<Scenario>) -> Outcome<Pod> {
        let mut quote = samples::quote(of.tenant_id.clone(), of.user_id.clone())?;
        quote.configuration.relaunch = true;
        self.quotes.keep(&quote).await?;
        self.open_on(&quote, (of, OPENING_KEY), scenario).await
    }

    async fn open_on(
        &self,
        quote: &Quote,
        (of, idempotency_key): (&WalletOf, &str),
        scenario: Option<Scenario>,
    ) -> Outcome<Pod> {
        let at = now();
        let new = NewPod { id: PodId::new(at, entropy()?), name: "trial".into(), scenario };
        let (wallet, plan) = (self.ledger.wallet(of).await?, samples::plan(100));
        let allowance = Allowance { wallet: &wallet, plan: &plan, rules: &self.rules().await? };
        let request = Request { idempotency_key, payload: "{}" };
        let decide = |facts| pod::open(new.clone(), allowance, facts, at);
        Ok(self.pods.open(quote, request, at, decide).await?)
    }

    /// How many pods a member may have running.
    pub async fn places(&self) -> Outcome<u32> {
        let plan = self.plans()?.find(&self.tenant_id, self.mode, PlanId::Free, now()).await?;
        Ok(plan.running_pods_max)
    }

    /// Changes a pod as a step would.
    pub async fn change(
        &self,
        pod: &Pod,
        decide: impl Fn(Pod) -> Result<Transition, Error>,
    ) -> Result<Pod, Error> {
        self.pods.change(&pod.tenant_id, &pod.id, |pod| decide(pod).map(Some)).await
    }

    /// Takes a pod that was opened to one whose machine was launched at `at`, and did not answer.
    pub async fn launched(&self, pod: &Pod, at: Timestamp) -> Outcome<Pod> {
        let (held, offer) = (pod.quote.hold_usd_micros, pod.quote.configuration.offer.clone());
        let prefix: MachinePrefix = DEPLOYMENT.parse()?;
        self.change(pod, |pod| pod.funds_held(held, at)).await?;
        self.change(pod, |pod| pod.begin_attempt(offer.clone(), &prefix, at)).await?;
        Ok(self.change(pod, |pod| pod.attempt_launched("m".into(), at)).await?)
    }

    /// Takes a pod that was opened to one that became ready at `at`, with a quarter of an hour to
    /// activate it.
    pub async fn ready(&self, pod: &Pod, at: Timestamp) -> Outcome<Pod> {
        let address = Address {
            host: "h".into(),
            ssh_port: 22,
            ssh_user: "root".into(),
            simulated: true,
            ports: Vec::new(),
        };
        self.launched(pod, at).await?;
        self.change(pod, |pod| pod.reached(address.clone(), at)).await?;
        Ok(self.change(pod, |pod| pod.answered(ACTIVATION_SECS, at)).await?)
    }

    /// Takes a pod that was opened to one that runs since `at`.
    pub async fn running(&self, pod: &Pod, at: Timestamp) -> Outcome<Pod> {
        self.ready(pod, at).await?;
        Ok(self.change(pod, |pod| pod.activate(at)).await?)
    }

    /// Makes a pod end, as its owner would.
    pub async fn ending(&self, pod: &Pod) -> Outcome<Pod> {
        let end = |pod: Pod| Ok(pod.want_gone(None, now()));
        Ok(self.pods.change(&pod.tenant_id, &pod.id, end).await?)
    }

    /// The keys of the mails to `user_id` that were asked for so far, each once.
    pub async fn told(&self, user_id: &UserId) -> Outcome<BTreeSet<String>> {
        let mut notices = self.notices.take::<NoticeV1>().await?;
        notices.extend(self.activation_notices.take::<NoticeV1>().await?);
        for notice in notices {
            self.told.borrow_mut().entry(notice.user_id).or_default().insert(notice.key);
        }
        Ok(self.told.borrow().get(user_id).cloned().unwrap_or_default())
    }
}
