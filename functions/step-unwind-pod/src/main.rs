//! Start of `step-unwind-pod`.

use adapters::Aws;
use adapters::ledger::Ledger;
use adapters::notices::Notices;
use adapters::pods::Pods;
use runtime::config::required;
use step_unwind_pod::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
    };
    runtime::step::run(|input| app.handle(input)).await
}
