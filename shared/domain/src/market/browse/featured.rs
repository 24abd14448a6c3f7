//! The price board of the landing page.

use super::market::Market;
use crate::Error;
use crate::market::gpu;
use crate::market::offer::{GpuThousandths, Offer, Stock};
use crate::market::price::Margins;
use crate::money::UsdMicrosPerHour;

/// The GPU families most asked for, from training to cheap inference, in the order of the board.
pub const FEATURED_FAMILIES: [&str; 10] =
    ["B200", "H200", "H100", "A100", "L40S", "RTX 5090", "RTX 4090", "A10", "L4", "T4"];

/// The best price of a GPU family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Featured<'a> {
    /// The family, as in [`crate::market::gpu`].
    pub family: &'static str,
    /// The offer that has the price.
    pub offer: &'a Offer,
    /// What the user pays for the whole machine, margins included.
    pub rate: UsdMicrosPerHour,
    /// That, by GPU, rounded up.
    pub rate_per_gpu: UsdMicrosPerHour,
}

/// For each of the [`FEATURED_FAMILIES`] that is there, the offer with the lowest price per GPU among
/// those in stock, on demand and with at least one whole GPU; then the smaller machine, then the
/// first identifier.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn featured(market: &Market, margins: Margins) -> Result<Vec<Featured<'_>>, Error> {
    let mut best: [Option<Featured<'_>>; FEATURED_FAMILIES.len()] = Default::default();
    for offer in &market.snapshot().offers {
        let is_whole = offer.gpu_count >= GpuThousandths::ONE;
        if offer.spot || offer.stock == Stock::None || !is_whole {
            continue;
        }
        let family = gpu::by_name(&offer.gpu).map(|model| model.family);
        let slots = FEATURED_FAMILIES.into_iter().zip(&mut best);
        let Some((family, slot)) = slots.into_iter().find(|(name, _)| family == Some(*name)) else {
            continue;
        };
        let rate = margins.rate(offer.provider_rate_usd_micros_per_hour)?;
        let candidate =
            Featured { family, offer, rate, rate_per_gpu: per_gpu_rounded_up(rate, offer) };
        // Offers come by identifier, so of equals the first stays.
        let order = |of: &Featured<'_>| (of.rate_per_gpu, of.rate);
        if slot.as_ref().is_none_or(|held| order(&candidate) < order(held)) {
            *slot = Some(candidate);
        }
    }
    Ok(best.into_iter().flatten().collect())
}

fn per_gpu_rounded_up(rate: UsdMicrosPerHour, offer: &Offer) -> UsdMicrosPerHour {
    let thousandths = u128::from(offer.gpu_count.0.max(1));
    let one = u128::from(GpuThousandths::ONE.0);
    let rate = u128::try_from(rate.0).unwrap_or(0).saturating_mul(one).div_ceil(thousandths);
    UsdMicrosPerHour(i64::try_from(rate).unwrap_or(i64::MAX))
}
