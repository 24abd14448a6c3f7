//! What ends a run of the meter and what it passes over, on the local AWS that `make test` brings
//! up. Its messages go to a queue of the test's own, so nobody is charged by it.

use std::collections::BTreeSet;

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::usage::UsageDueV1;
use domain::id::UserId;
use domain::money::UsdMicros;
use every_usage_meter::App;
use jiff::SignedDuration;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, OwnQueue, Site, samples, until};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);

/// Whose usage the messages ask for.
async fn asked(queue: &OwnQueue) -> Outcome<BTreeSet<UserId>> {
    Ok(queue.take().await?.into_iter().map(|due: UsageDueV1| due.user_id).collect())
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
    let refused = app.handle(now()).await;
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
        app.handle(now()).await?;
        let asked = asked(&queue).await?;
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
    let nowhere = site.queue().await?.url + "-not-there";
    let app = meter(&site, &nowhere)?;
    let status = until("the running pod to be listed", async || {
        let status = app.handle(now()).await?;
        Ok((status.pods > 0).then_some(status))
    })
    .await?;
    assert_eq!(status.messages, 0, "{status:?}");
    assert!(status.failed > 0, "{status:?}");
    Ok(())
}
