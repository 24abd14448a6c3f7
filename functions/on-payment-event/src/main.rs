//! Start of `on-payment-event`.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::stripe::Stripe;
use adapters::tables::billing::Billing;
use adapters::tables::ledger::Ledger;
use adapters::tables::payment_events::PaymentEvents;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use on_payment_event::App;
use runtime::config::required;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::StartError> {
    runtime::telemetry::start();
    let aws = Aws::connect().await;
    let billing_table: String = required("BILLING_TABLE")?;
    let app = App {
        tenants: Tenants::new(&aws, required("TENANTS_TABLE")?),
        ledger: Ledger::new(&aws, required("LEDGER_TABLE")?),
        plans: Plans::new(&aws, billing_table.clone()),
        billing: Billing::new(&aws, billing_table.clone()),
        events: PaymentEvents::new(&aws, billing_table),
        stripe: Stripe::new(&aws, required("STRIPE_ACCOUNTS_SECRET_ARN")?),
        notices: Notices::new(&aws, required("ON_NOTICE_QUEUE_URL")?),
    };
    runtime::queue::run(|message, now| app.handle(message, now)).await
}
