//! What a user pays for what a provider charges.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::money::{BasisPoints, UsdMicrosPerHour};

const BASIS_POINTS_OF_ONE: u64 = 10_000;
/// The dearest machine taken for one: $1 million an hour. Beyond is a provider's mistake.
pub const RATE_USD_MICROS_PER_HOUR_MAX: i64 = 1_000_000_000_000;

/// The two shares we add to a provider's rate; each is shown to the user as its own component.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, PartialOrd, Ord, Serialize, ToSchema,
)]
pub struct Margins {
    /// The share that the user's plan sets, in hundredths of a percent.
    pub brokerage: BasisPoints,
    /// The share that the tenant sets, in hundredths of a percent.
    pub markup: BasisPoints,
}

impl Margins {
    /// The user's rate: the provider's and both components, each rounded up on its own.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn rate(self, provider: UsdMicrosPerHour) -> Result<UsdMicrosPerHour, Error> {
        provider.plus(self.brokerage_of(provider)?)?.plus(self.markup_of(provider)?)
    }

    /// The greatest rate of a provider that becomes at most `most` for the user; 0 where none does.
    ///
    /// Margins never lower a rate and keep the order of two, so halving finds it.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn provider_rate_max(self, most: UsdMicrosPerHour) -> Result<UsdMicrosPerHour, Error> {
        let top = most.0.min(RATE_USD_MICROS_PER_HOUR_MAX).saturating_add(1);
        let (mut within, mut beyond) = (0, top);
        while beyond.saturating_sub(within) > 1 {
            let middle = within.midpoint(beyond);
            if self.rate(UsdMicrosPerHour(middle))? <= most {
                within = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(UsdMicrosPerHour(within))
    }

    /// The plan's component of the user's rate, rounded up.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn brokerage_of(self, provider: UsdMicrosPerHour) -> Result<UsdMicrosPerHour, Error> {
        share_rounded_up(provider, self.brokerage)
    }

    /// The tenant's component of the user's rate, rounded up.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn markup_of(self, provider: UsdMicrosPerHour) -> Result<UsdMicrosPerHour, Error> {
        share_rounded_up(provider, self.markup)
    }
}

/// [`UsdMicrosPerHour::share_rounded_up`], in 64 bits where the product fits them.
///
/// Browsing takes two shares of every matching offer, and 128-bit division is ten times slower.
fn share_rounded_up(rate: UsdMicrosPerHour, share: BasisPoints) -> Result<UsdMicrosPerHour, Error> {
    let product = u64::try_from(rate.0).ok().and_then(|rate| rate.checked_mul(share.0.into()));
    let narrow =
        product.and_then(|product| i64::try_from(product.div_ceil(BASIS_POINTS_OF_ONE)).ok());
    narrow.map_or_else(|| rate.share_rounded_up(share), |part| Ok(UsdMicrosPerHour(part)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn margins(brokerage: u32, markup: u32) -> Margins {
        Margins { brokerage: BasisPoints(brokerage), markup: BasisPoints(markup) }
    }

    #[test]
    fn each_component_is_rounded_up_on_its_own() {
        let rate = UsdMicrosPerHour(1_000_001);
        let both = margins(800, 800);
        assert_eq!(both.brokerage_of(rate).ok(), Some(UsdMicrosPerHour(80_001)));
        assert_eq!(both.markup_of(rate).ok(), Some(UsdMicrosPerHour(80_001)));
        assert_eq!(both.rate(rate).ok(), Some(UsdMicrosPerHour(1_160_003)));
    }

    #[test]
    fn no_margin_leaves_the_rate_as_it_is() {
        let rate = UsdMicrosPerHour(2_490_000);
        assert_eq!(Margins::default().rate(rate).ok(), Some(rate));
    }

    #[test]
    fn a_rate_that_does_not_fit_is_an_error() {
        assert!(margins(1, 0).rate(UsdMicrosPerHour(i64::MAX)).is_err());
        assert!(margins(0, 100_000).rate(UsdMicrosPerHour(i64::MAX)).is_err());
    }

    proptest! {
        #[test]
        fn the_short_way_equals_the_long_way(rate: i64, share in 0_u32..=100_000) {
            let (rate, share) = (UsdMicrosPerHour(rate), BasisPoints(share));
            prop_assert_eq!(
                share_rounded_up(rate, share).ok(),
                rate.share_rounded_up(share).ok()
            );
        }

        #[test]
        fn a_user_never_pays_less_than_the_provider_charges(
            rate in 1_i64..=1_000_000_000_000,
            brokerage in 0_u32..=100_000,
            markup in 0_u32..=100_000,
        ) {
            let rate = UsdMicrosPerHour(rate);
            prop_assert!(margins(brokerage, markup).rate(rate).is_ok_and(|total| total >= rate));
        }
    }

    proptest! {
        #[test]
        fn the_limit_on_the_providers_rate_is_the_one_on_the_users(
            most in 1..10_000_000_000_i64,
            brokerage in 0..5_000_u32,
            markup in 0..5_000_u32,
        ) {
            let margins = margins(brokerage, markup);
            let UsdMicrosPerHour(limit) = margins.provider_rate_max(UsdMicrosPerHour(most))?;
            prop_assert!(margins.rate(UsdMicrosPerHour(limit))? <= UsdMicrosPerHour(most));
            prop_assert!(margins.rate(UsdMicrosPerHour(limit + 1))? > UsdMicrosPerHour(most));
        }
    }
}
