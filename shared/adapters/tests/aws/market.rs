//! The newest snapshot is served at once, the one before it a quarter of an hour longer.

use adapters::aws::market::MarketStore;
use domain::Mode;
use domain::id::SnapshotId;
use domain::market::offer::Snapshot;
use jiff::{SignedDuration, Timestamp};

use crate::samples;
use crate::world::{Outcome, World, code, entropy, now, tenant_id};

/// A bucket of this test's own, since snapshots are published to everybody.
struct Bucket {
    world: World,
    name: String,
}

impl Bucket {
    async fn new() -> Outcome<Self> {
        let world = World::from_env().await?;
        let name = format!("market-{}", tenant_id()?.body());
        world.s3().create_bucket().bucket(&name).send().await?;
        Ok(Self { world, name })
    }

    /// The market as a function sees it that has read nothing yet.
    fn store(&self) -> MarketStore {
        MarketStore::new(&self.world.aws, self.name.clone())
    }

    async fn objects(&self) -> Outcome<usize> {
        let answer = self.world.s3().list_objects_v2().bucket(&self.name).send().await?;
        Ok(answer.contents().len())
    }
}

fn snapshot(at: Timestamp, offers: &[&str]) -> Result<Snapshot, domain::Error> {
    let offers = offers.iter().map(|id| samples::offer(id)).collect();
    Ok(Snapshot::new(SnapshotId::new(at, entropy()?), at, offers))
}

fn after(at: Timestamp, secs: i64) -> Timestamp {
    at + SignedDuration::from_secs(secs)
}

#[tokio::test]
async fn before_the_first_snapshot_the_market_is_unavailable() -> Outcome<()> {
    let bucket = Bucket::new().await?;
    let newest = bucket.store().newest(Mode::Sandbox, now()).await;
    assert_eq!(code(newest), Some("unavailable"));
    assert_eq!(bucket.store().last(Mode::Sandbox).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_second_snapshot_is_the_newest_and_the_first_is_still_served() -> Outcome<()> {
    let (bucket, start) = (Bucket::new().await?, now());
    let (publisher, reader) = (bucket.store(), bucket.store());
    let first = snapshot(start, &["off_a"])?;
    publisher.publish(Mode::Sandbox, &first, start).await?;
    assert_eq!(bucket.store().last(Mode::Sandbox).await?.as_ref(), Some(&first));
    assert_eq!(bucket.store().last(Mode::Live).await?, None);
    assert_eq!(reader.newest(Mode::Sandbox, start).await?.snapshot(), &first);
    let second = snapshot(after(start, 60), &["off_a", "off_b"])?;
    publisher.publish(Mode::Sandbox, &second, after(start, 60)).await?;
    for store in [reader, bucket.store()] {
        let at = after(start, 62);
        assert_eq!(store.newest(Mode::Sandbox, at).await?.id(), &second.id);
        let earlier = store.earlier(Mode::Sandbox, &first.id, at).await?.ok_or("it is gone")?;
        assert_eq!(earlier.snapshot(), &first);
        let late = after(start, 60 + 15 * 60);
        assert!(store.earlier(Mode::Sandbox, &first.id, late).await?.is_none());
        assert!(store.earlier(Mode::Sandbox, &second.id, late).await?.is_some());
    }
    Ok(())
}

#[tokio::test]
async fn an_unchanged_index_is_served_from_memory() -> Outcome<()> {
    let (bucket, start) = (Bucket::new().await?, now());
    let store = bucket.store();
    let only = snapshot(start, &["off_a"])?;
    store.publish(Mode::Sandbox, &only, start).await?;
    for secs in [0, 1, 3, 60] {
        assert_eq!(store.newest(Mode::Sandbox, after(start, secs)).await?.id(), &only.id);
    }
    Ok(())
}

#[tokio::test]
async fn a_snapshot_that_is_served_no_more_is_removed() -> Outcome<()> {
    let (bucket, start) = (Bucket::new().await?, now());
    let store = bucket.store();
    let first = snapshot(start, &["off_a"])?;
    store.publish(Mode::Sandbox, &first, start).await?;
    store.publish(Mode::Sandbox, &snapshot(after(start, 60), &[])?, after(start, 60)).await?;
    assert_eq!(bucket.objects().await?, 3);
    let late = after(start, 3_600);
    let newest = snapshot(late, &["off_b"])?;
    store.publish(Mode::Sandbox, &newest, late).await?;
    assert_eq!(bucket.objects().await?, 3);
    assert!(bucket.store().earlier(Mode::Sandbox, &first.id, late).await?.is_none());
    assert_eq!(bucket.store().newest(Mode::Sandbox, late).await?.snapshot(), &newest);
    Ok(())
}

#[tokio::test]
async fn the_markets_of_both_modes_do_not_mix() -> Outcome<()> {
    let (bucket, start) = (Bucket::new().await?, now());
    let store = bucket.store();
    let sandbox = snapshot(start, &["off_a"])?;
    store.publish(Mode::Sandbox, &sandbox, start).await?;
    assert_eq!(code(store.newest(Mode::Live, start).await), Some("unavailable"));
    let live = snapshot(start, &["off_b"])?;
    store.publish(Mode::Live, &live, start).await?;
    assert_eq!(store.newest(Mode::Sandbox, after(start, 5)).await?.id(), &sandbox.id);
    assert_eq!(store.newest(Mode::Live, after(start, 5)).await?.id(), &live.id);
    assert!(store.earlier(Mode::Live, &sandbox.id, after(start, 5)).await?.is_none());
    Ok(())
}
