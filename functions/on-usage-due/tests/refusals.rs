//! What a minute of the meter fails on and what it passes over, against the local AWS that
//! `make test` brings up.

use adapters::tables::ledger::ReleaseFor;
use contracts::usage::UsageDueV1;
use domain::id::PodId;
use domain::money::UsdMicros;
use jiff::{SignedDuration, Timestamp};
use recovery_tests::{Deploy, Outcome, Site, samples};
use runtime::clock::now;
use runtime::ids::entropy;

/// The minute of 2,700 seconds after `since`, when an hour's hold has to be extended.
fn due(deploy: &Deploy<'_>, since: Timestamp, pod_ids: Vec<PodId>) -> UsageDueV1 {
    let wallet = deploy.wallet.clone();
    UsageDueV1 {
        tenant_id: wallet.tenant_id,
        user_id: wallet.user_id,
        mode: wallet.mode,
        pod_ids,
        until: since + SignedDuration::from_secs(2_700),
    }
}

async fn held(deploy: &Deploy<'_>) -> Outcome<UsdMicros> {
    let wallet = deploy.site.ledger.wallet(&deploy.wallet).await?;
    Ok(wallet.total_held_for(&deploy.pod_id)?)
}

#[tokio::test]
async fn a_message_with_an_unknown_pod_fails_whole_and_is_delivered_again() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(2_800).await?;
    let unknown = PodId::new(now(), entropy()?);
    let message = due(&deploy, since, vec![deploy.pod_id.clone(), unknown]);
    let refused = site.usage.handle(message, now()).await;
    assert_eq!(refused.err().map(|error| error.code), Some("not_found"));
    assert_eq!(deploy.captured().await?, 0);
    Ok(())
}

#[tokio::test]
async fn nothing_more_is_held_for_a_pod_that_ended_or_was_stopped_meanwhile() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for ended in [true, false] {
        let (deploy, since) = site.running(2_800).await?;
        let machine = deploy.pod().await?.machine.ok_or("no machine")?.since;
        let release = if ended { ReleaseFor::End } else { ReleaseFor::Stop(machine) };
        site.ledger.release(&deploy.wallet, &deploy.pod_id, release, now()).await?;
        let message = due(&deploy, since, vec![deploy.pod_id.clone()]);
        site.usage.handle(message, now()).await?;
        assert_eq!(held(&deploy).await?, UsdMicros::ZERO, "ended: {ended}");
    }
    Ok(())
}
