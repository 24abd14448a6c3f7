//! Start of `step-mark-ready`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use runtime::config::required;
use step_mark_ready::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
    };
    runtime::step::run(|input, now| app.handle(input, now)).await
}
