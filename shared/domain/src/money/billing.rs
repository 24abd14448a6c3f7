//! What a person pays by card: subscriptions, which grant a plan, and top-ups, which fill a wallet.
//!
//! The payment provider is the truth on both. We keep what we last saw there, and a plan or money
//! follows from what was seen, never from what was asked for.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod beginning;
mod card;
mod preview;
mod subscription;
mod top_up;

pub use beginning::{
    AfterLook, Beginning, FirstPayment, SubscriptionAttempt, SubscriptionRequest, after_look,
    attempt, begin,
};
pub use card::{Card, card_declined};
pub use preview::{DraftedInvoice, DraftedLine, NextCharge, PlanPreview, prorated_at};
pub use subscription::{
    PlanChange, Subscription, SubscriptionChange, SubscriptionStatus, changeable, check_paid,
    current, notable_change, plan_change, plan_free,
};
pub use top_up::{
    CardCharge, LookedAfter, TOP_UP_MAX, TOP_UP_MIN, TopUp, TopUpAct, TopUpStatus, cents, deposit,
    from_cents,
};

#[cfg(test)]
mod tests;
