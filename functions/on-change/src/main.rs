//! Start of `on-change`.

use adapters::Aws;
use lambda_runtime::{LambdaEvent, service_fn};
use on_change::App;
use runtime::config::Config;
use runtime::stream::{StreamEvent, each_record};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let app = App::new(&Aws::connect().await, &Config::of_environment())?;
    let app = &app;
    let handle = |event: LambdaEvent<StreamEvent>| async move {
        let answer = each_record(event.payload, |record, now| app.handle(record, now)).await;
        Ok::<_, lambda_runtime::Error>(answer)
    };
    lambda_runtime::run(service_fn(handle)).await
}
