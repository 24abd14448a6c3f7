//! What the clouds sell.

use std::collections::{BTreeMap, HashSet};

use domain::market::offer::Stock;
use testkit::cloud_site::{Sample, Site};
use testkit::{Fault, Lie, Outcome};

#[tokio::test]
async fn every_type_is_offered_where_there_is_some_and_groups_do_not_mix() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let ids: HashSet<_> = offers.iter().map(|offer| &offer.id).collect();
    assert_eq!((ids.len(), offers.len()), (112, 112));
    let mut groups: BTreeMap<_, HashSet<_>> = BTreeMap::new();
    for offer in &offers {
        assert!(offer.stock == Stock::Medium && !offer.stoppable && !offer.spot, "{offer:?}");
        let group = groups.entry((offer.gpu.as_str(), offer.gpu_count)).or_default();
        group.insert(offer.instance_type.as_str());
    }
    assert_eq!(groups.len(), 28);
    assert!(groups.values().all(|types| types.len() == 3), "{groups:?}");
    let again = site.provider()?.offers(runtime::clock::now()).await?;
    assert_eq!(again, offers);
    Ok(())
}

#[tokio::test]
async fn a_dearer_machine_tells_its_true_price() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    let dearer = Lie::Price { more_usd_micros_per_hour: 30_000 };
    site.control.fault(Fault::lie(dearer).of_type("gpu_1x_a10").on("launch")).await?;
    assert_eq!(site.launch(&sample).await?.rate_usd_micros_per_hour.0, 780_000);
    Ok(())
}
