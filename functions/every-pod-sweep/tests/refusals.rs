//! What a sweep hands out, on the local AWS that `make test` brings up.

use std::collections::BTreeSet;

use adapters::tables::pods::SHARDS;
use contracts::sweep::{AccountDueV1, SweepDueV1};
use every_pod_sweep::{App, Status};
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn every_shard_and_every_account_is_handed_out() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (sweeps, accounts) = (site.queue().await?, site.queue().await?);
    let config = site.config().with("ON_SWEEP_DUE_QUEUE_URL", &sweeps.url);
    let config = config.with("ON_ACCOUNT_DUE_QUEUE_URL", &accounts.url);
    let Status { shards, accounts: connected } =
        App::new(site.aws(), &config)?.handle(now()).await?;
    let swept: BTreeSet<u32> =
        sweeps.take().await?.into_iter().map(|due: SweepDueV1| due.shard).collect();
    assert_eq!((shards, swept), (SHARDS, (0..SHARDS).collect()));
    let asked: BTreeSet<String> =
        accounts.take().await?.into_iter().map(|due: AccountDueV1| due.cloud).collect();
    assert_eq!(asked.len(), connected);
    assert!(asked.contains("lambda"), "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn accounts_that_cannot_be_handed_out_keep_no_shard_from_its_sweep() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let sweeps = site.queue().await?;
    let config = site.config().with("ON_SWEEP_DUE_QUEUE_URL", &sweeps.url);
    let nowhere = site.queue().await?.url + "-not-there";
    let config = config.with("ON_ACCOUNT_DUE_QUEUE_URL", nowhere);
    let refused = App::new(site.aws(), &config)?.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    assert_eq!(sweeps.take::<SweepDueV1>().await?.len(), usize::try_from(SHARDS)?);
    Ok(())
}
