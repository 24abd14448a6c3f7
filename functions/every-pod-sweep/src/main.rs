//! Start of `every-pod-sweep`.

use adapters::Aws;
use every_pod_sweep::App;
use runtime::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    runtime::schedule::run(|due_at| app.handle(due_at)).await
}
