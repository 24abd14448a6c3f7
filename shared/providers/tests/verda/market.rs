//! What the local Verda sells.

use std::collections::{BTreeSet, HashSet};

use domain::market::offer::{GpuThousandths, Stock};
use testkit::Outcome;
use testkit::cloud_site::Site;

#[tokio::test]
async fn every_type_is_offered_in_every_location_that_has_it() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let ids: HashSet<_> = offers.iter().map(|offer| &offer.id).collect();
    assert_eq!((ids.len(), offers.len()), (24, 24));
    for offer in &offers {
        assert!(!offer.stoppable && !offer.spot && offer.stock == Stock::Medium, "{offer:?}");
    }
    let gpus: BTreeSet<_> = offers.iter().map(|it| (it.gpu.as_str(), it.gpu_memory_gib)).collect();
    assert_eq!(gpus, BTreeSet::from([("B300", 288), ("RTX 6000 Ada", 48), ("RTX PRO 6000", 96)]));
    let four = offers.iter().find(|it| it.gpu == "B300" && it.gpu_count == GpuThousandths(4_000));
    let four = four.ok_or("no four B300")?;
    // Four at 6.19 dollars, and 100 GB of disk.
    assert_eq!(four.provider_rate_usd_micros_per_hour.0, 24_760_000 + 27_400);
    assert_eq!((four.vcpus, four.ram_gib, four.disk.included_gib), (120, 1_100, 100));
    let again = site.provider()?.offers(runtime::clock::now()).await?;
    assert_eq!(again, offers);
    Ok(())
}
