//! Start of `every-offer-refresh`.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::connections::Connections;
use every_offer_refresh::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        clouds: JsonSecret::new(&aws, required("GPU_CLOUDS_SECRET_ARN")?),
        market: MarketStore::new(&aws, required("MARKET_BUCKET")?),
        connections: Connections::new(&aws, required("CONNECTIONS_TABLE")?),
    };
    runtime::schedule::run(|now| app.handle(now)).await
}
