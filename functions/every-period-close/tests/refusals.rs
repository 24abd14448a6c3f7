//! What ends a run and which wallets it passes over, on the local AWS that `make test` brings up.
//! Its messages go to a queue of the test's own, so no month is closed by it.

use std::collections::BTreeSet;

use adapters::tables::ledger::WalletOf;
use contracts::invoice::InvoiceDueV1;
use domain::id::UserId;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;
use every_period_close::App;
use jiff::SignedDuration;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, OwnQueue, Site, samples, until};

/// Hours of 32 days, so that this long ago was another month.
const MONTH_HOURS_MAX: i64 = 24 * 32;

/// Whose month the messages ask to close.
async fn asked(queue: &OwnQueue) -> Outcome<BTreeSet<UserId>> {
    Ok(queue.take().await?.into_iter().map(|due: InvoiceDueV1| due.user_id).collect())
}

/// A run on the wallets of everybody, which tells the queue at `url`.
fn run(site: &Site, url: &str) -> Outcome<App> {
    Ok(App::new(site.aws(), &site.config().with("ON_INVOICE_DUE_QUEUE_URL", url))?)
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
    let (nowhere, queue) = (format!("no-table-{}", site.tenant_id.body()), site.queue().await?);
    let config =
        site.config().with("LEDGER_TABLE", nowhere).with("ON_INVOICE_DUE_QUEUE_URL", &queue.url);
    let app = App::new(site.aws(), &config)?;
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    assert!(asked(&queue).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_month_that_is_not_over_is_not_asked_for() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (payer, queue) = (site.payer(FIFTY_DOLLARS).await?, site.queue().await?);
    let month = site.ledger.books(&payer).await?.unclosed().ok_or("no month to close")?;
    let last_instant = month.end() - SignedDuration::from_millis(1);
    let app = run(&site, &queue.url)?;
    let asked = until("the month before to be asked for", async || {
        let late = late(&site).await?;
        app.handle(last_instant).await?;
        let asked = asked(&queue).await?;
        Ok(asked.contains(&late.user_id).then_some(asked))
    })
    .await?;
    assert!(!asked.contains(&payer.user_id));
    Ok(())
}

#[tokio::test]
async fn messages_that_cannot_be_sent_are_counted_and_end_no_run() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = site.queue().await?.url + "-not-there";
    let app = run(&site, &nowhere)?;
    let status = until("a month to be asked for", async || {
        late(&site).await?;
        let status = app.handle(now()).await?;
        Ok((status.wallets > 0).then_some(status))
    })
    .await?;
    assert_eq!(status.failed, status.wallets, "{status:?}");
    Ok(())
}
