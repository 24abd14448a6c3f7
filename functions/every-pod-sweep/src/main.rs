//! Start of `every-pod-sweep`.

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::Pods;
use adapters::tables::sightings::Sightings;
use adapters::tables::tenants::Tenants;
use domain::pod::sweep::judged_at;
use every_pod_sweep::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let wanted = required("ON_POD_WANTED_QUEUE_URL")?;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        deploys: Deploys::new(&aws, required("DEPLOY_POD_STATE_MACHINE_ARN")?),
        wanted: Queue::new(&aws, wanted, "the on-pod-wanted queue"),
        clouds: JsonSecret::new(&aws, required("GPU_CLOUDS_SECRET_ARN")?),
        sightings: Sightings::new(&aws, required("PODS_TABLE")?),
        stack: required("STACK_NAME")?,
    };
    let app = &app;
    runtime::schedule::run(|due_at| app.handle(judged_at(due_at, runtime::clock::now()))).await
}
