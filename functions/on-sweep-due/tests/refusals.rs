//! What ends the sweep of a shard, and what it does about a pod whose money ends, on the local AWS
//! that `make test` brings up.

use adapters::tables::ledger::HoldFor;
use adapters::tables::pods::SHARDS;
use contracts::sweep::SweepDueV1;
use domain::money::UsdMicros;
use domain::pod::{Pod, PodState};
use jiff::{SignedDuration, Timestamp};
use on_sweep_due::App;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);

/// A pod that has run for an hour less a minute, unmetered, of somebody who paid `amount` in.
async fn unmetered(site: &Site, amount: UsdMicros) -> Outcome<(Pod, Timestamp)> {
    let payer = site.payer(amount).await?;
    let pod = site.open(&payer, None).await?;
    let since = now() - SignedDuration::from_secs(3_540);
    site.ledger.hold(&payer, &pod.id, (HoldFor::Deploy, HOLD), since).await?;
    site.running(&pod, since).await?;
    Ok((site.pods.load(&pod.tenant_id, &pod.id).await?, since))
}

async fn sweep(site: &Site, pod: &Pod) -> Outcome<Pod> {
    let app = App::new(site.aws(), &site.config())?;
    for shard in 0..SHARDS {
        app.handle(SweepDueV1 { shard, due_at: now() }, now()).await?;
    }
    Ok(site.pods.load(&pod.tenant_id, &pod.id).await?)
}

#[tokio::test]
async fn a_sweep_that_cannot_list_the_pods_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = format!("no-table-{}", site.tenant_id.body());
    let app = App::new(site.aws(), &site.config().with("PODS_TABLE", nowhere))?;
    let refused = app.handle(SweepDueV1 { shard: 0, due_at: now() }, now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}

#[tokio::test]
async fn an_hour_without_any_meter_ends_no_pod_that_can_be_paid_for() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (pod, since) = unmetered(&site, FIFTY_DOLLARS).await?;
    let after = sweep(&site, &pod).await?;
    assert_eq!(after.state, PodState::Running);
    let funded = after.funded_until.ok_or("it is charged")?;
    assert!(funded >= since + SignedDuration::from_secs(7_100), "{since} to {funded}");
    // The same again holds nothing more.
    assert_eq!(sweep(&site, &after).await?.funded_until, Some(funded));
    Ok(())
}

#[tokio::test]
async fn a_pod_ends_for_money_once_its_wallet_has_none() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (pod, _) = unmetered(&site, HOLD).await?;
    let after = sweep(&site, &pod).await?;
    assert_eq!(after.state, PodState::Stopping);
    assert_eq!(after.reason.map(|why| why.code).as_deref(), Some("funds_exhausted"));
    Ok(())
}
