//! What the local Runpod sells.

use std::collections::HashSet;

use domain::market::offer::{GpuThousandths, Stock};
use testkit::Outcome;
use testkit::cloud_site::Site;

#[tokio::test]
async fn every_count_of_every_gpu_is_offered_in_every_data_center() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let offers = site.provider()?.offers(runtime::clock::now()).await?;
    let ids: HashSet<_> = offers.iter().map(|offer| &offer.id).collect();
    assert_eq!((ids.len(), offers.len()), (72, 72));
    for offer in &offers {
        assert!(offer.stoppable && !offer.spot && offer.stock == Stock::High, "{offer:?}");
    }
    let a40 = offers.iter().find(|it| it.gpu == "A40" && it.gpu_count == GpuThousandths(4_000));
    let a40 = a40.ok_or("no four A40")?;
    // Four at 40 cents, and 20 GB of each disk.
    assert_eq!(a40.provider_rate_usd_micros_per_hour.0, 1_600_000 + 40 * 139);
    let again = site.provider()?.offers(runtime::clock::now()).await?;
    assert_eq!(again, offers);
    Ok(())
}
