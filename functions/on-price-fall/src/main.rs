//! Start of `on-price-fall`.

use adapters::Aws;
use on_price_fall::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
