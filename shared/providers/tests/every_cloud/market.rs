//! What the local clouds sell.

use std::collections::HashSet;

use domain::market::offer::GpuThousandths;
use serde_json::{Value, json};
use testkit::cloud_site::Site;
use testkit::{Fault, Lie, Outcome};

use crate::as_expected;

#[tokio::test]
async fn all_that_is_sold_is_offered_in_our_units() -> Outcome<()> {
    as_expected(async |site, expected| {
        let offers = site.provider()?.offers(runtime::clock::now()).await?;
        let ids: HashSet<_> = offers.iter().map(|offer| &offer.id).collect();
        assert_eq!((ids.len(), offers.len()), (expected.offers.0, expected.offers.0));
        for offer in &offers {
            assert_eq!(offer.provider, expected.cloud);
            assert_eq!((offer.stock, offer.spot), (expected.offers.1, false), "{offer:?}");
            assert_eq!(offer.stoppable, expected.is_stoppable, "{offer:?}");
            assert!(offer.simulated.is_empty() && offer.terms.minimum_secs > 0, "{offer:?}");
        }
        let one = site.sample().await?.attempt.offer;
        let (kind, region, _) = expected.single;
        assert_eq!((one.instance_type.as_str(), one.region.as_str()), (kind, region));
        let size = [one.vcpus, one.ram_gib, one.disk.included_gib];
        let rate = one.provider_rate_usd_micros_per_hour.0;
        assert_eq!((one.gpu.as_str(), one.gpu_memory_gib, size, rate), expected.sold);
        let mut rates: Vec<_> = offers
            .iter()
            .filter(|it| it.gpu == one.gpu && it.gpu_count == GpuThousandths(4_000))
            .map(|it| (it.provider_rate_usd_micros_per_hour.0, it.gpu_memory_gib))
            .collect();
        rates.sort_unstable();
        assert_eq!(rates.first(), Some(&(expected.four_rate, one.gpu_memory_gib)));
        let again = site.provider()?.offers(runtime::clock::now()).await?;
        assert_eq!(again, offers);
        Ok(())
    })
    .await
}

/// What is offered while the cloud tells `value` as its first price; `None` for no answer.
async fn offered(site: &Site, pointer: &str, value: &Value) -> Outcome<Option<usize>> {
    let lie = Lie::Field { pointer: pointer.to_owned(), value: value.clone() };
    let id = site.control.fault(Fault::lie(lie).on("offers")).await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await;
    site.control.end_fault(id).await?;
    match offers {
        Ok(offers) => {
            let sound = offers.iter().all(|it| it.provider_rate_usd_micros_per_hour.0 > 0);
            assert!(sound, "{value}");
            Ok(Some(offers.len()))
        }
        Err(error) => {
            assert_eq!(error.code, "unavailable", "{value}");
            Ok(None)
        }
    }
}

#[tokio::test]
async fn what_has_no_price_that_can_be_read_is_not_offered() -> Outcome<()> {
    as_expected(async |site, expected| {
        for value in [json!(null), json!("free"), json!(-1), json!("-1"), json!(0), json!({})] {
            let left = offered(site, expected.price, &value).await?;
            assert!(left.is_none_or(|left| left < expected.offers.0), "{value}: {left:?}");
        }
        Ok(())
    })
    .await
}
