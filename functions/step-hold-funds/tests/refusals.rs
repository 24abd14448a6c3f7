//! What the step refuses, on the local AWS that `make test` brings up.

use adapters::tables::ledger::HoldFor;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::Error;
use domain::id::PodId;
use domain::pod::PodState;
use runtime::clock::now;
use runtime::ids::entropy;
use step_hold_funds::App;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

async fn site() -> Outcome<(Site, App)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}

#[tokio::test]
async fn money_that_went_elsewhere_is_insufficient_and_the_pod_stays_pending() -> Outcome<()> {
    let (site, app) = site().await?;
    let hold = samples::quote(site.tenant_id.clone(), site.payer(FIFTY_DOLLARS).await?.user_id)?;
    let payer = site.payer(hold.hold_usd_micros).await?;
    let pod = site.open(&payer, None).await?;
    let other = PodId::new(now(), entropy()?);
    site.ledger.hold(&payer, &other, (HoldFor::Deploy, hold.hold_usd_micros), now()).await?;
    let refused = app.handle(DeployPodV1::from(&pod), now()).await;
    assert_eq!(code(refused), Some("insufficient_funds"));
    assert_eq!(site.pods.load(&pod.tenant_id, &pod.id).await?.state, PodState::Pending);
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_to_end_holds_no_money() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let pod = site.open(&payer, None).await?;
    site.ending(&pod).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_over"));
    assert!(site.ledger.wallet(&payer).await?.held_for(&pod.id).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
    let nobodys = DeployPodV1 { pod_id: PodId::new(now(), entropy()?), ..DeployPodV1::from(&pod) };
    assert_eq!(code(app.handle(nobodys, now()).await), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn the_same_again_holds_once() -> Outcome<()> {
    let (site, app) = site().await?;
    let payer = site.payer(FIFTY_DOLLARS).await?;
    let pod = site.open(&payer, None).await?;
    for _ in 0..2 {
        let outcome = app.handle(DeployPodV1::from(&pod), now()).await?;
        assert_eq!(outcome, StepOutcomeV1::Held);
    }
    let held = site.ledger.wallet(&payer).await?.total_held_for(&pod.id)?;
    assert_eq!(held, pod.quote.hold_usd_micros);
    Ok(())
}
