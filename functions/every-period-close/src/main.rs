//! Start of `every-period-close`.

use adapters::Aws;
use every_period_close::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    let app = &app;
    runtime::schedule::run(|now| async move { app.handle(now).await }).await
}
