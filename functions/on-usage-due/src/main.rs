//! Start of `on-usage-due`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use on_usage_due::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
    };
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
