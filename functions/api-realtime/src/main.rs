//! Start of `api-realtime`.

use adapters::Aws;
use adapters::tables::connections::Connections;
use adapters::tables::tenants::Tenants;
use api_realtime::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        connections: Connections::new(&aws, required("CONNECTIONS_TABLE")?),
    };
    runtime::http::run(router(app)).await
}
