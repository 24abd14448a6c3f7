//! Start of `api-pods`.

use adapters::Aws;
use api_pods::{App, router};
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::http::run(router(app)).await
}
