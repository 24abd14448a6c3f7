//! What ends a run and which wallets it passes over, on the local AWS that `make test` brings up.
//! Its messages go to a queue of the test's own, so no month is closed by it.

use std::collections::BTreeSet;

use adapters::aws::queue::Queue;
use adapters::tables::ledger::{Ledger, WalletOf};
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use contracts::invoice::InvoiceDueV1;
use domain::id::UserId;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;
use every_period_close::App;
use jiff::SignedDuration;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, Stack, fresh_key, samples, until};

/// The most messages one receive gives (SQS API reference, `ReceiveMessage`).
const MESSAGES_MAX: i32 = 10;
/// Hours of 32 days, so that this long ago was another month.
const MONTH_HOURS_MAX: i64 = 24 * 32;

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
        let queue = sqs.create_queue().queue_name(format!("close-{}", fresh_key()?)).send().await?;
        let url = queue.queue_url.ok_or("the queue has no address")?;
        Ok(Self { sqs, url })
    }

    /// Takes every message out of it and says whose month they asked to close.
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
                let due: InvoiceDueV1 = serde_json::from_str(message.body().unwrap_or_default())?;
                users.insert(due.user_id);
                let delete = self.sqs.delete_message().queue_url(&self.url);
                delete.set_receipt_handle(message.receipt_handle).send().await?;
            }
        }
    }
}

/// A run on the wallets of everybody, which tells the queue at `url`.
fn run(site: &Site, url: String) -> App {
    let invoices = Queue::new(site.aws(), url, "the queue of invoices");
    App { ledger: site.ledger.clone(), invoices }
}

/// The wallet of somebody who paid in a month ago and used nothing. The product's own run may
/// close that month at any time.
async fn late(site: &Site) -> Outcome<WalletOf> {
    let payer = site.payer(UsdMicros::ZERO).await?;
    let deposit = Entry::Deposit { amount_usd_micros: FIFTY_DOLLARS };
    let at = now() - SignedDuration::from_hours(MONTH_HOURS_MAX);
    site.ledger.post(&payer, "start", &deposit, at).await?;
    Ok(payer)
}

#[tokio::test]
async fn a_run_that_cannot_list_the_wallets_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (nowhere, queue) = (format!("no-table-{}", site.tenant_id.body()), OwnQueue::new().await?);
    let ledger = Ledger::new(site.aws(), nowhere);
    let app = App { ledger, ..run(&site, queue.url.clone()) };
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    assert!(queue.take().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_month_that_is_not_over_is_not_asked_for() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (payer, queue) = (site.payer(FIFTY_DOLLARS).await?, OwnQueue::new().await?);
    let month = site.ledger.books(&payer).await?.unclosed().ok_or("no month to close")?;
    let last_instant = month.end() - SignedDuration::from_millis(1);
    let app = run(&site, queue.url.clone());
    let asked = until("the month before to be asked for", async || {
        let late = late(&site).await?;
        app.handle(last_instant).await?;
        let asked = queue.take().await?;
        Ok(asked.contains(&late.user_id).then_some(asked))
    })
    .await?;
    assert!(!asked.contains(&payer.user_id));
    Ok(())
}

#[tokio::test]
async fn messages_that_cannot_be_sent_are_counted_and_end_no_run() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = OwnQueue::new().await?.url + "-not-there";
    let app = run(&site, nowhere);
    let status = until("a month to be asked for", async || {
        late(&site).await?;
        let status = app.handle(now()).await?;
        Ok((status.wallets > 0).then_some(status))
    })
    .await?;
    assert_eq!(status.failed, status.wallets, "{status:?}");
    Ok(())
}
