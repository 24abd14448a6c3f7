//! What a provider bills for a machine beyond what its user pays for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::money::{UsdMicros, UsdMicrosPerHour};
use crate::offer::BillingTerms;

/// The time a machine was billed to us, from its launch or start to its confirmed end or stop.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MachineTime {
    /// When it was asked for.
    pub since: Timestamp,
    /// When its user's running began; none if it never did.
    pub running_since: Option<Timestamp>,
    /// When its user's running ended.
    pub running_until: Option<Timestamp>,
    /// When its provider confirmed that it no longer runs.
    pub until: Option<Timestamp>,
}

/// What a machine's time costs us beyond what its user pays, for the house accounts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MachineBill {
    /// Before it ran for its user.
    pub carry_usd_micros: UsdMicros,
    /// After it ran for its user.
    pub overrun_usd_micros: UsdMicros,
    /// What the provider's increments and minimum add; below zero by the last fraction.
    pub rounding_usd_micros: UsdMicros,
}

impl MachineBill {
    /// Whether there is nothing to book.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        let Self { carry_usd_micros, overrun_usd_micros, rounding_usd_micros } = self;
        [carry_usd_micros, overrun_usd_micros, rounding_usd_micros]
            .iter()
            .all(|amount| **amount == UsdMicros::ZERO)
    }

    /// The bill of `time` at the provider's `rate` and `terms`; `None` until its end is confirmed.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn of(
        time: MachineTime,
        rate: UsdMicrosPerHour,
        terms: &BillingTerms,
    ) -> Result<Option<Self>, Error> {
        let Some(until) = time.until else { return Ok(None) };
        let between = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        let total_secs = between(time.since, until);
        let (carry_secs, run_secs) = match time.running_since {
            None => (total_secs, 0),
            Some(began) => {
                (between(time.since, began), between(began, time.running_until.unwrap_or(until)))
            }
        };
        let late_secs = total_secs.saturating_sub(carry_secs).saturating_sub(run_secs).max(0);
        let increment = i64::from(terms.billing_increment_secs).max(1);
        let over = total_secs.checked_rem(increment).unwrap_or(0);
        let whole = if over == 0 {
            total_secs
        } else {
            total_secs.saturating_add(increment).saturating_sub(over)
        };
        let billed_secs = whole.max(i64::from(terms.minimum_secs));
        let carry = rate.over_secs_rounded_down(carry_secs)?;
        let overrun = rate.over_secs_rounded_down(late_secs)?;
        let paid = rate.over_secs_rounded_down(run_secs)?;
        let rounding =
            rate.over_secs_rounded_up(billed_secs)?.minus(carry)?.minus(overrun)?.minus(paid)?;
        Ok(Some(Self {
            carry_usd_micros: carry,
            overrun_usd_micros: overrun,
            rounding_usd_micros: rounding,
        }))
    }
}
