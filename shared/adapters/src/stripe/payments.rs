//! Payments by card, outside of subscriptions.

use std::collections::HashMap;

use domain::Error;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{TopUpStatus, from_cents};
use stripe_core::payment_intent::{CreatePaymentIntent, RetrievePaymentIntent};
use stripe_shared::{PaymentIntent, PaymentIntentAllowedPaymentMethodTypes, PaymentIntentStatus};
use stripe_types::Currency;

use super::{How, PaymentAccount};

/// A payment as Stripe shows it.
#[derive(Clone)]
pub struct Payment {
    /// Stripe's name of it: `pi_…`.
    pub id: String,
    /// Of which customer.
    pub customer_id: Option<String>,
    /// The top-up it is for, if it is for one.
    pub top_up_id: Option<TopUpId>,
    /// What was received.
    pub received: UsdMicros,
    /// Where it stands.
    pub status: TopUpStatus,
    /// What the card's owner confirms it with.
    pub client_secret: Option<String>,
    /// Why the card was declined, for its owner.
    pub declined_because: Option<String>,
}

impl PaymentAccount {
    /// Pays `cents` for a top-up at once, by its own idempotency key. The owner is present, so a
    /// card that wants them asked answers with what they confirm.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn pay(
        &self,
        top_up_id: &TopUpId,
        customer_id: &str,
        card_id: &str,
        cents: i64,
    ) -> Result<Payment, Error> {
        let metadata = HashMap::from([("top_up_id".to_owned(), top_up_id.to_string())]);
        let request = CreatePaymentIntent::new(cents, Currency::USD)
            .customer(customer_id)
            .payment_method(card_id)
            .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
            .description("Top-up of the wallet")
            .metadata(metadata)
            .confirm(true);
        let key = format!("topup_{top_up_id}");
        payment(self.send(request, How::Write(&key)).await?)
    }

    /// A payment as it is now.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn payment(&self, payment_id: &str) -> Result<Payment, Error> {
        payment(self.send(RetrievePaymentIntent::new(payment_id), How::Read).await?)
    }
}

fn payment(intent: PaymentIntent) -> Result<Payment, Error> {
    let received = if intent.currency == Currency::USD { intent.amount_received } else { 0 };
    let status = match intent.status {
        PaymentIntentStatus::Succeeded => TopUpStatus::Succeeded,
        PaymentIntentStatus::Canceled => TopUpStatus::Canceled,
        PaymentIntentStatus::RequiresAction | PaymentIntentStatus::RequiresConfirmation => {
            TopUpStatus::RequiresAction
        }
        PaymentIntentStatus::RequiresPaymentMethod => TopUpStatus::Declined,
        _ => TopUpStatus::Pending,
    };
    Ok(Payment {
        id: intent.id.as_str().to_owned(),
        customer_id: intent.customer.map(|customer| customer.id().as_str().to_owned()),
        top_up_id: intent.metadata.get("top_up_id").and_then(|id| id.parse().ok()),
        received: from_cents(received)?,
        status,
        client_secret: intent.client_secret,
        declined_because: intent.last_payment_error.and_then(|error| error.message),
    })
}
