//! Usage is captured once, and what is held for a pod is released and held again without a gap.

use std::time::Duration;

use adapters::tables::ledger::{HoldFor, ReleaseFor};
use domain::Error;
use domain::id::PodId;
use domain::money::metering::{Phase, PodUsage, Rates, UsageClock};
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::Pod;
use jiff::{SignedDuration, Timestamp};
use testkit::sample;

use crate::ledger::{Bank, dollars};
use crate::samples::running;
use crate::world::{Outcome, code, now, pod_id};

/// A dollar an hour would be 277.8 micro-dollars a second; this is 1,000 a second.
const RATE: UsdMicrosPerHour = UsdMicrosPerHour(3_600_000);

fn usage(pod: &PodId, since: Timestamp) -> PodUsage {
    let rates = Rates { running: RATE, stopped: UsdMicrosPerHour(0) };
    let clock = UsageClock::default().begin(Phase::Running, since);
    PodUsage { pod: pod.clone(), clock, user_rates: rates, provider_rates: rates }
}

fn after(since: Timestamp, secs: i64) -> Timestamp {
    since + SignedDuration::from_secs(secs)
}

impl Bank {
    /// Captures what the pods used up to `at`.
    async fn capture_all(&self, usages: &[PodUsage], at: Timestamp) -> Result<(), Error> {
        let usages: Vec<_> = usages.iter().map(|usage| (usage.clone(), at)).collect();
        self.ledger.capture(&self.of, &usages, now()).await
    }

    async fn captured(&self, pod: &PodId) -> Outcome<i64> {
        Ok(self.ledger.metered(&self.of, pod).await?.captured_usd_micros.0)
    }
}

#[tokio::test]
async fn the_same_instant_is_captured_once_by_many_at_once() -> Outcome<()> {
    let (bank, pod, since) = (Bank::with(10).await?, pod_id()?, now());
    bank.hold(&pod, 4).await?;
    let usages = [usage(&pod, since)];
    let capture = || bank.capture_all(&usages, after(since, 60));
    let (one, two, three) = tokio::join!(capture(), capture(), capture());
    one.and(two).and(three)?;
    assert_eq!(bank.captured(&pod).await?, 60_000);
    assert_eq!(bank.checked().await?.held_for(&pod)[0].1, UsdMicros(4_000_000 - 60_000));
    Ok(())
}

#[tokio::test]
async fn a_pod_is_paid_until_the_same_instant_however_often_it_is_captured_meanwhile() -> Outcome<()>
{
    let (bank, since) = (Bank::with(10).await?, now());
    let (tenant_id, user_id) = (bank.of.tenant_id.clone(), bank.of.user_id.clone());
    let pod = running(Pod { id: pod_id()?, tenant_id, user_id, ..sample::pod(1) }, since)?.pod;
    bank.hold(&pod.id, 4).await?;
    let until = bank.ledger.funded_until(&pod).await?;
    let usages = [pod.usage()?];
    let captures = async {
        for secs in 1..=40 {
            bank.capture_all(&usages, after(since, secs)).await?;
            // A reader has to find a moment without one.
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        Ok::<_, Error>(())
    };
    let readings = async {
        for _ in 0..100 {
            assert_eq!(bank.ledger.funded_until(&pod).await?, until);
        }
        Ok(())
    };
    tokio::try_join!(captures, readings)?;
    assert!(bank.captured(&pod.id).await? > 0 && until.is_some());
    Ok(())
}

#[tokio::test]
async fn captures_of_several_pods_are_one_transaction_and_late_ones_change_nothing() -> Outcome<()>
{
    let (bank, since) = (Bank::with(10).await?, now());
    let (first, second) = (pod_id()?, pod_id()?);
    bank.hold(&first, 4).await?;
    bank.hold(&second, 4).await?;
    let usages = [usage(&first, since), usage(&second, after(since, 30))];
    let version = bank.checked().await?.version;
    for secs in [120, 60, 120] {
        bank.capture_all(&usages, after(since, secs)).await?;
    }
    assert_eq!(bank.checked().await?.version, version + 1);
    assert_eq!((bank.captured(&first).await?, bank.captured(&second).await?), (120_000, 90_000));
    Ok(())
}

#[tokio::test]
async fn captures_and_a_pods_end_at_once_leave_nothing_held_and_nothing_taken_twice() -> Outcome<()>
{
    let bank = Bank::with(10).await?;
    for _ in 0..3 {
        let (pod, since) = (pod_id()?, now());
        bank.hold(&pod, 2).await?;
        let usages = [usage(&pod, since)];
        let more =
            bank.ledger.hold(&bank.of, &pod, (HoldFor::More(since, since), dollars(1)), now());
        let (captured, closed, held) =
            tokio::join!(bank.capture_all(&usages, after(since, 60)), bank.close(&pod), more);
        captured.and(closed)?;
        assert!(matches!(code(held), None | Some("pod_over")));
        assert!(bank.checked().await?.held_for(&pod).is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn a_release_repeated_after_the_next_hold_takes_nothing_back() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    for held_before in [true, false] {
        let start = now();
        if held_before {
            bank.hold(&pod, 3).await?;
        }
        let release = ReleaseFor::Start(start);
        bank.ledger.release(&bank.of, &pod, release, now()).await?;
        let hold = (HoldFor::Resume(start), dollars(2));
        bank.ledger.hold(&bank.of, &pod, hold, now()).await?;
        bank.ledger.release(&bank.of, &pod, release, now()).await?;
        bank.ledger.hold(&bank.of, &pod, hold, now()).await?;
        assert_eq!(bank.balance().await?, (8, 2));
        bank.ledger.release(&bank.of, &pod, ReleaseFor::Stop(start), now()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn more_money_that_arrives_after_the_stop_is_refused() -> Outcome<()> {
    for held in [true, false] {
        let (bank, pod, since) = (Bank::with(10).await?, pod_id()?, now());
        if held {
            bank.hold(&pod, 3).await?;
        }
        bank.ledger.release(&bank.of, &pod, ReleaseFor::Stop(since), now()).await?;
        let more = (HoldFor::More(since, since), dollars(1));
        assert_eq!(code(bank.ledger.hold(&bank.of, &pod, more, now()).await), Some("pod_state"));
        assert_eq!(bank.balance().await?, (10, 0));
        // What stands stopped is held for all the same.
        let keep = (HoldFor::KeepMore(2, since), dollars(1));
        bank.ledger.hold(&bank.of, &pod, keep, now()).await?;
        assert_eq!(bank.balance().await?, (9, 1));
    }
    Ok(())
}
