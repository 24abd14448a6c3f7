//! The time a machine was billed to us, and the bill for it.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::market::offer::BillingTerms;
use crate::money::UsdMicrosPerHour;
use crate::money::metering::MachineBill;

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

/// What a machine cost us beyond what its user paid, to be booked once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MachineCost {
    /// When the machine was asked for; tells a pod's machines apart.
    pub since: Timestamp,
    /// When it no longer ran.
    pub until: Timestamp,
    /// Its bill, above zero in some part.
    pub bill: MachineBill,
}

impl MachineTime {
    /// Its bill at the provider's `rate` and `terms`; `None` until its end is confirmed.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn bill(
        self,
        rate: UsdMicrosPerHour,
        terms: &BillingTerms,
    ) -> Result<Option<MachineBill>, Error> {
        let Some(until) = self.until else { return Ok(None) };
        let between = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        let total_secs = between(self.since, until);
        let (carry_secs, run_secs) = match self.running_since {
            None => (total_secs, 0),
            Some(began) => {
                (between(self.since, began), between(began, self.running_until.unwrap_or(until)))
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
        Ok(Some(MachineBill {
            carry_usd_micros: carry,
            overrun_usd_micros: overrun,
            rounding_usd_micros: rounding,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::UsdMicros;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(secs).unwrap_or(Timestamp::MAX)
    }

    #[test]
    fn a_machine_is_billed_to_us_by_its_providers_increments() -> Result<(), Error> {
        let terms = BillingTerms { billing_increment_secs: 60, minimum_secs: 300 };
        let time = MachineTime {
            since: at(0),
            running_since: Some(at(30)),
            running_until: Some(at(630)),
            until: Some(at(640)),
        };
        let bill = |time: MachineTime| time.bill(UsdMicrosPerHour(3_600_000), &terms);
        let micros = |carry, overrun, rounding| MachineBill {
            carry_usd_micros: UsdMicros(carry),
            overrun_usd_micros: UsdMicros(overrun),
            rounding_usd_micros: UsdMicros(rounding),
        };
        assert_eq!(bill(time)?, Some(micros(30_000, 10_000, 20_000)));
        assert_eq!(bill(MachineTime { until: None, ..time })?, None);
        let never_ran = MachineTime { running_since: None, running_until: None, ..time };
        assert_eq!(bill(never_ran)?, Some(micros(640_000, 0, 20_000)));
        let short = MachineTime { until: Some(at(10)), ..never_ran };
        assert_eq!(bill(short)?, Some(micros(10_000, 0, 290_000)));
        Ok(())
    }
}
