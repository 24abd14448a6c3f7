//! What clouds say they charged for a day.

use domain::Mode;
use domain::money::UsdMicros;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Lie, Outcome};

use crate::{Expected, as_expected};

const DAY: Date = date(2026, 2, 28);
/// Exact in euros at the rate of the local clouds, and in no round part of a dollar.
const CHARGED: i64 = 12_345_680;

/// Runs a test at every cloud that tells what it charged, with where its first amount stands.
async fn at_those_that_tell(
    test: impl AsyncFn(&Site, &Expected, &'static str) -> Outcome<()>,
) -> Outcome<()> {
    as_expected(async |site, expected| match expected.charge {
        Some(charge) => test(site, expected, charge).await,
        None => Ok(()),
    })
    .await
}

async fn failed(site: &Site) -> Outcome<&'static str> {
    let charged = site.provider()?.charged(DAY).await;
    Ok(charged.err().ok_or("it was read")?.code)
}

#[tokio::test]
async fn what_a_cloud_charged_for_a_day_is_told_to_the_micro_dollar() -> Outcome<()> {
    at_those_that_tell(async |site, expected, _| {
        let provider = site.provider()?;
        assert_eq!(provider.charged(DAY).await?, Some(UsdMicros(0)));
        for day in [DAY.yesterday()?, DAY.tomorrow()?] {
            site.control.charge(expected.cloud, day, 1_000_000).await?;
        }
        site.control.charge("another", DAY, 2_000_000).await?;
        assert_eq!(provider.charged(DAY).await?, Some(UsdMicros(0)));
        for charged in [CHARGED, 10, -CHARGED, 98_765_432_100] {
            site.control.charge(expected.cloud, DAY, charged).await?;
            assert_eq!(provider.charged(DAY).await?, Some(UsdMicros(charged)));
        }
        assert_eq!(provider.charged(DAY.tomorrow()?).await?, Some(UsdMicros(1_000_000)));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_cloud_without_such_an_api_tells_nothing_and_is_not_asked() -> Outcome<()> {
    as_expected(async |site, expected| {
        if expected.charge.is_none() {
            site.control.charge(expected.cloud, DAY, CHARGED).await?;
            assert_eq!(site.provider()?.charged(DAY).await?, None);
            assert_eq!(site.control.requests("").await?.len(), 0);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_bill_that_cannot_be_read_is_no_zero() -> Outcome<()> {
    at_those_that_tell(async |site, expected, charge| {
        site.control.charge(expected.cloud, DAY, CHARGED).await?;
        for value in [json!(null), json!("free"), json!({}), json!(true), json!("1e99")] {
            let lie = Lie::Field { pointer: charge.to_owned(), value: value.clone() };
            site.control.fault(Fault::lie(lie).on("charges").times(1)).await?;
            assert_eq!(failed(site).await?, "unavailable", "{value}");
        }
        for fault in [Fault::malformed().after(), Fault::status(503)] {
            site.control.fault(fault.on("charges").times(1)).await?;
            assert_eq!(failed(site).await?, "unavailable");
        }
        let told = site.provider()?.charged(DAY).await?;
        assert_eq!(told, Some(UsdMicros(CHARGED)), "nothing is left of that");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wrong_key_is_told_nothing_of_a_bill() -> Outcome<()> {
    at_those_that_tell(async |site, expected, _| {
        let account: Value = serde_json::from_str(&site.account())?;
        let ours = account["accounts"][0]["api_key"].as_str().ok_or("no key")?;
        let clouds = connected(&site.account().replace(ours, "wrong-secret-key"))?;
        let refused = clouds.of(Mode::Live, expected.cloud)?.charged(DAY).await;
        assert_eq!(refused.err().map(|error| error.code), Some("internal"));
        Ok(())
    })
    .await
}
