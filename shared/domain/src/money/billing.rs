//! What a person pays by card: subscriptions, which grant a plan, and top-ups, which fill a wallet.
//!
//! The payment provider is the truth on both. We keep what we last saw there, and a plan or money
//! follows from what was seen, never from what was asked for.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod beginning;

pub use beginning::{
    AfterLook, Beginning, FirstPayment, SubscriptionAttempt, SubscriptionRequest, after_look,
    attempt, begin, plan_free,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::TopUpId;
use crate::money::UsdMicros;
use crate::money::interval::Interval;
use crate::money::ledger::Entry;
use crate::money::plan::PlanId;
use crate::{Error, Kind};

/// The least and the most that is paid in at once.
pub const TOP_UP_MIN: UsdMicros = UsdMicros(5_000_000);
/// See [`TOP_UP_MIN`].
pub const TOP_UP_MAX: UsdMicros = UsdMicros(10_000_000_000);
/// Micro-dollars of a cent, the least that a card can pay.
const MICROS_OF_CENT: i64 = 10_000;

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// Paid for.
    Active,
    /// Not paid for yet, by agreement.
    Trialing,
    /// A payment failed and is tried again; the plan stays for now.
    PastDue,
    /// Its first payment waits for the card's owner.
    Incomplete,
    /// The last try of a payment failed.
    Unpaid,
    /// Over.
    Canceled,
}

impl SubscriptionStatus {
    /// Whether a subscription in this state grants its plan.
    #[must_use]
    pub fn grants(self) -> bool {
        match self {
            Self::Active | Self::Trialing | Self::PastDue => true,
            Self::Incomplete | Self::Unpaid | Self::Canceled => false,
        }
    }

    /// Whether a subscription in this state can still be paid for or changed.
    #[must_use]
    pub fn is_open(self) -> bool {
        self != Self::Canceled
    }
}

/// A subscription as the payment provider showed it last.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Subscription {
    /// The provider's name of it.
    pub id: String,
    /// The provider's name of the one thing that is subscribed to.
    pub item_id: String,
    /// What it grants while it is paid for.
    pub plan: PlanId,
    /// How often it is paid.
    pub interval: Interval,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// Until when it is paid for.
    pub current_period_end: Timestamp,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// The idempotency key of the attempt that made it, if one of ours did.
    #[serde(default)]
    pub attempt_key: Option<String>,
}

impl Subscription {
    /// The plan it grants now.
    #[must_use]
    pub fn granted(&self) -> PlanId {
        if self.status.grants() { self.plan } else { PlanId::Free }
    }
}

/// The one of a customer's subscriptions that counts: one that grants a plan before one that does
/// not, an open one before one that is over, then the best plan, then the newest.
#[must_use]
pub fn current(all: Vec<Subscription>) -> Option<Subscription> {
    all.into_iter().max_by_key(|one| {
        (one.status.grants(), one.status.is_open(), one.granted(), one.created_at, one.id.clone())
    })
}

/// What a mail should say about a change of a subscription.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SubscriptionChange {
    /// A payment failed.
    PaymentFailed,
    /// Plan, end or state is another.
    Changed,
}

/// What changed for the person, if anything they care about; a renewal is nothing.
#[must_use]
pub fn notable_change(
    before: Option<&Subscription>,
    after: &Subscription,
) -> Option<SubscriptionChange> {
    let told = |one: &Subscription| (one.plan, one.interval, one.status, one.cancel_at_period_end);
    let status = before.map(|before| before.status);
    if before.map(told) == Some(told(after)) {
        return None;
    }
    match after.status {
        SubscriptionStatus::Incomplete => None,
        SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid
            if status != Some(after.status) =>
        {
            Some(SubscriptionChange::PaymentFailed)
        }
        // The end of what never began is no news.
        SubscriptionStatus::Canceled
            if matches!(status, None | Some(SubscriptionStatus::Incomplete)) =>
        {
            None
        }
        _ => Some(SubscriptionChange::Changed),
    }
}

/// The subscription that can be changed or cancelled.
///
/// # Errors
///
/// 409 `not_subscribed`.
pub fn changeable(current: Option<Subscription>) -> Result<Subscription, Error> {
    current.filter(|one| one.status.grants()).ok_or_else(|| {
        Error::conflict("not_subscribed", "You have no subscription that could be changed.")
    })
}

/// How a subscription comes to another plan or interval.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PlanChange {
    /// It is what was asked for already: only a cancellation is taken back.
    Keep(Subscription),
    /// It moves to another price, and the difference is paid at once.
    Move(Subscription),
}

/// The change of the `current` subscription to `plan`, paid each `interval`.
///
/// # Errors
///
/// 400 `plan_free`, 409 `not_subscribed`.
pub fn plan_change(
    current: Option<Subscription>,
    plan: PlanId,
    interval: Interval,
) -> Result<PlanChange, Error> {
    if plan == PlanId::Free {
        return Err(plan_free());
    }
    let known = changeable(current)?;
    let same = (known.plan, known.interval) == (plan, interval);
    Ok(if same { PlanChange::Keep(known) } else { PlanChange::Move(known) })
}

/// The refusal of a card, in its bank's words if there are any.
#[must_use]
pub fn card_declined(because: Option<String>) -> Error {
    let message = because.unwrap_or_else(|| "The card was declined.".to_owned());
    Error::new(Kind::Funds, "card_declined", message)
}

/// A card, as far as it may be shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Card {
    /// The payment provider's name of it: `pm_…`.
    pub id: String,
    /// The network, lower case: `visa`, `mastercard`.
    pub brand: String,
    /// Its last four digits.
    pub last4: String,
    /// Month it ends with, 1 to 12.
    pub exp_month: i64,
    /// Year it ends in.
    pub exp_year: i64,
    /// Whether it pays where no card is named.
    pub is_default: bool,
}

/// Where a top-up stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopUpStatus {
    /// The payment provider was asked and did not answer yet.
    Pending,
    /// The card's owner must confirm.
    RequiresAction,
    /// Paid; the wallet has it as soon as the provider's notice is in.
    Succeeded,
    /// The card was declined.
    Declined,
    /// Given up.
    Canceled,
}

/// What to do with a top-up that its payer asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TopUpAct {
    /// There is a payment: tell where it stands.
    Show {
        /// The provider's name of it.
        payment_id: String,
    },
    /// Charge the card.
    Charge,
}

/// What a payment for a top-up puts into the wallet: what was received, once it succeeded.
#[must_use]
pub fn deposit(status: TopUpStatus, received: UsdMicros) -> Option<Entry> {
    (status == TopUpStatus::Succeeded).then_some(Entry::Deposit { amount_usd_micros: received })
}

/// Money somebody pays in by card.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TopUp {
    /// Names the payment at the provider too, so that it is made once.
    pub id: TopUpId,
    /// What is paid in, in whole cents from [`TOP_UP_MIN`] to [`TOP_UP_MAX`].
    pub amount_usd_micros: UsdMicros,
    /// With which card; none means the default.
    pub payment_method_id: Option<String>,
    /// Where it stands.
    pub status: TopUpStatus,
    /// The provider's name of the payment, once there is one.
    pub payment_id: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl TopUp {
    /// A top-up that is about to be paid.
    ///
    /// # Errors
    ///
    /// 400 `amount_invalid`.
    pub fn new(
        id: TopUpId,
        amount: UsdMicros,
        payment_method_id: Option<String>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        cents(amount)?;
        Ok(Self {
            id,
            amount_usd_micros: amount,
            payment_method_id,
            status: TopUpStatus::Pending,
            payment_id: None,
            created_at: now,
        })
    }

    /// What to do when its payer asks for it, for the first time or again.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`: under an old key the payment provider would try the card again.
    pub fn act(&self) -> Result<TopUpAct, Error> {
        match (&self.payment_id, self.status) {
            (Some(payment_id), _) => Ok(TopUpAct::Show { payment_id: payment_id.clone() }),
            (None, TopUpStatus::Declined) => Err(card_declined(None)),
            (None, _) => Ok(TopUpAct::Charge),
        }
    }

    /// The payment to look at before it is shown; what is paid stays paid and needs no look.
    #[must_use]
    pub fn payment_to_look_at(&self) -> Option<&str> {
        self.payment_id.as_deref().filter(|_| self.status != TopUpStatus::Succeeded)
    }

    /// Whether `other` asks for the same as this.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        (self.amount_usd_micros, &self.payment_method_id)
            == (other.amount_usd_micros, &other.payment_method_id)
    }

    /// The top-up after its card was declined before there was a payment.
    #[must_use]
    pub fn declined(&self) -> Self {
        let status = match self.status {
            TopUpStatus::Pending => TopUpStatus::Declined,
            other => other,
        };
        Self { status, ..self.clone() }
    }

    /// The top-up after the provider showed its payment as `payment_id` in `status`; what is paid
    /// stays paid whatever is seen later, since what is seen may be old.
    #[must_use]
    pub fn seen(&self, payment_id: &str, status: TopUpStatus) -> Self {
        let status =
            if self.status == TopUpStatus::Succeeded { TopUpStatus::Succeeded } else { status };
        Self { payment_id: Some(payment_id.to_owned()), status, ..self.clone() }
    }
}

/// The cents of an amount that a card may pay in.
///
/// # Errors
///
/// 400 `amount_invalid` below [`TOP_UP_MIN`], above [`TOP_UP_MAX`] and for parts of a cent.
pub fn cents(amount: UsdMicros) -> Result<i64, Error> {
    let whole = amount.0.checked_rem(MICROS_OF_CENT) == Some(0);
    if !whole || amount < TOP_UP_MIN || amount > TOP_UP_MAX {
        let message = format!(
            "A top-up is ${} to ${}, in whole cents.",
            TOP_UP_MIN.dollars_rounded_up(),
            TOP_UP_MAX.dollars_rounded_down()
        );
        return Err(Error::invalid("amount_invalid", message));
    }
    amount.0.checked_div(MICROS_OF_CENT).ok_or_else(crate::money::overflow)
}

/// Cents as an amount.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn from_cents(cents: i64) -> Result<UsdMicros, Error> {
    cents.checked_mul(MICROS_OF_CENT).map(UsdMicros).ok_or_else(crate::money::overflow)
}

#[cfg(test)]
mod tests;
