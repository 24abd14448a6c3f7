//! What ends a run of the meter and what it passes over, on the local AWS that `make test` brings
//! up. Its messages go to a queue of the test's own, so nobody is charged by it.

use std::collections::BTreeSet;

use adapters::aws::queue::Queue;
use adapters::tables::ledger::{HoldFor, WalletOf};
use adapters::tables::pods::Pods;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use contracts::usage::UsageDueV1;
use domain::id::UserId;
use domain::money::UsdMicros;
use every_usage_meter::App;
use jiff::SignedDuration;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, Stack, fresh_key, samples, until};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);
/// The most messages one receive gives (SQS API reference, `ReceiveMessage`).
const MESSAGES_MAX: i32 = 10;

/// A queue that no function empties.
struct OwnQueue {
    sqs: aws_sdk_sqs::Client,
    url: String,
}

impl OwnQueue {
    async fn new() -> Outcome<Self> {
        let config = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&Stack::from_env()?.endpoint)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .build();
        let sqs = aws_sdk_sqs::Client::from_conf(config);
        let queue = sqs.create_queue().queue_name(format!("meter-{}", fresh_key()?)).send().await?;
        let url = queue.queue_url.ok_or("the queue has no address")?;
        Ok(Self { sqs, url })
    }

    /// Takes every message out of it and says whose usage they asked for.
    async fn take(&self) -> Outcome<BTreeSet<UserId>> {
        let mut users = BTreeSet::new();
        loop {
            let receive = self.sqs.receive_message().queue_url(&self.url);
            let answer = receive.max_number_of_messages(MESSAGES_MAX).send().await?;
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(users);
            }
            for message in messages {
                let due: UsageDueV1 = serde_json::from_str(message.body().unwrap_or_default())?;
                users.insert(due.user_id);
                let delete = self.sqs.delete_message().queue_url(&self.url);
                delete.set_receipt_handle(message.receipt_handle).send().await?;
            }
        }
    }
}

/// The meter on the pods of everybody, which tells the queue at `url`.
fn meter(site: &Site, url: String) -> App {
    let usage = Queue::new(site.aws(), url, "the queue of the meter");
    App { pods: site.pods.clone(), usage }
}

/// The wallet of somebody whose pod has been running for ten seconds.
async fn renter(site: &Site) -> Outcome<WalletOf> {
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let pod = site.open(&payer, None).await?;
    let since = now() - SignedDuration::from_secs(10);
    site.ledger.hold(&payer, &pod.id, (HoldFor::Deploy, HOLD), since).await?;
    site.running(&pod, since).await?;
    Ok(payer)
}

#[tokio::test]
async fn a_run_that_cannot_list_the_pods_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (nowhere, queue) = (format!("no-table-{}", site.tenant_id.body()), OwnQueue::new().await?);
    let pods = Pods::new(site.aws(), nowhere);
    let app = App { pods, ..meter(&site, queue.url.clone()) };
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    assert!(queue.take().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_pod_that_does_not_run_yet_is_not_charged() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let waiting = site.payer(FIFTY_DOLLARS).await?;
    let pod = site.open(&waiting, None).await?;
    site.ready(&pod, now()).await?;
    let (renter, queue) = (renter(&site).await?, OwnQueue::new().await?);
    let app = meter(&site, queue.url.clone());
    // The index of live pods may lag behind the table.
    let asked = until("the running pod to be charged", async || {
        app.handle(now()).await?;
        let asked = queue.take().await?;
        Ok(asked.contains(&renter.user_id).then_some(asked))
    })
    .await?;
    assert!(!asked.contains(&waiting.user_id));
    Ok(())
}

#[tokio::test]
async fn messages_that_cannot_be_sent_are_counted_and_end_no_run() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    renter(&site).await?;
    let nowhere = OwnQueue::new().await?.url + "-not-there";
    let app = meter(&site, nowhere);
    let status = until("the running pod to be listed", async || {
        let status = app.handle(now()).await?;
        Ok((status.pods > 0).then_some(status))
    })
    .await?;
    assert_eq!(status.messages, 0, "{status:?}");
    assert!(status.failed > 0, "{status:?}");
    Ok(())
}
