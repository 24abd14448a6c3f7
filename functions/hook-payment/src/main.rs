//! Start of `hook-payment`.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::stripe::Stripe;
use adapters::tables::payment_events::PaymentEvents;
use hook_payment::{App, router};
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let queue = required("ON_PAYMENT_EVENT_QUEUE_URL")?;
    let app = App {
        stripe: Stripe::new(&aws, required("STRIPE_ACCOUNTS_SECRET_ARN")?),
        events: PaymentEvents::new(&aws, required("BILLING_TABLE")?),
        queue: Queue::new(&aws, queue, "the payment queue"),
    };
    runtime::http::run(router(app)).await
}
