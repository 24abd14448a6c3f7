//! Money as integer micro-dollars, and rates as micro-dollars per hour.
//!
//! Every operation that can leave the range of `i64` or lose a fraction says so in its name or its
//! result; nothing here uses floating point.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

pub mod billing;
pub mod interval;
pub mod invoice;
pub mod ledger;
pub mod metering;
pub mod plan;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;

/// Seconds of an hour, the unit of every rate.
pub const HOUR_SECS: i64 = 3_600;
/// Hours of a day.
pub const DAY_HOURS: i64 = 24;
/// Hours of a month, as clouds bill it: 365 × 24 ÷ 12.
pub const MONTH_HOURS: i64 = 730;
const MICROS_OF_CENT: i64 = 10_000;
const CENTS_OF_DOLLAR: i64 = 100;

/// An amount of US dollars in millionths of a dollar; negative where money is owed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    ToSchema,
)]
#[serde(transparent)]
pub struct UsdMicros(pub i64);

/// A price in millionths of a US dollar per hour.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    ToSchema,
)]
#[serde(transparent)]
pub struct UsdMicrosPerHour(pub i64);

/// A share in hundredths of a percent, 0 to 100,000 (1,000 %).
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

const BASIS_POINTS_OF_ONE: i128 = 10_000;

/// A sum that does not fit 64 bits; no honest price reaches it.
#[must_use]
pub fn overflow() -> Error {
    Error::invalid("amount_too_large", "The amount is too large.")
}

fn narrow(value: i128) -> Result<i64, Error> {
    i64::try_from(value).map_err(|_| overflow())
}

fn cents_text(cents: i64) -> String {
    format!("{}.{:02}", cents.div_euclid(CENTS_OF_DOLLAR), cents.rem_euclid(CENTS_OF_DOLLAR))
}

impl UsdMicros {
    /// The amount in dollars and cents, for a sentence that must not tell too little: `2.17`.
    #[must_use]
    pub fn dollars_rounded_up(self) -> String {
        let more = i64::from(self.0.rem_euclid(MICROS_OF_CENT) != 0);
        cents_text(self.0.div_euclid(MICROS_OF_CENT).saturating_add(more))
    }

    /// The amount in dollars and cents, for a sentence that must not tell too much.
    #[must_use]
    pub fn dollars_rounded_down(self) -> String {
        cents_text(self.0.div_euclid(MICROS_OF_CENT))
    }

    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum of both.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or_else(overflow)
    }

    /// This less `other`.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn minus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_sub(other.0).map(Self).ok_or_else(overflow)
    }

    /// The same amount with the other sign.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn negated(self) -> Result<Self, Error> {
        self.0.checked_neg().map(Self).ok_or_else(overflow)
    }
}

impl UsdMicrosPerHour {
    /// The sum of both rates.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or_else(overflow)
    }

    /// This rate times a whole number.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn times(self, count: i64) -> Result<Self, Error> {
        self.0.checked_mul(count).map(Self).ok_or_else(overflow)
    }

    /// A share of this rate, rounded up to a whole micro-dollar per hour.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn share_rounded_up(self, share: BasisPoints) -> Result<Self, Error> {
        let product = i128::from(self.0).saturating_mul(i128::from(share.0));
        let whole = product.div_euclid(BASIS_POINTS_OF_ONE);
        let more = i128::from(product.rem_euclid(BASIS_POINTS_OF_ONE) != 0);
        narrow(whole.saturating_add(more)).map(Self)
    }

    /// What `secs` seconds at this rate cost, rounded up: what must be held to run that long.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn over_secs_rounded_up(self, secs: i64) -> Result<UsdMicros, Error> {
        let product = i128::from(self.0).saturating_mul(i128::from(secs));
        let hour = i128::from(HOUR_SECS);
        let more = i128::from(product.rem_euclid(hour) != 0);
        narrow(product.div_euclid(hour).saturating_add(more)).map(UsdMicros)
    }

    /// What `secs` seconds at this rate cost, rounded down: what may be taken for that long.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn over_secs_rounded_down(self, secs: i64) -> Result<UsdMicros, Error> {
        let product = i128::from(self.0).saturating_mul(i128::from(secs));
        narrow(product.div_euclid(i128::from(HOUR_SECS))).map(UsdMicros)
    }

    /// What `hours` whole hours at this rate cost.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn over_hours(self, hours: i64) -> Result<UsdMicros, Error> {
        self.0.checked_mul(hours).map(UsdMicros).ok_or_else(overflow)
    }

    /// Whole seconds that `amount` pays for at this rate, rounded down; `None` at no rate.
    #[must_use]
    pub fn secs_funded_by(self, amount: UsdMicros) -> Option<i64> {
        if self.0 <= 0 {
            return None;
        }
        let secs = i128::from(amount.0.max(0)).saturating_mul(i128::from(HOUR_SECS));
        i64::try_from(secs.div_euclid(i128::from(self.0))).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_rounds_up_and_an_exact_share_stays() {
        let rate = UsdMicrosPerHour(1_250_000);
        assert_eq!(rate.share_rounded_up(BasisPoints(800)).ok(), Some(UsdMicrosPerHour(100_000)));
        let odd = UsdMicrosPerHour(1_000_001);
        assert_eq!(odd.share_rounded_up(BasisPoints(800)).ok(), Some(UsdMicrosPerHour(80_001)));
    }

    #[test]
    fn seconds_are_held_rounded_up_and_funded_rounded_down() {
        let rate = UsdMicrosPerHour(1_000_000);
        assert_eq!(rate.over_secs_rounded_up(1).ok(), Some(UsdMicros(278)));
        assert_eq!(rate.over_secs_rounded_up(3_600).ok(), Some(UsdMicros(1_000_000)));
        assert_eq!(rate.secs_funded_by(UsdMicros(277)), Some(0));
        assert_eq!(rate.secs_funded_by(UsdMicros(278)), Some(1));
        assert_eq!(UsdMicrosPerHour(0).secs_funded_by(UsdMicros(1)), None);
    }

    #[test]
    fn dollars_are_told_rounded_in_the_named_direction() {
        assert_eq!(UsdMicros(205_700).dollars_rounded_up(), "0.21");
        assert_eq!(UsdMicros(205_700).dollars_rounded_down(), "0.20");
        assert_eq!(UsdMicros(50_000_000).dollars_rounded_up(), "50.00");
    }

    #[test]
    fn what_does_not_fit_is_an_error_not_a_wrap() {
        assert!(UsdMicros(i64::MAX).plus(UsdMicros(1)).is_err());
        assert!(UsdMicrosPerHour(i64::MAX).over_hours(2).is_err());
        assert!(UsdMicrosPerHour(i64::MAX).over_secs_rounded_up(7_200).is_err());
    }
}
