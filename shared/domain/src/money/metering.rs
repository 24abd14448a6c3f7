//! Metering: how long a pod ran and stood, what that costs so far, and until when it is paid for.
//!
//! A pod's [`UsageClock`] is the only source of its seconds. What was taken for them so far is its
//! [`Metered`] account, and every capture takes the difference, so runs of the meter that are
//! late, doubled or missing all end at the same sum.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod account;
mod clock;
mod funding;
mod hold;
mod machine;

pub use account::{DayUsage, Metered, PodCapture, PodUsage, Rates};
pub use clock::{Phase, Seconds, Stretch, UsageClock};
pub(crate) use funding::FUNDED_SECS_MAX;
pub use funding::{Extension, FundingFacts, FundingRules, funded_until};
pub use hold::{HoldFor, ReleaseFor};
pub use machine::MachineBill;

/// Pods captured in one write: with the wallet, its transaction and its marker they fit into the
/// 100 items of a DynamoDB transaction.
pub const PODS_PER_CAPTURE_MAX: usize = 40;

/// How far the meter stays behind its own clock, so that another function's clock, which may be
/// behind by less than this, never ends a pod's running before an instant already captured.
pub const METER_LAG_SECS: i64 = 60;

#[cfg(test)]
mod tests;
