//! When a cloud is given a rest.

use adapters::tables::clouds::CloudAccounts;
use fault_tests::{BoxError, CLOUD, Line, World};
use jiff::SignedDuration;
use runtime::clock::now;
use testkit::{Fault, Refusal};

#[tokio::test]
async fn a_cloud_that_gives_no_list_rests_and_one_that_is_busy_does_not() -> Result<(), BoxError> {
    let world = World::on(Line::new(None)).await?;
    let table = world.site.config().required("PODS_TABLE")?;
    let accounts = CloudAccounts::new(&world.aws, table);
    for (fault, rests) in [(Fault::refuse(Refusal::RateLimited), false), (Fault::status(503), true)]
    {
        let id = world.cloud.control.fault(fault.on("machines")).await?;
        for minute in 1..=3 {
            let at = now() + SignedDuration::from_secs(minute);
            assert!(world.compare(at).await.is_some_and(|status| status.listed.is_none()));
        }
        let health = accounts.health(CLOUD).await?;
        assert!(health.unlisted_since.is_some());
        assert_eq!(health.is_resting(now()), rests);
        world.cloud.control.end_fault(id).await?;
    }
    assert!(world.compare(now()).await.is_some_and(|status| status.listed == Some(0)));
    assert!(!accounts.health(CLOUD).await?.is_resting(now()));
    Ok(())
}
