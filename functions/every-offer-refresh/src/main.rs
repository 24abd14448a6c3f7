//! Start of `every-offer-refresh`.

use adapters::Aws;
use every_offer_refresh::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::schedule::run(|now| app.handle(now)).await
}
