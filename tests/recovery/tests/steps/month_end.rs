//! A month is invoiced with exactly what ran in it, whatever happens at the same moment.

use domain::money::UsdMicros;
use domain::money::invoice::{InvoiceStatus, Period};
use jiff::SignedDuration;
use recovery_tests::{Deploy, Outcome, Site, samples};
use runtime::clock::now;

/// Hours that each pod here ran before its month ended.
const HOURS: i64 = 2;

fn last_month() -> Period {
    Period::of(now()).previous()
}

async fn two_hours_before_the_end(site: &Site) -> Outcome<Deploy<'_>> {
    site.running_since(last_month().end() - SignedDuration::from_hours(HOURS)).await
}

/// What two hours cost.
async fn two_hours(deploy: &Deploy<'_>) -> Outcome<UsdMicros> {
    let rate = deploy.pod().await?.quote.price.rate_usd_micros_per_hour;
    Ok(rate.over_hours(HOURS)?)
}

/// The invoice of last month, which must be final and hold two hours.
async fn assert_two_hours(deploy: &Deploy<'_>) -> Outcome<()> {
    let invoices = deploy.site.ledger.invoices(&deploy.wallet).await?;
    assert_eq!(invoices.len(), 1, "{invoices:?}");
    let invoice = &invoices[0];
    assert_eq!((invoice.period, invoice.status), (last_month(), InvoiceStatus::Final));
    assert_eq!(invoice.total_usd_micros, two_hours(deploy).await?, "{invoice:?}");
    assert_eq!(invoice.lines[0].running_secs, HOURS * 3_600);
    let told = deploy.site.told(&deploy.wallet.user_id).await?;
    assert_eq!(told, [format!("invoice#{}", invoice.number)].into());
    let unclosed = deploy.site.ledger.books(&deploy.wallet).await?.unclosed();
    assert_eq!(unclosed, Some(last_month().next()));
    Ok(())
}

#[tokio::test]
async fn a_running_pod_is_captured_to_the_months_end_and_closing_again_changes_nothing()
-> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = two_hours_before_the_end(&site).await?;
    deploy.close(last_month()).await?;
    assert_two_hours(&deploy).await?;
    deploy.close(last_month()).await?;
    assert_two_hours(&deploy).await?;
    // What the meter captures later belongs to this month.
    deploy.capture(last_month().end() + SignedDuration::from_hours(1)).await?;
    deploy.close(last_month()).await?;
    assert_two_hours(&deploy).await?;
    let metered = site.ledger.metered(&deploy.wallet, &deploy.pod_id).await?;
    let this = metered.used_in(last_month().next())?.ok_or("nothing this month")?;
    // The stack's own meter may have come by, too.
    assert!(this.seconds.running >= 3_600, "{this:?}");
    let total = this.captured_usd_micros.plus(two_hours(&deploy).await?)?;
    assert_eq!(total, metered.captured_usd_micros);
    Ok(())
}

#[tokio::test]
async fn closes_and_captures_at_once_make_one_invoice_with_all_of_the_month() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for _ in 0..3 {
        let deploy = two_hours_before_the_end(&site).await?;
        let end = last_month().end();
        let (one, two, early, late) = tokio::join!(
            deploy.close(last_month()),
            deploy.close(last_month()),
            deploy.capture(end - SignedDuration::from_hours(1)),
            deploy.capture(end + SignedDuration::from_hours(1)),
        );
        one.and(two).and(early).and(late)?;
        assert_two_hours(&deploy).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_month_stays_open_while_its_pods_can_be_charged() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let deploy = site.running_since(now() - SignedDuration::from_secs(1)).await?;
    let this = site.ledger.books(&deploy.wallet).await?.unclosed().ok_or("no money")?;
    deploy.close(Period::of(now())).await?;
    deploy.close(this).await?;
    let books = site.ledger.books(&deploy.wallet).await?;
    assert_eq!(books.unclosed(), Some(this));
    assert_eq!(site.ledger.invoices(&deploy.wallet).await?, []);
    assert!(site.told(&deploy.wallet.user_id).await?.is_empty());
    Ok(())
}
