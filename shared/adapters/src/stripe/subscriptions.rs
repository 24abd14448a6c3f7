//! Subscriptions.

use std::collections::HashMap;

use domain::Error;
use domain::money::billing::{
    FirstPayment, Subscription, SubscriptionStatus, TopUpStatus, card_declined,
};
use domain::money::interval::Interval;
use jiff::Timestamp;
use stripe_billing::subscription::{
    CancelSubscription, CreateSubscription, CreateSubscriptionItems,
    CreateSubscriptionPaymentBehavior, ListSubscription, ListSubscriptionStatus,
    RetrieveSubscription, UpdateSubscription, UpdateSubscriptionItems,
    UpdateSubscriptionPaymentBehavior, UpdateSubscriptionProrationBehavior,
};
use stripe_shared::Invoice;
use stripe_types::Expandable;

use super::{How, PAGE, PaymentAccount, catalogue};

/// The metadata that tells which attempt made a subscription.
const ATTEMPT: &str = "attempt_key";

/// A subscription that was just made.
#[derive(Clone)]
pub struct Begun {
    /// What it is.
    pub subscription: Subscription,
    /// What the card's owner confirms the first payment with, when it waits for them.
    pub client_secret: Option<String>,
}

impl Begun {
    /// Where the first payment stands, as far as the subscription shows it.
    #[must_use]
    pub fn first_payment(&self) -> FirstPayment {
        match self.client_secret {
            Some(_) => FirstPayment::NeedsOwner,
            None => FirstPayment::UnderWay,
        }
    }
}

/// What makes Stripe tell of the payment of a subscription's last invoice.
fn with_payments() -> Vec<String> {
    vec!["latest_invoice.payments".to_owned()]
}

impl PaymentAccount {
    /// Every subscription a customer ever had.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` for one that is to nothing we sell.
    pub async fn subscriptions(&self, customer_id: &str) -> Result<Vec<Subscription>, Error> {
        let list = ListSubscription::new()
            .customer(customer_id)
            .status(ListSubscriptionStatus::All)
            .limit(PAGE);
        let list = self.send(list, How::Read).await?;
        let mut all = Vec::with_capacity(list.data.len());
        for one in &list.data {
            all.push(self.subscription(one).await?);
        }
        Ok(all)
    }

    /// Subscribes a customer, once for an attempt, and takes the first payment. A declined card
    /// leaves no subscription behind.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn subscribe(
        &self,
        customer_id: &str,
        card_id: &str,
        price_id: &str,
        attempt_key: &str,
    ) -> Result<Begun, Error> {
        let key = format!("subscribe_{customer_id}_{attempt_key}");
        let metadata = HashMap::from([(ATTEMPT.to_owned(), attempt_key.to_owned())]);
        let item = CreateSubscriptionItems {
            price: Some(price_id.to_owned()),
            ..CreateSubscriptionItems::new()
        };
        let request = CreateSubscription::new()
            .customer(customer_id)
            .items(vec![item])
            .default_payment_method(card_id)
            .payment_behavior(CreateSubscriptionPaymentBehavior::AllowIncomplete)
            .metadata(metadata)
            .expand(with_payments());
        self.begun(&self.send(request, How::Write(&key)).await?).await
    }

    async fn begun(&self, shown: &stripe_shared::Subscription) -> Result<Begun, Error> {
        let subscription = self.subscription(shown).await?;
        let begun = |client_secret| Begun { subscription: subscription.clone(), client_secret };
        if subscription.status.grants() {
            return Ok(begun(None));
        }
        let payment_id = payment_of(shown)
            .ok_or_else(|| Error::broken("a subscription has no payment", shown.id.as_str()))?;
        let payment = self.payment(&payment_id).await?;
        let waits = subscription.status == SubscriptionStatus::Incomplete;
        match payment.status {
            TopUpStatus::RequiresAction if waits => return Ok(begun(payment.client_secret)),
            // Paid and over since, or paid this moment.
            TopUpStatus::Succeeded | TopUpStatus::Pending => return Ok(begun(None)),
            TopUpStatus::RequiresAction | TopUpStatus::Declined | TopUpStatus::Canceled => {}
        }
        if waits {
            self.abandon(&subscription).await?;
        }
        Err(card_declined(payment.declined_because))
    }

    /// Where a subscription stands that an earlier try made.
    ///
    /// # Errors
    ///
    /// Those of [`PaymentAccount::subscribe`].
    pub async fn resume(&self, subscription: &Subscription) -> Result<Begun, Error> {
        let id = subscription.id.as_str();
        let retrieve = RetrieveSubscription::new(id).expand(with_payments());
        self.begun(&self.send(retrieve, How::Read).await?).await
    }

    /// Ends a subscription at once whose first payment was never confirmed.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn abandon(&self, subscription: &Subscription) -> Result<(), Error> {
        let key = format!("abandon_{}", subscription.id);
        let cancel = CancelSubscription::new(subscription.id.as_str());
        self.send(cancel, How::Write(&key)).await.map(drop)
    }

    /// Moves a subscription to another price at once, its difference invoiced as of `at`, and takes
    /// back a cancellation; a card that is declined leaves it as it was. `key` names the try.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`, `unavailable`.
    pub async fn change(
        &self,
        subscription: &Subscription,
        price_id: &str,
        at: Timestamp,
        key: &str,
    ) -> Result<Subscription, Error> {
        let item = UpdateSubscriptionItems {
            id: Some(subscription.item_id.clone()),
            price: Some(price_id.to_owned()),
            ..UpdateSubscriptionItems::new()
        };
        let request = UpdateSubscription::new(subscription.id.as_str())
            .items(vec![item])
            .cancel_at_period_end(false)
            .proration_date(at.as_second())
            .proration_behavior(UpdateSubscriptionProrationBehavior::AlwaysInvoice)
            .payment_behavior(UpdateSubscriptionPaymentBehavior::ErrorIfIncomplete);
        self.subscription(&self.send(request, How::Write(key)).await?).await
    }

    /// Lets a subscription end with what is paid for, or takes that back. `key` names the try.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn end_with_period(
        &self,
        subscription: &Subscription,
        ends: bool,
        key: &str,
    ) -> Result<Subscription, Error> {
        let request = UpdateSubscription::new(subscription.id.as_str()).cancel_at_period_end(ends);
        self.subscription(&self.send(request, How::Write(key)).await?).await
    }

    /// Has a subscription paid with another of its customer's cards from now on. `key` names the
    /// try.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn pay_by(
        &self,
        subscription: &Subscription,
        card_id: &str,
        key: &str,
    ) -> Result<(), Error> {
        let request =
            UpdateSubscription::new(subscription.id.as_str()).default_payment_method(card_id);
        self.send(request, How::Write(key)).await.map(drop)
    }

    async fn subscription(
        &self,
        shown: &stripe_shared::Subscription,
    ) -> Result<Subscription, Error> {
        let malformed = |what: &str| {
            Error::broken("a subscription is not as we make them", format!("{}: {what}", shown.id))
        };
        let item = shown.items.data.first().ok_or_else(|| malformed("no item"))?;
        let recurring = item.price.recurring.as_ref();
        let interval = recurring.and_then(|recurring| catalogue::interval(&recurring.interval));
        let at = |second| Timestamp::from_second(second).map_err(|_| malformed("an instant"));
        Ok(Subscription {
            id: shown.id.as_str().to_owned(),
            item_id: item.id.as_str().to_owned(),
            plan: self.plan_of(item.price.product.id().as_str()).await?,
            interval: interval.unwrap_or(Interval::Month),
            status: status(&shown.status),
            current_period_start: Some(at(item.current_period_start)?),
            current_period_end: at(item.current_period_end)?,
            cancel_at_period_end: shown.cancel_at_period_end,
            created_at: at(shown.created)?,
            attempt_key: shown.metadata.get(ATTEMPT).cloned(),
            card_id: shown
                .default_payment_method
                .as_ref()
                .map(|card| card.id().as_str().to_owned()),
            latest_invoice_id: shown.latest_invoice.as_ref().and_then(invoice_id),
        })
    }
}

fn status(shown: &stripe_shared::SubscriptionStatus) -> SubscriptionStatus {
    use stripe_shared::SubscriptionStatus as Shown;
    match shown {
        Shown::Active => SubscriptionStatus::Active,
        Shown::Trialing => SubscriptionStatus::Trialing,
        Shown::PastDue => SubscriptionStatus::PastDue,
        Shown::Incomplete => SubscriptionStatus::Incomplete,
        Shown::Canceled | Shown::IncompleteExpired => SubscriptionStatus::Canceled,
        // A paused one, and whatever is new, grants nothing until it is understood.
        _ => SubscriptionStatus::Unpaid,
    }
}

/// The name of an invoice, whether or not Stripe was told to show all of it; one that is only a
/// preview has none.
fn invoice_id(shown: &Expandable<Invoice>) -> Option<String> {
    match shown {
        Expandable::Id(id) => Some(id.as_ref()?.as_str().to_owned()),
        Expandable::Object(invoice) => Some(invoice.id.as_ref()?.as_str().to_owned()),
    }
}

/// The payment of a subscription's last invoice.
fn payment_of(shown: &stripe_shared::Subscription) -> Option<String> {
    let Some(Expandable::Object(invoice)) = &shown.latest_invoice else {
        return None;
    };
    let payment = invoice.payments.as_ref()?.data.first()?;
    Some(payment.payment.payment_intent.as_ref()?.id().as_str().to_owned())
}
