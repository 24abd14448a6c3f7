//! Start of `api-billing`.

use adapters::Aws;
use adapters::stripe::Stripe;
use adapters::tables::accounts::Accounts;
use adapters::tables::billing::Billing;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use api_billing::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let billing_table: String = required("BILLING_TABLE")?;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        accounts: Accounts::new(&aws, required("ACCOUNTS_TABLE")?),
        plans: Plans::new(&aws, billing_table.clone()),
        billing: Billing::new(&aws, billing_table),
        stripe: Stripe::new(&aws, required("STRIPE_ACCOUNTS_SECRET_ARN")?),
    };
    runtime::http::run(router(app)).await
}
