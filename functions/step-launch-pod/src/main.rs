//! Start of `step-launch-pod`.

use adapters::Aws;
use runtime::config::Config;
use step_launch_pod::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::step::run(|input, now| app.handle(input, now)).await
}
