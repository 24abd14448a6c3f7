//! Payments by card, outside of subscriptions.

use std::collections::HashMap;

use domain::Error;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{CardCharge, TopUp, TopUpStatus, cents, from_cents};
use jiff::Timestamp;
use stripe_core::payment_intent::{CreatePaymentIntent, ListPaymentIntent, RetrievePaymentIntent};
use stripe_shared::{
    PaymentIntent, PaymentIntentAllowedPaymentMethodTypes, PaymentIntentSetupFutureUsage,
    PaymentIntentStatus,
};
use stripe_types::{Currency, RangeQueryTs};

use super::{How, PAGE, PaymentAccount};

/// The metadata that tells which top-up a payment is for.
const TOP_UP: &str = "top_up_id";
/// How much earlier than its top-up a payment may seem to be made, by the clocks of both sides.
const CLOCKS_APART_SECS: i64 = 300;
/// Pages of payments that are looked through for one: more than anybody makes in the week that a
/// top-up is looked after.
const PAGES_MAX: u32 = 5;

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

impl Payment {
    /// The idempotency key that the ledger knows it by, whoever posts it.
    #[must_use]
    pub fn ledger_key(&self) -> String {
        format!("stripe#{}", self.id)
    }
}

impl PaymentAccount {
    /// Pays for a top-up at once, by its own idempotency key. The owner is present, so a card that
    /// wants them asked answers with what they confirm.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn pay(&self, top_up: &TopUp, charge: &CardCharge) -> Result<Payment, Error> {
        let metadata = HashMap::from([(TOP_UP.to_owned(), top_up.id.to_string())]);
        let cents = cents(top_up.amount_usd_micros)?;
        let mut request = CreatePaymentIntent::new(cents, Currency::USD)
            .customer(charge.customer_id.as_str())
            .payment_method(charge.card_id.as_str())
            .allowed_payment_method_types(vec![PaymentIntentAllowedPaymentMethodTypes::Card])
            .description("Top-up of the wallet")
            .metadata(metadata)
            .confirm(true);
        if charge.keeps_card {
            request = request.setup_future_usage(PaymentIntentSetupFutureUsage::OffSession);
        }
        let key = format!("topup_{}", top_up.id);
        payment(self.send(request, How::Write(&key)).await?)
    }

    /// The payment for a top-up of a customer's, if there is one: whatever became of the answer to
    /// it, and of its idempotency key.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when they have paid too often since to look through.
    pub async fn payment_for(
        &self,
        top_up_id: &TopUpId,
        customer_id: &str,
        since: Timestamp,
    ) -> Result<Option<Payment>, Error> {
        let list = ListPaymentIntent::new()
            .customer(customer_id)
            .created(RangeQueryTs::gte(since.as_second().saturating_sub(CLOCKS_APART_SECS)))
            .limit(PAGE);
        let mut page = self.send(list.clone(), How::Read).await?;
        for _ in 1..PAGES_MAX {
            let Some(oldest) = page.data.last().filter(|_| page.has_more) else { break };
            if page.data.iter().any(|one| is_for(one, top_up_id)) {
                break;
            }
            let next = list.clone().starting_after(oldest.id.as_str());
            page = self.send(next, How::Read).await?;
        }
        match page.data.into_iter().find(|one| is_for(one, top_up_id)) {
            Some(found) => payment(found).map(Some),
            None if page.has_more => {
                Err(Error::broken("too many payments to find one", customer_id.to_owned()))
            }
            None => Ok(None),
        }
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

fn is_for(intent: &PaymentIntent, top_up_id: &TopUpId) -> bool {
    intent.metadata.get(TOP_UP).is_some_and(|id| *id == top_up_id.to_string())
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
        top_up_id: intent.metadata.get(TOP_UP).and_then(|id| id.parse().ok()),
        received: from_cents(received)?,
        status,
        client_secret: intent.client_secret,
        declined_because: intent.last_payment_error.and_then(|error| error.message),
        kept_card_id,
    })
}
