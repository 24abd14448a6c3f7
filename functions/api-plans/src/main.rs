//! Start of `api-plans`.

use std::sync::Mutex;

use adapters::Aws;
use adapters::stripe::Stripe;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use api_plans::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        plans: Plans::new(&aws, required("BILLING_TABLE")?),
        stripe: Stripe::new(&aws, required("STRIPE_ACCOUNTS_SECRET_ARN")?),
        left_alone: Mutex::default(),
    };
    runtime::http::run(router(app)).await
}
