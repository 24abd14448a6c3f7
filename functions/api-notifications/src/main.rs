//! Start of `api-notifications`.

use adapters::Aws;
use adapters::tables::notifications::Notifications;
use adapters::tables::tenants::Tenants;
use api_notifications::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        notifications: Notifications::new(&aws, required("ACCOUNTS_TABLE")?),
    };
    runtime::http::run(router(app)).await
}
