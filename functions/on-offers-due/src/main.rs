//! Start of `on-offers-due`.

use adapters::Aws;
use on_offers_due::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
