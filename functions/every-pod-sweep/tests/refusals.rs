//! What ends a sweep, on the local AWS that `make test` brings up.

use adapters::aws::deploys::Deploys;
use adapters::tables::pods::Pods;
use adapters::tables::sightings::Sightings;
use every_pod_sweep::App;
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn a_sweep_that_cannot_list_the_pods_is_unavailable() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let nowhere = format!("no-table-{}", site.tenant_id.body());
    let app = App {
        pods: Pods::new(site.aws(), nowhere.clone()),
        tenants: site.tenants()?,
        deploys: Deploys::new(site.aws(), site.output("DeployPodStateMachineArn")?),
        wanted: site.wanted(),
        clouds: site.secret("GpuCloudsArn")?,
        sightings: Sightings::new(site.aws(), nowhere),
        stack: "refusals".to_owned(),
    };
    let refused = app.handle(now()).await;
    assert_eq!(refused.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}
