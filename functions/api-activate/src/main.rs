//! Start of `api-activate`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::aws::secrets::PepperStore;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use api_activate::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
        pepper: PepperStore::new(&aws, required("TOKEN_PEPPER_SECRET_ARN")?),
    };
    runtime::http::run(router(app)).await
}
