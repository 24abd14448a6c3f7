//! Payments by card, outside of subscriptions.

use std::collections::HashMap;

use domain::Error;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{TopUpStatus, from_cents};
use stripe_core::payment_intent::{CreatePaymentIntent, RetrievePaymentIntent};
use stripe_shared::{
    PaymentIntent, PaymentIntentAllowedPaymentMethodTypes, PaymentIntentSetupFutureUsage,
    PaymentIntentStatus,
};
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
    /// The card that is stored once it is paid; none where its owner did not agree to that.
    pub kept_card_id: Option<String>,
}

/// What a card is to pay.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// Whose card it is.
    pub customer_id: &'a str,
    /// The card, stored with them or offered for this once.
    pub card_id: &'a str,
    /// Whether a card that is not stored yet is, as soon as it has paid.
    pub keeps_card: bool,
    /// How much.
    pub cents: i64,
}

impl PaymentAccount {
    /// Pays for a top-up at once, by its own idempotency key. The owner is present, so a card that
    /// wants them asked answers with what they confirm.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn pay(&self, top_up_id: &TopUpId, charge: Charge<'_>) -> Result<Payment, Error> {
        let metadata = HashMap::from([("top_up_id".to_owned(), top_up_id.to_string())]);
        let mut request = CreatePaymentIntent::new(charge.cents, Currency::USD)
            .customer(charge.customer_id)
            .payment_method(charge.card_id)
            .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
            .description("Top-up of the wallet")
            .metadata(metadata)
            .confirm(true);
        if charge.keeps_card {
            request = request.setup_future_usage(PaymentIntentSetupFutureUsage::OffSession);
        }
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
    let card_id = intent.payment_method.map(|card| card.id().as_str().to_owned());
    let kept_card_id = intent.setup_future_usage.and(card_id);
    Ok(Payment {
        id: intent.id.as_str().to_owned(),
        customer_id: intent.customer.map(|customer| customer.id().as_str().to_owned()),
        top_up_id: intent.metadata.get("top_up_id").and_then(|id| id.parse().ok()),
        received: from_cents(received)?,
        status,
        client_secret: intent.client_secret,
        declined_because: intent.last_payment_error.and_then(|error| error.message),
        kept_card_id,
    })
}
