//! What becomes of a pod that cannot be kept or started, on the local AWS that `make test` brings up.

use adapters::tables::ledger::{HoldFor, ReleaseFor, WalletOf};
use contracts::wanted::PodWantedV1;
use domain::Error;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::pod::{Pod, PodState, Transition};
use jiff::{SignedDuration, Timestamp};
use on_pod_wanted::App;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{Outcome, Site, samples};

/// What a quote of an hour holds: two dollars with a tenth on top.
const HOLD: UsdMicros = UsdMicros(2_200_000);

async fn site() -> Outcome<(Site, App)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
}

fn some(change: Option<Transition>) -> Result<Transition, Error> {
    change.ok_or_else(|| Error::conflict("no_change", "Nothing changed."))
}

/// A pod of somebody who paid `amount` in, stopped after it ran for a second.
async fn stopping(site: &Site, amount: UsdMicros) -> Outcome<(Pod, WalletOf)> {
    let payer = site.payer(amount).await?;
    let pod = site.open(&payer, None).await?;
    let since = now() - SignedDuration::from_secs(10);
    site.ledger.hold(&payer, &pod.id, (HoldFor::Deploy, HOLD), since).await?;
    site.running(&pod, since).await?;
    let stop_at = since + SignedDuration::from_secs(1);
    let pod = site.change(&pod, |pod| some(pod.want_stop(None, stop_at)?)).await?;
    Ok((pod, payer))
}

/// Does what a message of `at` does; returns the pod after it.
async fn drive((site, app): (&Site, &App), pod: &Pod, at: Timestamp) -> Outcome<Pod> {
    app.handle(PodWantedV1::from(pod), at).await?;
    Ok(site.pods.load(&pod.tenant_id, &pod.id).await?)
}

/// Takes all that is free in a wallet for another pod.
async fn empty(site: &Site, payer: &WalletOf) -> Outcome<()> {
    let free = site.ledger.wallet(payer).await?.available(now())?;
    let other = PodId::new(now(), entropy()?);
    Ok(site.ledger.hold(payer, &other, (HoldFor::Deploy, free), now()).await?)
}

fn reason(pod: &Pod) -> Option<&str> {
    pod.reason.as_ref().map(|reason| reason.code.as_str())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (site, app) = site().await?;
    let (tenant_id, pod_id) = (site.tenant_id.clone(), PodId::new(now(), entropy()?));
    let refused = app.handle(PodWantedV1 { tenant_id, pod_id, returns: 0 }, now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("not_found"));
    Ok(())
}

#[tokio::test]
async fn a_start_without_money_is_stopped_again_and_says_why() -> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, payer) = stopping(&site, UsdMicros(3_000_000)).await?;
    let stopped = drive((&site, &app), &pod, now()).await?;
    assert_eq!((stopped.state, reason(&stopped)), (PodState::Stopped, None));
    site.change(&pod, |pod| some(pod.want_start(600, now())?)).await?;
    empty(&site, &payer).await?;
    let after = drive((&site, &app), &pod, now()).await?;
    assert_eq!(after.state, PodState::Stopped, "{after:?}");
    assert_eq!(reason(&after), Some("insufficient_funds"));
    Ok(())
}

#[tokio::test]
async fn a_start_past_its_deadline_is_stopped_again_and_says_why() -> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, _) = stopping(&site, UsdMicros(50_000_000)).await?;
    drive((&site, &app), &pod, now()).await?;
    let starting = site.change(&pod, |pod| some(pod.want_start(600, now())?)).await?;
    let deadline = starting.deadline_at.ok_or("no deadline")?;
    let after = drive((&site, &app), &pod, deadline).await?;
    assert_eq!((after.state, reason(&after)), (PodState::Stopped, Some("probe_timed_out")));
    Ok(())
}

#[tokio::test]
async fn a_disk_that_nobody_can_pay_for_is_given_back() -> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, payer) = stopping(&site, HOLD).await?;
    // The hold of its running is all there is; it goes to another pod once it is given back.
    site.ledger.capture(&payer, &[(pod.usage()?, now())], now()).await?;
    let since = pod.errand().machine_since.ok_or("it has no machine")?;
    site.ledger.release(&payer, &pod.id, ReleaseFor::Stop(since), now()).await?;
    empty(&site, &payer).await?;
    let after = drive((&site, &app), &pod, now()).await?;
    assert_eq!((after.state, reason(&after)), (PodState::Terminated, Some("funds_exhausted")));
    Ok(())
}

#[tokio::test]
async fn a_machine_is_paid_for_until_it_is_known_to_be_stopped_however_old_the_message()
-> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, _) = stopping(&site, UsdMicros(50_000_000)).await?;
    let before = now();
    let stopped = drive((&site, &app), &pod, before - SignedDuration::from_secs(5)).await?;
    let until = stopped.machine.as_ref().and_then(|machine| machine.until);
    assert_eq!(stopped.state, PodState::Stopped);
    assert!(until.is_some_and(|until| until >= before), "{stopped:?}");
    Ok(())
}
