//! Start of `step-hold-funds`.

use adapters::Aws;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use runtime::config::required;
use step_hold_funds::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
    };
    runtime::step::run(|input, now| app.handle(input, now)).await
}
