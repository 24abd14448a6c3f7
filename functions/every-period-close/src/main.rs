//! Start of `every-period-close`.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::ledger::Ledger;
use every_period_close::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let invoices = required("ON_INVOICE_DUE_QUEUE_URL")?;
    let app = App {
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        invoices: Queue::new(&aws, invoices, "the queue of invoices"),
    };
    let app = &app;
    runtime::schedule::run(|now| async move { app.handle(now).await }).await
}
