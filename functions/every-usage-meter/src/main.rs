//! Start of `every-usage-meter`.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::Pods;
use every_usage_meter::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let usage = required("ON_USAGE_DUE_QUEUE_URL")?;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        usage: Queue::new(&aws, usage, "the queue of the meter"),
    };
    let app = &app;
    runtime::schedule::run(|now| app.handle(now)).await
}
