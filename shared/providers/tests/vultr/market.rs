//! What the local Vultr sells.

use std::collections::{BTreeSet, HashSet};

use domain::market::offer::{GpuThousandths, Stock};
use testkit::Outcome;
use testkit::cloud_site::Site;

#[tokio::test]
async fn every_plan_of_every_page_is_offered_in_every_region() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let ids: HashSet<_> = offers.iter().map(|offer| &offer.id).collect();
    assert_eq!((ids.len(), offers.len()), (32, 32));
    for offer in &offers {
        assert!(!offer.stoppable && !offer.spot && offer.stock == Stock::Medium, "{offer:?}");
    }
    let gpus: BTreeSet<_> = offers.iter().map(|it| (it.gpu.as_str(), it.gpu_memory_gib)).collect();
    assert_eq!(gpus, BTreeSet::from([("A100", 80), ("A16", 16), ("GH200", 96), ("MI300X", 192)]));
    let four = offers.iter().find(|it| it.gpu == "A100" && it.gpu_count == GpuThousandths(4_000));
    let four = four.ok_or("no four A100")?;
    assert_eq!(four.provider_rate_usd_micros_per_hour.0, 9_600_000);
    assert_eq!((four.vcpus, four.ram_gib, four.disk.included_gib), (48, 480, 5_600));
    let again = site.provider()?.offers(runtime::clock::now()).await?;
    assert_eq!(again, offers);
    Ok(())
}
