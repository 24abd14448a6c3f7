//! Start of `api-configure`.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::drafts::Drafts;
use adapters::tables::plans::Plans;
use adapters::tables::quotes::Quotes;
use adapters::tables::ssh_keys::SshKeys;
use adapters::tables::tenants::Tenants;
use api_configure::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let pods_table: String = required("PODS_TABLE")?;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        plans: Plans::new(&aws, required("BILLING_TABLE")?),
        market: MarketStore::new(&aws, required("MARKET_BUCKET")?),
        drafts: Drafts::new(&aws, pods_table.clone()),
        quotes: Quotes::new(&aws, pods_table),
        ssh_keys: SshKeys::new(&aws, required("ACCOUNTS_TABLE")?),
    };
    runtime::http::run(router(app)).await
}
