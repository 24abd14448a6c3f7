//! Start of `ws-message`.

use adapters::Aws;
use runtime::config::Config;
use ws_message::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::socket::run(|event| app.handle(event)).await
}
