//! Start of `ws-disconnect`.

use adapters::Aws;
use adapters::tables::connections::Connections;
use runtime::config::required;
use ws_disconnect::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App { connections: Connections::new(&aws, required("CONNECTIONS_TABLE")?) };
    runtime::socket::run(|event| app.handle(event)).await
}
