//! Start of `step-unwind-pod`.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::pods::Pods;
use runtime::config::required;
use step_unwind_pod::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let wanted = required("ON_POD_WANTED_QUEUE_URL")?;
    let app = App {
        pods: Pods::new(&aws, required("PODS_TABLE")?),
        wanted: Queue::new(&aws, wanted, "the on-pod-wanted queue"),
    };
    runtime::step::run(|input, now| app.handle(input, now)).await
}
