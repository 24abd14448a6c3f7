//! Start of `every-payment-check`.

use adapters::Aws;
use every_payment_check::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    let app = &app;
    runtime::schedule::run(|now| async move { app.handle(now).await }).await
}
