//! What the step refuses, on the local AWS that `make test` brings up.

use std::time::Duration;

use adapters::tables::clouds::CloudAccounts;
use contracts::deploy::{DeployPodV1, StepOutcomeV1};
use domain::id::PodId;
use domain::market::offer::Offer;
use domain::pod::{Pod, PodState, Scenario};
use domain::{Error, Mode};
use jiff::SignedDuration;
use runtime::clock::now;
use runtime::ids::entropy;
use step_launch_pod::App;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

const HOUR: Duration = Duration::from_hours(1);

async fn site(offers: Vec<Offer>) -> Outcome<(Site, App)> {
    let site = Site::with(offers).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
}

async fn provisioning(site: &Site, scenario: Option<Scenario>) -> Outcome<Pod> {
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, scenario).await?;
    let held = pod.quote.hold_usd_micros;
    Ok(site.change(&pod, |pod| pod.funds_held(held, now())).await?)
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}

#[tokio::test]
async fn without_an_offer_that_can_stand_in_there_is_no_capacity() -> Outcome<()> {
    let (site, app) = site(samples::unfit()).await?;
    let pod = provisioning(&site, Some(Scenario::FirstOfferSoldOut)).await?;
    let deploy = DeployPodV1::from(&pod);
    for _ in 0..2 {
        assert_eq!(code(app.handle(deploy.clone(), now()).await), Some("no_capacity"));
    }
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_to_end_is_not_launched() -> Outcome<()> {
    let (site, app) = site(samples::market()).await?;
    let pod = provisioning(&site, None).await?;
    site.ending(&pod).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_over"));
    Ok(())
}

#[tokio::test]
async fn a_pod_without_money_is_not_launched() -> Outcome<()> {
    let (site, app) = site(samples::market()).await?;
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_state"));
    let pod = site.pods.load(&pod.tenant_id, &pod.id).await?;
    assert_eq!((pod.state, pod.attempts.len()), (PodState::Pending, 0));
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (site, app) = site(samples::market()).await?;
    let pod = provisioning(&site, None).await?;
    let nobodys = DeployPodV1 { pod_id: PodId::new(now(), entropy()?), ..DeployPodV1::from(&pod) };
    assert_eq!(code(app.handle(nobodys, now()).await), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn a_pod_whose_cloud_is_busy_has_no_attempt_under_way() -> Outcome<()> {
    let lambda = |offer| Offer { provider: "lambda".to_owned(), ..offer };
    let offers = samples::market().into_iter().map(lambda).collect();
    let site = Site::in_mode(Mode::Live, offers).await?;
    let app = App::new(site.aws(), &site.config())?;
    let pod = provisioning(&site, None).await?;
    let accounts = CloudAccounts::new(site.aws(), site.config().required("PODS_TABLE")?);
    accounts.take_turn("lambda#launches", (HOUR, HOUR), now()).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("busy"));
    // Its time to boot, and what a machine costs us, begin only when one is asked for.
    let after = site.pods.load(&pod.tenant_id, &pod.id).await?;
    assert_eq!((after.version, after.attempts.len()), (pod.version, 0));
    Ok(())
}

#[tokio::test]
async fn an_attempt_ends_when_its_cloud_answered_and_not_when_the_step_began() -> Outcome<()> {
    let (site, app) = site(samples::market()).await?;
    let pod = provisioning(&site, None).await?;
    let (began, before) = (now() - SignedDuration::from_secs(30), now());
    assert_eq!(app.handle(DeployPodV1::from(&pod), began).await?, StepOutcomeV1::Launched);
    let events = site.pods.events(&pod).await?;
    let launched = events.iter().find(|event| event.kind == "pod.attempt_launched");
    assert!(launched.is_some_and(|event| event.at >= before), "{events:?}");
    Ok(())
}
