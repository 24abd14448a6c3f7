//! What a run of the meter hands out, on the local AWS that `make test` brings up.

use std::collections::BTreeSet;

use adapters::tables::pods::SHARDS;
use contracts::usage::MeterDueV1;
use every_usage_meter::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn every_shard_is_handed_out_with_the_instant_the_run_was_due() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (queue, due_at) = (site.queue().await?, now());
    let config = site.config().with("ON_METER_DUE_QUEUE_URL", &queue.url);
    App::new(site.aws(), &config)?.handle(due_at).await?;
    let mut shards = BTreeSet::new();
    for due in queue.take::<MeterDueV1>().await? {
        assert_eq!(due.due_at, due_at);
        assert!(shards.insert(due.shard), "{due:?} came twice");
    }
    assert_eq!(shards, (0..SHARDS).collect());
    Ok(())
}

#[tokio::test]
async fn a_run_that_cannot_be_handed_out_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = site.queue().await?.url + "-not-there";
    let config = site.config().with("ON_METER_DUE_QUEUE_URL", nowhere);
    let refused = App::new(site.aws(), &config)?.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}
