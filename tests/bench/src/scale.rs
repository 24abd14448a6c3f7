//! How the workers of a minute grow: what each calls and how long it takes for one shard or account of
//! three sizes, and what 100,000 pods would need of them.
//!
//! The pods are copies of one that runs, each with an owner and a machine of its own. What answers is
//! the local AWS, one call after the other in Python, so the seconds say how the work grows rather
//! than how long it takes on AWS; the calls are the same.

use std::collections::HashMap;
use std::time::Instant;

use adapters::tables::pods::SHARDS;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use contracts::usage::MeterDueV1;
use domain::id::{PodId, UserId};
use fault_tests::{Line, World};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::cloud_site::Sample;

use crate::Outcome;
use crate::figure::{Figure, float, megabytes, number};
use crate::process::memory_bytes;

const PART: &str = "scale";
const SIZES: [usize; 3] = [100, 200, 400];
/// `BatchWriteItem` takes so many.
const BATCH: usize = 25;
/// A user's pods on average, and pods in all: the goal.
const PODS: f64 = 100_000.0;
const WALLETS: f64 = 20_000.0;
const ACCOUNTS: f64 = 24.0;
const EXECUTIONS_A_MINUTE_MAX: f64 = 30_000.0;
/// Dollars for a million of them: Lambda's requests, messages of SQS (sent, received and deleted).
const USD_PER_MILLION_REQUESTS: f64 = 0.20;
const USD_PER_MILLION_MESSAGES: f64 = 1.20;
/// Dollars for a second of 128 MB on arm64, and what a wallet's worker takes at most.
const USD_PER_SECOND: f64 = 0.000_001_7;
const WALLET_SECS: f64 = 0.1;

/// A world with so many pods.
struct Crowd {
    world: World,
    rows: Vec<HashMap<String, AttributeValue>>,
    pod: PodId,
    owner: UserId,
    since: Timestamp,
    count: usize,
}

/// Measures the three workers of a minute.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let mut crowd = Crowd::new().await?;
    let mut figures = Vec::new();
    for size in SIZES {
        crowd.grow(size).await?;
        let at = crowd.since + SignedDuration::from_secs(120);
        let world = &crowd.world;
        figures.push(measured(world, "sweep of a shard", size, world.sweep_shards(at)).await?);
        figures.push(measured(world, "comparison of an account", size, world.compare(at)).await?);
        figures.push(measured(world, "metering of a shard", size, crowd.meter(at)).await?);
    }
    let peak = memory_bytes(std::process::id(), "VmHWM")?;
    let title = format!("peak memory with {} pods", SIZES[SIZES.len() - 1]);
    figures.push(Figure::new(PART, title, megabytes(peak)).against("all workers in one process"));
    figures.extend(minute());
    Ok(figures)
}

/// Executions and dollars of one minute at the goal, by arithmetic.
fn minute() -> [Figure; 2] {
    let shards = f64::from(SHARDS);
    let executions = 2.0 + 2.0 * shards + ACCOUNTS + WALLETS;
    let requests = executions * USD_PER_MILLION_REQUESTS / 1e6;
    let messages = (executions - 2.0) * USD_PER_MILLION_MESSAGES / 1e6;
    let dollars = requests + messages + WALLETS * WALLET_SECS * USD_PER_SECOND;
    let pods = number(PODS / shards);
    [
        Figure::new(PART, "executions a minute, 100,000 pods", (executions, ""))
            .at_most(EXECUTIONS_A_MINUTE_MAX)
            .against(format!("{pods} pods a shard, 5 a wallet, 24 accounts")),
        Figure::new(PART, "dollars a minute, 100,000 pods", (dollars, "$"))
            .against("Lambda and SQS alone; DynamoDB comes on top"),
    ]
}

async fn measured<T>(
    world: &World,
    name: &str,
    size: usize,
    work: impl Future<Output = T>,
) -> Outcome<Figure> {
    let before = world.line.calls().len();
    let began = Instant::now();
    work.await;
    let took = began.elapsed();
    let calls = world.line.calls().len() - before;
    let each = number(took.as_secs_f64() * 1e3 / float(u64::try_from(size)?));
    let told = format!("{calls} calls, {each} ms a pod");
    Ok(Figure::new(PART, format!("{name}, {size} pods"), (took.as_secs_f64(), "s")).against(told))
}

impl Crowd {
    /// One running pod, and what is filed of it.
    async fn new() -> Outcome<Self> {
        let world = World::on(Line::new(None)).await?;
        let pod = world.open().await?;
        world.deploy(&pod).await?;
        let since = world.activate(&pod).await?;
        world.line.arm();
        let table: String = world.site.config().required("PODS_TABLE")?;
        let scan = world.site.dynamodb.scan().table_name(table).send().await?;
        let of_live = |row: &HashMap<String, AttributeValue>| row.contains_key("live_pk");
        let rows = scan.items.unwrap_or_default().into_iter().filter(of_live).collect();
        let owner = world.of.user_id.clone();
        Ok(Self { world, rows, pod, owner, since, count: 1 })
    }

    /// Copies the pod until there are so many, each with its machine.
    async fn grow(&mut self, count: usize) -> Outcome<()> {
        let table: String = self.world.site.config().required("PODS_TABLE")?;
        let mut writes = Vec::new();
        let original = self.world.pod(&self.pod).await?;
        let attempt = original.attempts.last().ok_or("it was launched")?;
        let original_id = attempt.machine_id.as_ref().ok_or("it was launched")?;
        for _ in self.count..count {
            let (pod, owner) = (PodId::new(now(), entropy()?), UserId::new(now(), entropy()?));
            let mut sample = Sample::of(self.world.offer.clone());
            sample.attempt.machine_name = attempt.machine_name.replace(self.pod.body(), pod.body());
            let machine = self.world.cloud.launch(&sample).await?;
            let renamed = |text: &str| {
                let text = text.replace(self.pod.body(), pod.body());
                let text = text.replace(self.owner.body(), owner.body());
                text.replace(original_id, &machine.id)
            };
            for row in &self.rows {
                let row = row.iter().map(|(name, value)| (name.clone(), copied(value, &renamed)));
                let put = PutRequest::builder().set_item(Some(row.collect())).build()?;
                writes.push(WriteRequest::builder().put_request(put).build());
            }
        }
        for batch in writes.chunks(BATCH) {
            let request = self.world.site.dynamodb.batch_write_item();
            request.request_items(&table, batch.to_vec()).send().await?;
        }
        self.count = count;
        Ok(())
    }

    /// What the meter does for every shard; all pods are in one.
    async fn meter(&self, due_at: Timestamp) -> Outcome<()> {
        let queue = self.world.site.queue().await?;
        let config = self.world.site.config().with("ON_USAGE_DUE_QUEUE_URL", &queue.url);
        let app = on_meter_due::App::new(&self.world.aws, &config)?;
        for shard in 0..SHARDS {
            app.handle(MeterDueV1 { shard, due_at }).await?;
        }
        Ok(())
    }
}

/// A value with every text in it renamed.
fn copied(value: &AttributeValue, renamed: &impl Fn(&str) -> String) -> AttributeValue {
    match value {
        AttributeValue::S(text) => AttributeValue::S(renamed(text)),
        AttributeValue::L(values) => {
            AttributeValue::L(values.iter().map(|value| copied(value, renamed)).collect())
        }
        AttributeValue::M(values) => {
            let each = values.iter().map(|(name, value)| (name.clone(), copied(value, renamed)));
            AttributeValue::M(each.collect())
        }
        other => other.clone(),
    }
}
