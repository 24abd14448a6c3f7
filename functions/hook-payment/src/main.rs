//! Start of `hook-payment`.

use adapters::Aws;
use adapters::payment_events::{PaymentEvents, PaymentQueue};
use adapters::stripe::Stripe;
use hook_payment::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let app = App {
        stripe: Stripe::new(&aws, required("STRIPE_ACCOUNTS_SECRET_ARN")?),
        events: PaymentEvents::new(&aws, required("BILLING_TABLE")?),
        queue: PaymentQueue::new(&aws, required("ON_PAYMENT_EVENT_QUEUE_URL")?),
    };
    runtime::http::run(router(app)).await
}
