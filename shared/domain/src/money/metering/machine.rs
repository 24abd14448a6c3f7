//! What a provider bills for a machine beyond what its user pays for.

use serde::{Deserialize, Serialize};

use crate::money::UsdMicros;

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_booked_for_any_part_of_it() {
        let bill = |carry, overrun, rounding| MachineBill {
            carry_usd_micros: UsdMicros(carry),
            overrun_usd_micros: UsdMicros(overrun),
            rounding_usd_micros: UsdMicros(rounding),
        };
        assert!(bill(0, 0, 0).is_zero());
        for booked in [bill(1, 0, 0), bill(0, 1, 0), bill(0, 0, 1), bill(0, 0, -1)] {
            assert!(!booked.is_zero(), "{booked:?}");
        }
    }
}
