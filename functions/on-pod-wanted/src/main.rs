//! Start of `on-pod-wanted`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::{JsonSecret, PepperStore};
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use on_pod_wanted::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let wanted = required("ON_POD_WANTED_QUEUE_URL")?;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        clouds: JsonSecret::new(&aws, required("GPU_CLOUDS_SECRET_ARN")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
        wanted: Queue::new(&aws, wanted, "the on-pod-wanted queue"),
    };
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
