//! The meter: what it captures, holds and says is the same however late or often it runs.

use adapters::tables::ledger::HoldFor;
use contracts::usage::UsageDueV1;
use domain::money::UsdMicros;
use domain::money::ledger::Entry;
use jiff::{SignedDuration, Timestamp};
use recovery_tests::{Deploy, Outcome, Site, samples};
use runtime::clock::now;

/// A running pod's rate with its margin, for an hour.
const RATE: i64 = 2_200_000;

/// Runs the meter for the pod up to `secs` after `since`.
async fn meter(deploy: &Deploy<'_>, since: Timestamp, secs: i64) -> Outcome<()> {
    let wallet = deploy.wallet.clone();
    let due = UsageDueV1 {
        tenant_id: wallet.tenant_id,
        user_id: wallet.user_id,
        mode: wallet.mode,
        pod_ids: vec![deploy.pod_id.clone()],
        until: since + SignedDuration::from_secs(secs),
    };
    Ok(deploy.site.usage.handle(due, now()).await?)
}

#[tokio::test]
async fn late_doubled_and_missing_minutes_capture_the_same() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let expected = RATE * 600 / 3_600;
    for minutes in [&[10][..], &[1, 2, 3, 10], &[10, 3, 1, 10], &[5, 5, 5, 10, 10]] {
        let (deploy, since) = site.running(700).await?;
        for minute in minutes {
            meter(&deploy, since, minute * 60).await?;
        }
        assert_eq!(deploy.captured().await?, expected, "{minutes:?}");
        assert_eq!(deploy.end().await?.held.0, RATE - expected, "{minutes:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_from_a_fast_clock_captures_no_future() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(60).await?;
    meter(&deploy, since, 100_000).await?;
    assert!(deploy.captured().await? <= RATE * 120 / 3_600);
    Ok(())
}

#[tokio::test]
async fn a_hold_is_extended_once_when_its_time_runs_short() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(2_800).await?;
    for _ in 0..3 {
        meter(&deploy, since, 2_700).await?;
    }
    let (pod, end) = (deploy.pod().await?, deploy.end().await?);
    assert_eq!(pod.funded_until, Some(since + SignedDuration::from_secs(2 * 3_600)));
    assert_eq!(end.held.0, 2 * RATE - RATE * 2_700 / 3_600);
    assert!(!end.told.iter().any(|key| key.starts_with("funds-low")), "{end:?}");
    Ok(())
}

#[tokio::test]
async fn an_hour_of_silence_takes_what_was_held_and_bears_the_rest() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(7_300).await?;
    meter(&deploy, since, 7_200).await?;
    assert_eq!(deploy.captured().await?, RATE, "an hour was held, so an hour is taken");
    let metered = site.ledger.metered(&deploy.wallet, &deploy.pod_id).await?;
    assert_eq!(metered.waived_usd_micros.0, RATE);
    Ok(())
}

#[tokio::test]
async fn the_last_money_is_held_whole_and_its_owner_warned_of_one_end() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(2_800).await?;
    // Ten minutes' worth is left beside the hold; the rest goes to another pod.
    let left = UsdMicros(RATE / 6);
    let other = domain::id::PodId::new(now(), runtime::ids::entropy()?);
    let spendable = site.ledger.wallet(&deploy.wallet).await?.available(now())?;
    let amount_usd_micros = spendable.minus(left)?;
    let hold = Entry::Hold { pod: other, amount_usd_micros };
    site.ledger.post(&deploy.wallet, "other", &hold, now()).await?;
    for secs in [2_600, 2_700, 2_700] {
        meter(&deploy, since, secs).await?;
    }
    let (pod, end) = (deploy.pod().await?, deploy.end().await?);
    assert_eq!(pod.funded_until, Some(since + SignedDuration::from_secs(3_600 + 599)));
    let warnings = end.told.iter().filter(|key| key.starts_with("funds-low")).count();
    assert_eq!(warnings, 1, "{end:?}");
    Ok(())
}

#[tokio::test]
async fn a_hold_whose_row_was_not_told_is_noted_by_the_next_minute_and_not_made_again()
-> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(2_800).await?;
    // Cut off right after the ledger's answer.
    let (pod, first_end) = (deploy.pod().await?, since + SignedDuration::from_secs(3_600));
    let machine = pod.machine.map(|time| time.since).ok_or("no machine")?;
    let more = (HoldFor::More(machine, first_end), UsdMicros(RATE));
    site.ledger.hold(&deploy.wallet, &pod.id, more, now()).await?;
    meter(&deploy, since, 2_700).await?;
    let (pod, end) = (deploy.pod().await?, deploy.end().await?);
    assert_eq!(pod.funded_until, Some(first_end + SignedDuration::from_secs(3_600)));
    assert_eq!(end.held.0, 2 * RATE - RATE * 2_700 / 3_600);
    Ok(())
}
