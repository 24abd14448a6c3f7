//! What a person pays by card: subscriptions, which grant a plan, and top-ups, which fill a wallet.
//!
//! The payment provider is the truth on both. We keep what we last saw there, and a plan or money
//! follows from what was seen, never from what was asked for.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::TopUpId;
use crate::money::UsdMicros;
use crate::money::interval::Interval;
use crate::money::plan::PlanId;
use crate::{Error, Kind};

/// The least and the most that is paid in at once.
pub const TOP_UP_MIN: UsdMicros = UsdMicros(5_000_000);
/// See [`TOP_UP_MIN`].
pub const TOP_UP_MAX: UsdMicros = UsdMicros(10_000_000_000);
/// Micro-dollars of a cent, the least that a card can pay.
const MICROS_OF_CENT: i64 = 10_000;
/// How long an unanswered attempt to subscribe keeps others away: longer than any request lives.
const ATTEMPT_SECS: i64 = 60;

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
    /// A payment failed for good.
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

/// What a person should be told about a change from `before` to `after`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// A payment failed.
    PaymentFailed,
    /// Plan, end or state is another.
    Changed,
}

/// What changed for the person, if anything they care about; a renewal is nothing.
#[must_use]
pub fn change(before: Option<&Subscription>, after: &Subscription) -> Option<Change> {
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
            Some(Change::PaymentFailed)
        }
        // What never began need not be told to be over.
        SubscriptionStatus::Canceled
            if matches!(status, None | Some(SubscriptionStatus::Incomplete)) =>
        {
            None
        }
        _ => Some(Change::Changed),
    }
}

/// What somebody asks to subscribe to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Wish {
    /// The plan, not FREE.
    pub plan: PlanId,
    /// How often to pay.
    pub interval: Interval,
    /// With which card; none means the default.
    pub payment_method_id: Option<String>,
}

/// An attempt to subscribe, written before the payment provider is asked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Attempt {
    /// The caller's idempotency key.
    pub key: String,
    /// For what.
    pub wish: Wish,
    /// Since when.
    pub begun_at: Timestamp,
    /// Whether the provider answered.
    pub answered: bool,
}

/// What to do with a request to subscribe, given the attempt before it.
///
/// # Errors
///
/// 400 `plan_free`; 409 `idempotency_mismatch` when the key stands for another wish,
/// `subscription_in_progress` when another attempt is on its way.
pub fn attempt(
    known: Option<&Attempt>,
    key: &str,
    wish: Wish,
    now: Timestamp,
) -> Result<Attempt, Error> {
    if wish.plan == PlanId::Free {
        return Err(plan_free());
    }
    match known {
        Some(known) if known.key == key && known.wish == wish => Ok(known.clone()),
        Some(known) if known.key == key => Err(Error::idempotency_mismatch()),
        Some(known) if !known.answered && now < begun_until(known) => {
            let message = "A subscription is being made already. Please wait a minute.";
            Err(Error::conflict("subscription_in_progress", message))
        }
        _ => Ok(Attempt { key: key.to_owned(), wish, begun_at: now, answered: false }),
    }
}

fn begun_until(attempt: &Attempt) -> Timestamp {
    let until = attempt.begun_at.checked_add(SignedDuration::from_secs(ATTEMPT_SECS));
    until.unwrap_or(attempt.begun_at)
}

/// The refusal to pay for FREE.
#[must_use]
pub fn plan_free() -> Error {
    Error::invalid("plan_free", "FREE costs nothing. To go back to it, cancel the subscription.")
}

/// Makes sure that nobody subscribes twice.
///
/// # Errors
///
/// 409 `already_subscribed`.
pub fn may_subscribe(current: Option<&Subscription>) -> Result<(), Error> {
    let open = current
        .is_some_and(|one| one.status.is_open() && one.status != SubscriptionStatus::Incomplete);
    if open {
        let message = "You have a subscription. Change it instead.";
        return Err(Error::conflict("already_subscribed", message));
    }
    Ok(())
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

/// The refusal of a card.
#[must_use]
pub fn card_declined(message: impl Into<String>) -> Error {
    Error::new(Kind::Funds, "card_declined", message)
}

/// A card, as far as it may be shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Card {
    /// The payment provider's name of it: `pm_…`.
    pub id: String,
    /// `visa`.
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

/// Money somebody pays in by card.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TopUp {
    /// Identifier.
    pub id: TopUpId,
    /// How much.
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
            "Pay in ${} to ${}, in whole cents.",
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
