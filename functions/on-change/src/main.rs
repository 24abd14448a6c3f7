//! Start of `on-change`.

use adapters::Aws;
use adapters::aws::sockets::Sockets;
use adapters::tables::connections::Connections;
use lambda_runtime::{LambdaEvent, service_fn};
use on_change::App;
use runtime::config::required;
use runtime::stream::{StreamEvent, each_record};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        connections: Connections::new(&aws, required("CONNECTIONS_TABLE")?),
        sockets: Sockets::new(&aws, &required::<String>("REALTIME_ENDPOINT")?),
    };
    let app = &app;
    let handle = |event: LambdaEvent<StreamEvent>| async move {
        let answer = each_record(event.payload, |record, now| app.handle(record, now)).await;
        Ok::<_, lambda_runtime::Error>(answer)
    };
    lambda_runtime::run(service_fn(handle)).await
}
