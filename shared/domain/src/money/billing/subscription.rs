//! A subscription as the payment provider shows it, and what may be done with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::preview::minute_of;
use crate::Error;
use crate::money::interval::Interval;
use crate::money::plan::PlanId;

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
    /// Since when the time runs that is paid for; none where an older reading did not say.
    #[serde(default)]
    pub current_period_start: Option<Timestamp>,
    /// Until when it is paid for.
    pub current_period_end: Timestamp,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// The idempotency key of the attempt that made it, if one of ours did.
    #[serde(default)]
    pub attempt_key: Option<String>,
    /// The card it is paid with; none means the customer's default.
    #[serde(default)]
    pub card_id: Option<String>,
    /// The provider's name of its last invoice, which is another one after each change.
    #[serde(default)]
    pub latest_invoice_id: Option<String>,
}

impl Subscription {
    /// The plan it grants now.
    #[must_use]
    pub fn granted(&self) -> PlanId {
        if self.status.grants() { self.plan } else { PlanId::Free }
    }

    /// The idempotency key of a move to the price `price_id` as of `at`, asked for at `now`: the
    /// same within a minute while the subscription is as it was read, so that a double click is one
    /// move; another one after it, so that a declined card is asked again.
    #[must_use]
    pub fn move_key(&self, price_id: &str, at: Timestamp, now: Timestamp) -> String {
        let invoice = self.latest_invoice_id.as_deref().unwrap_or("none");
        let card = self.card_id.as_deref().unwrap_or("default");
        let (at, minute) = (at.as_second(), minute_of(now).as_second());
        format!("change_{}_{invoice}_{card}_{price_id}_{at}_{minute}", self.id)
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
    current
        .filter(|one| one.status.grants())
        .ok_or_else(|| Error::conflict("not_subscribed", "You have no subscription to change."))
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
    check_paid(plan)?;
    let known = changeable(current)?;
    let same = (known.plan, known.interval) == (plan, interval);
    Ok(if same { PlanChange::Keep(known) } else { PlanChange::Move(known) })
}

/// Makes sure that a plan is one that is paid for.
///
/// # Errors
///
/// 400 `plan_free`.
pub fn check_paid(plan: PlanId) -> Result<(), Error> {
    if plan == PlanId::Free { Err(plan_free()) } else { Ok(()) }
}

/// The refusal to pay for FREE.
#[must_use]
pub fn plan_free() -> Error {
    Error::invalid("plan_free", "Free costs nothing. To return to it, cancel your subscription.")
}
