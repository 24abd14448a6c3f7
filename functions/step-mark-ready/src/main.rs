//! Start of `step-mark-ready`.

use adapters::Aws;
use runtime::config::Config;
use step_mark_ready::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::step::run(|input, now| app.handle(input, now)).await
}
