//! Start of `every-usage-meter`.

use adapters::Aws;
use every_usage_meter::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    let app = &app;
    runtime::schedule::run(|now| app.handle(now)).await
}
