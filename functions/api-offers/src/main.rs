//! Start of `api-offers`.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use api_offers::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        plans: Plans::new(&aws, required("BILLING_TABLE")?),
        market: MarketStore::new(&aws, required("MARKET_BUCKET")?),
    };
    runtime::http::run(router(app)).await
}
