//! Start of `step-launch-pod`.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::secrets::{JsonSecret, PepperStore};
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use runtime::config::required;
use step_launch_pod::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        market: MarketStore::new(&aws, required("MARKET_BUCKET")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
        clouds: JsonSecret::new(&aws, required("GPU_CLOUDS_SECRET_ARN")?),
        stack: required("STACK_NAME")?,
    };
    runtime::step::run(|input, now| app.handle(input, now)).await
}
