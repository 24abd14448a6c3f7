//! Start of `step-probe-pod`.

use adapters::Aws;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use runtime::config::required;
use step_probe_pod::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        clouds: JsonSecret::new(&aws, required("GPU_CLOUDS_SECRET_ARN")?),
    };
    runtime::step::run(|input, now| app.handle(input, now)).await
}
