//! What a shard's meter is refused and what it passes over, on the local AWS that `make test` brings
//! up. Its messages go to a queue of the test's own, so nobody is charged by it.

use std::collections::BTreeSet;

use adapters::tables::ledger::{HoldFor, WalletOf};
use adapters::tables::pods::SHARDS;
use contracts::usage::{MeterDueV1, UsageDueV1};
use domain::Error;
use domain::id::UserId;
use domain::money::UsdMicros;
use jiff::SignedDuration;
use on_meter_due::App;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, OwnQueue, Site, samples, until};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);

/// Whose usage the messages ask for.
async fn asked(queue: &OwnQueue) -> Outcome<BTreeSet<UserId>> {
    Ok(queue.take().await?.into_iter().map(|due: UsageDueV1| due.user_id).collect())
}

/// Does what the meter of every shard does; the first refusal.
async fn run(app: &App) -> Result<(), Error> {
    let due_at = now();
    for shard in 0..SHARDS {
        app.handle(MeterDueV1 { shard, due_at }).await?;
    }
    Ok(())
}

/// The meter on the pods of everybody, which tells the queue at `url`.
fn meter(site: &Site, url: &str) -> Outcome<App> {
    Ok(App::new(site.aws(), &site.config().with("ON_USAGE_DUE_QUEUE_URL", url))?)
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
    let (nowhere, queue) = (format!("no-table-{}", site.tenant_id.body()), site.queue().await?);
    let config =
        site.config().with("PODS_TABLE", nowhere).with("ON_USAGE_DUE_QUEUE_URL", &queue.url);
    let app = App::new(site.aws(), &config)?;
    let refused = run(&app).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    assert!(asked(&queue).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_pod_that_does_not_run_yet_is_not_charged() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let waiting = site.payer(FIFTY_DOLLARS).await?;
    let pod = site.open(&waiting, None).await?;
    site.ready(&pod, now()).await?;
    let (renter, queue) = (renter(&site).await?, site.queue().await?);
    let app = meter(&site, &queue.url)?;
    // The index of live pods may lag behind the table.
    let asked = until("the running pod to be charged", async || {
        run(&app).await?;
        let asked = asked(&queue).await?;
        Ok(asked.contains(&renter.user_id).then_some(asked))
    })
    .await?;
    assert!(!asked.contains(&waiting.user_id));
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_not_taken_fails_the_shard_so_that_it_is_asked_again() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    renter(&site).await?;
    let nowhere = site.queue().await?.url + "-not-there";
    let app = meter(&site, &nowhere)?;
    let refused = until("the running pod to be listed", async || Ok(run(&app).await.err())).await?;
    assert_eq!(refused.code, "unavailable", "{refused:?}");
    Ok(())
}
