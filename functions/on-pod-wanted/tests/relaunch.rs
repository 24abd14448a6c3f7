//! What takes the place of a pod whose machine was taken away, on the local AWS that `make test`
//! brings up.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::wanted::PodWantedV1;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::pod::{Pod, PodState, Scenario};
use jiff::SignedDuration;
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

/// A pod whose machine was just taken away, of somebody who paid `amount` in and chose that it be
/// deployed again.
async fn lost(site: &Site, amount: UsdMicros) -> Outcome<(Pod, WalletOf)> {
    let payer = site.payer(amount).await?;
    let pod = site.open_to_last(&payer, Some(Scenario::TakenAway)).await?;
    let since = now() - SignedDuration::from_secs(90);
    site.ledger.hold(&payer, &pod.id, (HoldFor::Deploy, HOLD), since).await?;
    site.running(&pod, since).await?;
    let lose = |pod: Pod| {
        let lost = pod.lose(now());
        lost.ok_or_else(|| domain::Error::conflict("no_change", "It was not lost."))
    };
    Ok((site.change(&pod, lose).await?, payer))
}

async fn drive((site, app): (&Site, &App), pod: &Pod) -> Outcome<Pod> {
    app.handle(PodWantedV1::from(pod), now()).await?;
    Ok(site.pods.load(&pod.tenant_id, &pod.id).await?)
}

#[tokio::test]
async fn however_often_it_is_looked_at_one_pod_takes_its_place() -> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, _) = lost(&site, UsdMicros(50_000_000)).await?;
    let (one, other) = tokio::join!(drive((&site, &app), &pod), drive((&site, &app), &pod));
    let after = one.or(other)?;
    let again = drive((&site, &app), &pod).await?;
    assert_eq!((again.state, &again.relaunched_as), (PodState::Terminated, &after.relaunched_as));
    let next = again.relaunched_as.ok_or("nothing takes its place")?;
    let next = site.pods.load(&pod.tenant_id, &next).await?;
    assert_eq!(next.relaunch_of, Some(pod.id.clone()));
    assert_eq!((next.state, &next.quote.price), (PodState::Pending, &pod.quote.price));
    let stored = site.quotes.find(&pod.tenant_id, &pod.user_id, &next.quote.id).await?;
    assert_eq!(stored.pod_id, Some(next.id));
    Ok(())
}

#[tokio::test]
async fn without_money_nothing_does_and_its_owner_is_told_why() -> Outcome<()> {
    let (site, app) = site().await?;
    let (pod, payer) = lost(&site, UsdMicros(3_000_000)).await?;
    let free = site.ledger.wallet(&payer).await?.available(now())?;
    let other = PodId::new(now(), entropy()?);
    site.ledger.hold(&payer, &other, (HoldFor::Deploy, free), now()).await?;
    let after = drive((&site, &app), &pod).await?;
    assert_eq!((after.state, after.relaunched_as), (PodState::Terminated, None));
    let reason = after.reason.ok_or("it has a reason")?;
    assert!(reason.message.contains("could not be deployed again: "), "{reason:?}");
    assert!(site.told(&pod.user_id).await?.contains(&format!("ended#{}", pod.id)));
    Ok(())
}
