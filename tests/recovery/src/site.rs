//! A tenant of this test's own on the local AWS, with the steps that deploy its pods.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::notices::Notices;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::{JsonSecret, PepperStore};
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::{Parameter, Tenants};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use contracts::notice::NoticeV1;
use domain::Mode;
use domain::id::{SnapshotId, TenantId, UserId};
use domain::market::offer::{Offer, Snapshot};
use domain::people::parameters::Parameters;
use domain::people::tenant::Tenant;
use runtime::clock::now;
use runtime::config::required;
use runtime::ids::entropy;

use crate::Outcome;

const REGION: &str = "us-east-1";
const PARAMETERS: &str = include_str!("../../../infra/seeds/parameters.json");
/// Part of every machine's name.
pub(crate) const STACK: &str = "recovery";
/// The most messages one receive gives (SQS API reference, `ReceiveMessage`).
const MESSAGES_MAX: i32 = 10;

/// A tenant with its market, its mail queue and the steps.
#[derive(Debug)]
pub struct Site {
    /// Identifier of the tenant.
    pub tenant_id: TenantId,
    /// Pods.
    pub pods: Pods,
    /// Wallets.
    pub ledger: Ledger,
    pub(crate) quotes: Quotes,
    pub(crate) hold: step_hold_funds::App,
    pub(crate) launch: step_launch_pod::App,
    pub(crate) probe: step_probe_pod::App,
    pub(crate) mark_ready: step_mark_ready::App,
    pub(crate) unwind: step_unwind_pod::App,
    pub(crate) drive: on_pod_wanted::App,
    /// What captures usage.
    pub usage: on_usage_due::App,
    pub(crate) invoices: on_invoice_due::App,
    tenants: Tenants,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) ledger_table: String,
    sqs: aws_sdk_sqs::Client,
    queue_url: String,
    /// Keys of the mails that were asked for, by user.
    told: RefCell<BTreeMap<UserId, BTreeSet<String>>>,
}

struct Outputs(BTreeMap<String, String>);

fn variable(name: &'static str) -> Outcome<String> {
    required(name)
        .map_err(|error| format!("{error}: run `make test`, which brings the local AWS up").into())
}

impl Outputs {
    fn get(&self, name: &str) -> Outcome<String> {
        let value = self.0.get(name).cloned();
        value.ok_or_else(|| format!("the stack has no output {name}").into())
    }
}

/// A client's configuration for the local AWS; each SDK has a type of its own for it.
macro_rules! client {
    ($sdk:ident, $endpoint:expr $(, $set:ident = $value:expr)*) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url($endpoint)
                .region(Region::new(REGION))
                .credentials_provider(Credentials::new("test", "test", None, None, "recovery"))
                $(.$set($value))*
                .build(),
        )
    };
}

impl Site {
    /// A new tenant whose market has `offers`.
    pub async fn with(offers: Vec<Offer>) -> Outcome<Self> {
        let endpoint = variable("GPUBROKER_AWS_ENDPOINT")?;
        let outputs = std::fs::read(variable("GPUBROKER_OUTPUTS")?)?;
        let outputs = Outputs(serde_json::from_slice(&outputs)?);
        let aws = Aws::connect_to(&endpoint, REGION).await;
        let tenant_id = TenantId::new(now(), entropy()?);
        let tenants_table = outputs.get("TenantsTable")?;
        found(&Tenants::new(&aws, tenants_table.clone()), &tenant_id).await?;

        let own = format!("recovery-{}", tenant_id.body());
        client!(aws_sdk_s3, &endpoint, force_path_style = true)
            .create_bucket()
            .bucket(&own)
            .send()
            .await?;
        let market = MarketStore::new(&aws, own.clone());
        let id = SnapshotId::new(now(), entropy()?);
        market.publish(Mode::Sandbox, &Snapshot::new(id, now(), offers), now()).await?;

        let sqs = client!(aws_sdk_sqs, &endpoint);
        let queue = sqs.create_queue().queue_name(&own).send().await?;
        let queue_url = queue.queue_url.ok_or("the queue has no address")?;

        // Nobody empties it: what it holds is what `on-pod-wanted` would be told.
        let wanted_url = sqs.create_queue().queue_name(format!("{own}-wanted")).send().await?;
        let wanted_url = wanted_url.queue_url.ok_or("the queue has no address")?;
        let wanted = || Queue::new(&aws, wanted_url.clone(), "the on-pod-wanted queue");

        let (pods_table, ledger_table) = (outputs.get("PodsTable")?, outputs.get("LedgerTable")?);
        let pods = Pods::new(&aws, pods_table.clone());
        let ledger = Ledger::new(&aws, ledger_table.clone());
        let notices = Notices::new(&aws, queue_url.clone());
        let tenants = || Tenants::new(&aws, tenants_table.clone());
        Ok(Self {
            tenant_id,
            quotes: Quotes::new(&aws, pods_table),
            hold: step_hold_funds::App { pods: pods.clone(), ledger: ledger.clone() },
            launch: step_launch_pod::App {
                pods: pods.clone(),
                tenants: tenants(),
                market,
                pepper: PepperStore::new(&aws, outputs.get("TokenPepperArn")?),
                clouds: JsonSecret::new(&aws, outputs.get("GpuCloudsArn")?),
                stack: STACK.to_owned(),
            },
            probe: step_probe_pod::App {
                pods: pods.clone(),
                tenants: tenants(),
                clouds: JsonSecret::new(&aws, outputs.get("GpuCloudsArn")?),
            },
            mark_ready: step_mark_ready::App {
                pods: pods.clone(),
                tenants: tenants(),
                notices: notices.clone(),
            },
            unwind: step_unwind_pod::App { pods: pods.clone(), wanted: wanted() },
            invoices: on_invoice_due::App {
                ledger: ledger.clone(),
                pods: pods.clone(),
                notices: notices.clone(),
            },
            usage: on_usage_due::App {
                pods: pods.clone(),
                ledger: ledger.clone(),
                tenants: tenants(),
                notices: notices.clone(),
            },
            drive: on_pod_wanted::App {
                pods: pods.clone(),
                ledger: ledger.clone(),
                tenants: tenants(),
                clouds: JsonSecret::new(&aws, outputs.get("GpuCloudsArn")?),
                pepper: PepperStore::new(&aws, outputs.get("TokenPepperArn")?),
                notices,
                wanted: wanted(),
            },
            tenants: tenants(),
            pods,
            ledger,
            dynamodb: client!(aws_sdk_dynamodb, &endpoint),
            ledger_table,
            sqs,
            queue_url,
            told: RefCell::default(),
        })
    }

    pub(crate) async fn rules(&self) -> Outcome<Parameters> {
        Ok(self.tenants.parameters(&self.tenant_id, Mode::Sandbox).await?)
    }

    /// The keys of the mails to `user_id` that were asked for so far, each once.
    pub async fn told(&self, user_id: &UserId) -> Outcome<BTreeSet<String>> {
        loop {
            let receive = self.sqs.receive_message().queue_url(&self.queue_url);
            let answer = receive.max_number_of_messages(MESSAGES_MAX).send().await?;
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(self.told.borrow().get(user_id).cloned().unwrap_or_default());
            }
            for message in messages {
                let notice: NoticeV1 = serde_json::from_str(message.body().unwrap_or_default())?;
                self.told.borrow_mut().entry(notice.user_id).or_default().insert(notice.key);
                let delete = self.sqs.delete_message().queue_url(&self.queue_url);
                delete.set_receipt_handle(message.receipt_handle).send().await?;
            }
        }
    }
}

async fn found(tenants: &Tenants, id: &TenantId) -> Outcome<()> {
    let (name, origin) = ("recovery".to_owned(), "http://localhost".to_owned());
    let (id, mode) = (id.clone(), Mode::Sandbox);
    let tenant = Tenant { id, name, mode, origin, branding: None, created_at: now() };
    let parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
    let host = format!("{}.localhost", tenant.id.body());
    Ok(tenants.found(&tenant, &host, &parameters, &[]).await?)
}
