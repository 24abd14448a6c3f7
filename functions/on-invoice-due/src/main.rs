//! Start of `on-invoice-due`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use on_invoice_due::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
    };
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
