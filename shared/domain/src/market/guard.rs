//! Which offers are believed: a cloud whose answer has lost a zero must not sell an H100 for a
//! tenth of its price, since we would pay the rest.
//!
//! An offer that is in doubt is **quarantined**: kept for the operator to look at, and not sold. One
//! whose price the operator has accepted is sold again while it stays near that price.

use std::collections::BTreeMap;

use crate::market::offer::{Doubt, GpuThousandths, Offer, OfferId};
use crate::money::UsdMicrosPerHour;

/// A price that is so many times what the offer cost before, or such a part of it, is in doubt.
const JUMP: i64 = 10;
/// A GPU that costs less than such a part of what it usually costs is in doubt. Of the catalogue's
/// prices none is that low, at the GPUs that enough clouds sell; half of it is nothing unusual.
const CHEAP: i64 = 8;
/// A GPU that costs more than so many times what it usually costs is in doubt. Machines with many
/// processors and one small GPU cost up to twelve times what is usual.
const DEAR: i64 = 20;
/// How many clouds have to sell a GPU before anything counts as its usual price.
const CLOUDS_MIN: usize = 5;

/// What one GPU of each model usually costs: the median over the clouds that sell it, each with its
/// cheapest, so that no cloud has more than one voice however many machines it lists.
#[derive(Clone, Debug, Default)]
pub struct UsualPrices(BTreeMap<String, UsdMicrosPerHour>);

/// Prices by model and cloud, of which the usual ones are made.
#[derive(Debug, Default)]
pub struct Voices(BTreeMap<String, BTreeMap<String, UsdMicrosPerHour>>);

impl Voices {
    /// Hears that a cloud sells a machine at a price; one without a price says nothing.
    pub fn hear(
        &mut self,
        cloud: &str,
        gpu: &str,
        (count, rate): (GpuThousandths, UsdMicrosPerHour),
    ) {
        let Some(rate) = per_gpu(count, rate) else { return };
        let clouds = self.0.entry(gpu.to_owned()).or_default();
        let cheapest = clouds.entry(cloud.to_owned()).or_insert(rate);
        *cheapest = rate.min(*cheapest);
    }

    /// The usual price of each model that enough clouds sell.
    #[must_use]
    pub fn usual(self) -> UsualPrices {
        let median = |(gpu, clouds): (String, BTreeMap<String, UsdMicrosPerHour>)| {
            let mut prices: Vec<_> = clouds.into_values().collect();
            prices.sort_unstable();
            let median = prices.get(prices.len() / 2).copied();
            median.filter(|_| prices.len() >= CLOUDS_MIN).map(|price| (gpu, price))
        };
        UsualPrices(self.0.into_iter().filter_map(median).collect())
    }
}

/// The price of one whole GPU of a machine; `None` where there is nothing to divide.
fn per_gpu(count: GpuThousandths, rate: UsdMicrosPerHour) -> Option<UsdMicrosPerHour> {
    let thousandths = i128::from(rate.0) * i128::from(GpuThousandths::ONE.0);
    let each = thousandths.checked_div(i128::from(count.0))?;
    let each = i64::try_from(each).ok().filter(|_| rate.0 > 0)?;
    Some(UsdMicrosPerHour(each.max(1)))
}

/// What offers are judged by.
#[derive(Debug)]
pub struct Guard<'a> {
    /// What GPUs usually cost.
    pub usual: &'a UsualPrices,
    /// The prices that the operator has accepted.
    pub accepted: &'a BTreeMap<OfferId, UsdMicrosPerHour>,
}

impl Guard<'_> {
    /// What is wrong with an offer that was last sold at this price.
    #[must_use]
    pub fn doubt(&self, offer: &Offer, sold_at: Option<UsdMicrosPerHour>) -> Option<Doubt> {
        let rate = offer.provider_rate_usd_micros_per_hour;
        if rate.0 <= 0 {
            return Some(Doubt::NoPrice);
        }
        if offer.gpu_memory_gib == 0 {
            return Some(Doubt::NoMemory);
        }
        // Near enough to be the price that was looked at: at most half of it away.
        let accepted = self.accepted.get(&offer.id).copied();
        if accepted.is_some_and(|accepted| !is_beyond(rate, accepted, (2, 2))) {
            return None;
        }
        if let Some(from) = sold_at.filter(|from| is_beyond(rate, *from, (JUMP, JUMP))) {
            return Some(Doubt::Jumped { from });
        }
        let usual = *self.usual.0.get(&offer.gpu)?;
        let each = per_gpu(offer.gpu_count, rate)?;
        is_beyond(each, usual, (CHEAP, DEAR)).then_some(Doubt::Unusual { usual })
    }
}

/// Whether a price is at most the `less`th part of another, or at least `more` times it.
fn is_beyond(rate: UsdMicrosPerHour, other: UsdMicrosPerHour, (less, more): (i64, i64)) -> bool {
    rate.0.saturating_mul(less) <= other.0 || rate.0 >= other.0.saturating_mul(more)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample;

    const DOLLAR: i64 = 1_000_000;

    fn offer(rate: i64, gpus: u32) -> Offer {
        Offer {
            provider_rate_usd_micros_per_hour: UsdMicrosPerHour(rate),
            gpu_count: GpuThousandths(gpus * 1_000),
            ..sample::offer("off_a")
        }
    }

    /// What so many clouds ask for an H100 SXM; the first of them lists a hundred dear machines too,
    /// and one without a price.
    fn usual(rates: &[i64]) -> UsualPrices {
        let mut voices = Voices::default();
        let mut hear = |cloud: usize, rate| {
            let price = (GpuThousandths::ONE, UsdMicrosPerHour(rate));
            voices.hear(&cloud.to_string(), "H100 SXM", price);
        };
        rates.iter().enumerate().for_each(|(cloud, rate)| hear(cloud, *rate));
        (0..100).for_each(|_| hear(0, 90 * DOLLAR));
        hear(0, 0);
        voices.usual()
    }

    fn doubt(usual: &UsualPrices, offer: &Offer, sold_at: Option<i64>) -> Option<Doubt> {
        let guard = Guard { usual, accepted: &BTreeMap::new() };
        guard.doubt(offer, sold_at.map(UsdMicrosPerHour))
    }

    #[test]
    fn what_cannot_be_right_is_in_doubt() {
        let none = UsualPrices::default();
        assert_eq!(doubt(&none, &offer(0, 1), None), Some(Doubt::NoPrice));
        assert_eq!(doubt(&none, &offer(-5, 1), None), Some(Doubt::NoPrice));
        let without_memory = Offer { gpu_memory_gib: 0, ..offer(DOLLAR, 1) };
        assert_eq!(doubt(&none, &without_memory, None), Some(Doubt::NoMemory));
        assert_eq!(doubt(&none, &offer(DOLLAR, 1), None), None);
    }

    #[test]
    fn a_price_ten_times_the_last_one_or_a_tenth_of_it_is_in_doubt() {
        let none = UsualPrices::default();
        let from = |rate| Some(Doubt::Jumped { from: UsdMicrosPerHour(rate) });
        assert_eq!(doubt(&none, &offer(10 * DOLLAR, 1), Some(DOLLAR)), from(DOLLAR));
        assert_eq!(doubt(&none, &offer(10 * DOLLAR - 1, 1), Some(DOLLAR)), None);
        assert_eq!(doubt(&none, &offer(DOLLAR, 1), Some(10 * DOLLAR)), from(10 * DOLLAR));
        assert_eq!(doubt(&none, &offer(DOLLAR + 1, 1), Some(10 * DOLLAR)), None);
    }

    #[test]
    fn eight_gpus_at_a_tenth_of_their_usual_price_are_in_doubt() {
        let usual = usual(&[3 * DOLLAR, 2 * DOLLAR, 4 * DOLLAR, 12 * DOLLAR, 2_500_000]);
        let expected = Some(Doubt::Unusual { usual: UsdMicrosPerHour(3 * DOLLAR) });
        assert_eq!(doubt(&usual, &offer(8 * 300_000, 8), None), expected);
        assert_eq!(doubt(&usual, &offer(8 * 375_000, 8), None), expected);
        assert_eq!(doubt(&usual, &offer(8 * 375_001, 8), None), None);
        assert_eq!(doubt(&usual, &offer(8 * 59_999_999, 8), None), None);
        assert_eq!(doubt(&usual, &offer(8 * 60 * DOLLAR, 8), None), expected);
    }

    #[test]
    fn what_few_clouds_sell_has_no_usual_price() {
        let few = usual(&[3 * DOLLAR; CLOUDS_MIN - 1]);
        assert_eq!(doubt(&few, &offer(1, 1), None), None);
    }

    #[test]
    fn a_price_that_was_accepted_is_sold_and_one_far_from_it_is_not() {
        let usual = usual(&[3 * DOLLAR; 5]);
        let cheap = offer(200_000, 1);
        let accepted = [(cheap.id.clone(), UsdMicrosPerHour(200_000))].into();
        let guard = Guard { usual: &usual, accepted: &accepted };
        assert_eq!(guard.doubt(&cheap, Some(UsdMicrosPerHour(3 * DOLLAR))), None);
        assert_eq!(guard.doubt(&offer(110_000, 1), None), None);
        assert!(guard.doubt(&offer(100_000, 1), None).is_some());
        // Nothing makes a machine without a price one that is sold.
        assert_eq!(guard.doubt(&offer(0, 1), None), Some(Doubt::NoPrice));
    }

    proptest! {
        #[test]
        fn a_price_near_the_last_and_the_usual_one_is_never_in_doubt(
            rate in 2..1_000_000_000_i64,
            part in 0..50_i64,
            gpus in 1..17_u32,
        ) {
            let usual = usual(&[rate; 5]);
            let near = offer((rate + rate * part / 100) * i64::from(gpus), gpus);
            prop_assert_eq!(doubt(&usual, &near, Some(rate * i64::from(gpus))), None);
        }

        #[test]
        fn no_price_however_large_breaks_the_guard(rate: i64, gpus in 0..u32::MAX, before: i64) {
            let usual = usual(&[3 * DOLLAR; 5]);
            let odd = Offer {
                provider_rate_usd_micros_per_hour: UsdMicrosPerHour(rate),
                gpu_count: GpuThousandths(gpus),
                ..sample::offer("off_a")
            };
            let doubt = doubt(&usual, &odd, Some(before));
            prop_assert!(rate > 0 || doubt == Some(Doubt::NoPrice));
        }
    }
}
