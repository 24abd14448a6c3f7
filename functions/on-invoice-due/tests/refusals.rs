//! Months that are not closed, or closed without a word, against the local AWS that `make test`
//! brings up.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::invoice::InvoiceDueV1;
use domain::money::UsdMicros;
use domain::money::invoice::Period;
use jiff::{SignedDuration, Timestamp};
use on_invoice_due::App;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);
/// Hours after the end of a month when every clock has seen it.
const HOURS_AFTER: i64 = 1;

async fn site() -> Outcome<(Site, App)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
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

/// The first month of a wallet that is not closed.
async fn unclosed(site: &Site, of: &WalletOf) -> Outcome<Option<Period>> {
    Ok(site.ledger.books(of).await?.unclosed())
}

/// Does what a message about a month does at `at`.
async fn close(app: &App, of: &WalletOf, period: Period, at: Timestamp) -> Outcome<()> {
    let WalletOf { tenant_id, user_id, mode } = of.clone();
    Ok(app.handle(InvoiceDueV1 { tenant_id, user_id, mode, period, as_of: at }, at).await?)
}

/// Makes sure that a month has no invoice and that its wallet's owner got no mail.
async fn is_silent(site: &Site, of: &WalletOf, period: Period) -> Outcome<()> {
    assert_eq!(site.ledger.invoice(of, period).await?, None);
    let told = site.told(&of.user_id).await?;
    assert!(told.is_empty(), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_month_in_which_a_pod_can_still_be_charged_stays_open() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = renter(&site).await?;
    let period = unclosed(&site, &payer).await?.ok_or("no month to close")?;
    for at in [now(), period.end()] {
        close(&app, &payer, period, at).await?;
        assert_eq!(unclosed(&site, &payer).await?, Some(period), "at {at}");
    }
    is_silent(&site, &payer, period).await
}

#[tokio::test]
async fn a_month_that_is_not_the_first_open_one_is_left_alone() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = renter(&site).await?;
    let period = unclosed(&site, &payer).await?.ok_or("no month to close")?;
    let next = period.next();
    let after = next.end() + SignedDuration::from_hours(HOURS_AFTER);
    close(&app, &payer, next, after).await?;
    assert_eq!(unclosed(&site, &payer).await?, Some(period));
    is_silent(&site, &payer, next).await
}

#[tokio::test]
async fn a_wallet_that_never_saw_money_has_no_month_to_close() -> Outcome<()> {
    let (site, app) = site().await?;
    let (payer, period) = (site.payer(UsdMicros::ZERO).await?, Period::of(now()));
    let after = period.end() + SignedDuration::from_hours(HOURS_AFTER);
    close(&app, &payer, period, after).await?;
    assert_eq!(unclosed(&site, &payer).await?, None);
    is_silent(&site, &payer, period).await
}

#[tokio::test]
async fn a_month_without_usage_is_closed_without_an_invoice_or_a_mail() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let period = unclosed(&site, &payer).await?.ok_or("no month to close")?;
    let after = period.end() + SignedDuration::from_hours(HOURS_AFTER);
    // The second time there is nothing left to do.
    for _ in 0..2 {
        close(&app, &payer, period, after).await?;
        assert_eq!(unclosed(&site, &payer).await?, Some(period.next()));
    }
    is_silent(&site, &payer, period).await
}

#[tokio::test]
async fn a_month_whose_wallet_cannot_be_read_is_unavailable() -> Outcome<()> {
    let (site, _) = site().await?;
    let (payer, period) = (site.payer(UsdMicros::ZERO).await?, Period::of(now()));
    let nowhere = format!("no-table-{}", site.tenant_id.body());
    let app = App::new(site.aws(), &site.config().with("LEDGER_TABLE", nowhere))?;
    let WalletOf { tenant_id, user_id, mode } = payer;
    let due = InvoiceDueV1 { tenant_id, user_id, mode, period, as_of: now() };
    let refused = app.handle(due, now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}

#[tokio::test]
async fn a_month_that_is_not_over_stays_open_though_nothing_is_left_to_charge() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let period = unclosed(&site, &payer).await?.ok_or("no month to close")?;
    for at in [now(), period.end()] {
        close(&app, &payer, period, at).await?;
        assert_eq!(unclosed(&site, &payer).await?, Some(period), "at {at}");
    }
    is_silent(&site, &payer, period).await
}
