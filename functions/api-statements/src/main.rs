//! Start of `api-statements`.

use adapters::Aws;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use api_statements::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        pods: Pods::new(&aws, required("PODS_TABLE")?),
    };
    runtime::http::run(router(app)).await
}
