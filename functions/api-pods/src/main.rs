//! Start of `api-pods`.

use adapters::Aws;
use adapters::aws::deploys::Deploys;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::PepperStore;
use adapters::tables::ledger::Ledger;
use adapters::tables::plans::Plans;
use adapters::tables::pods::Pods;
use adapters::tables::quotes::Quotes;
use adapters::tables::tenants::Tenants;
use api_pods::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let pods_table: String = required("PODS_TABLE")?;
    let wanted = required("ON_POD_WANTED_QUEUE_URL")?;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        pods: Pods::new(&aws, pods_table.clone()),
        quotes: Quotes::new(&aws, pods_table),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        plans: Plans::new(&aws, required("BILLING_TABLE")?),
        wanted: Queue::new(&aws, wanted, "the on-pod-wanted queue"),
        deploys: Deploys::new(&aws, required("DEPLOY_POD_STATE_MACHINE_ARN")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
    };
    runtime::http::run(router(app)).await
}
