//! What the step leaves alone, on the local AWS that `make test` brings up.

use contracts::deploy::{DeployPodV1, StepErrorV1, StepOutcomeV1, UnwindPodV1};
use domain::id::PodId;
use domain::pod::{Pod, PodState};
use runtime::clock::now;
use runtime::ids::entropy;
use step_unwind_pod::App;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, samples};

async fn site() -> Outcome<(Site, App, Pod)> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
    Ok((site, app, pod))
}

fn no_capacity(deploy: DeployPodV1) -> UnwindPodV1 {
    let cause = r#"{"errorMessage":"No cloud has this GPU."}"#.to_owned();
    UnwindPodV1 { deploy, error: StepErrorV1 { name: "NoCapacity".into(), cause } }
}

#[tokio::test]
async fn a_deploy_that_failed_keeps_its_first_reason() -> Outcome<()> {
    let (site, app, pod) = site().await?;
    let deploy = DeployPodV1::from(&pod);
    assert_eq!(app.handle(no_capacity(deploy.clone()), now()).await?, StepOutcomeV1::Unwound);
    let failed = site.pods.load(&pod.tenant_id, &pod.id).await?;
    let fault = StepErrorV1 { name: "States.Timeout".into(), cause: String::new() };
    app.handle(UnwindPodV1 { deploy, error: fault }, now()).await?;
    let after = site.pods.load(&pod.tenant_id, &pod.id).await?;
    assert_eq!((after.state, &after), (PodState::Failed, &failed));
    let why = after.reason.ok_or("no reason")?;
    assert_eq!(
        (why.code.as_str(), why.message.as_str()),
        ("no_capacity", "No cloud has this GPU.")
    );
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_not_found() -> Outcome<()> {
    let (_, app, pod) = site().await?;
    let nobodys = DeployPodV1 { pod_id: PodId::new(now(), entropy()?), ..DeployPodV1::from(&pod) };
    let refused = app.handle(no_capacity(nobodys), now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("not_found"));
    Ok(())
}
