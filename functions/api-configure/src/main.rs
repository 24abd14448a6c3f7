//! Start of `api-configure`.

use adapters::Aws;
use adapters::drafts::Drafts;
use adapters::market::MarketStore;
use adapters::plans::Plans;
use adapters::quotes::Quotes;
use adapters::ssh_keys::SshKeys;
use adapters::tenants::Tenants;
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
