//! What the step refuses, on the local AWS that `make test` brings up.

use contracts::deploy::DeployPodV1;
use domain::Error;
use domain::id::PodId;
use domain::pod::{Pod, PodState};
use runtime::clock::now;
use runtime::ids::entropy;
use step_mark_ready::App;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

async fn site() -> Outcome<(Site, App)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    Ok((site, app))
}

/// A pod whose machine was launched and did not answer yet.
async fn launched(site: &Site) -> Outcome<Pod> {
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
    site.launched(&pod, now()).await
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code)
}

#[tokio::test]
async fn a_pod_whose_machine_did_not_answer_is_not_ready_and_mails_nothing() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = launched(&site).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_state"));
    assert_eq!(site.pods.load(&pod.tenant_id, &pod.id).await?.state, PodState::Provisioning);
    assert!(site.told(&pod.user_id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_to_end_mails_no_activation_link() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = launched(&site).await?;
    site.ending(&pod).await?;
    assert_eq!(code(app.handle(DeployPodV1::from(&pod), now()).await), Some("pod_over"));
    assert!(site.told(&pod.user_id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (site, app) = site().await?;
    let pod = launched(&site).await?;
    let nobodys = DeployPodV1 { pod_id: PodId::new(now(), entropy()?), ..DeployPodV1::from(&pod) };
    assert_eq!(code(app.handle(nobodys, now()).await), Some("not_found"));
    Ok(())
}
