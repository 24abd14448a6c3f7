//! What there is on the market, counted: what a filter can be chosen from.

use std::collections::{BTreeMap, BTreeSet};

use super::market::Market;
use crate::Error;
use crate::market::offer::{Offer, Stock};
use crate::market::price::Margins;
use crate::market::region::{self, Place};
use crate::money::UsdMicrosPerHour;

/// The offers with GPUs of one model and memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GpuCount<'a> {
    /// The model, as in [`crate::market::gpu`].
    pub gpu: &'a str,
    /// Memory of one whole GPU in GiB.
    pub gpu_memory_gib: u32,
    /// Offers, sold-out ones included.
    pub offers: u32,
    /// Offers in stock.
    pub offers_available: u32,
    /// Kinds of machines with them, sold-out ones included.
    pub machines: u32,
    /// What the user pays for the cheapest machine in stock, margins included.
    pub lowest_rate: Option<UsdMicrosPerHour>,
}

/// The whole market, counted; sold-out offers count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Counts<'a> {
    /// By model, then by memory.
    pub gpus: Vec<GpuCount<'a>>,
    /// Offers by region.
    pub regions: BTreeMap<&'a str, u32>,
    /// Offers by provider.
    pub providers: BTreeMap<&'a str, u32>,
    /// Offers by country, as far as it is known, by ISO 3166-1 codes.
    pub countries: BTreeMap<&'static str, u32>,
    /// The memories of one GPU there are, in GiB.
    pub gpu_memory_gib: BTreeSet<u32>,
}

/// Counts the offers of a market.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn counts(market: &Market, margins: Margins) -> Result<Counts<'_>, Error> {
    let mut gpus: BTreeMap<(&str, u32), GpuCount<'_>> = BTreeMap::new();
    let (mut regions, mut providers) = (BTreeMap::new(), BTreeMap::new());
    let (mut countries, mut machines) = (BTreeMap::new(), BTreeSet::new());
    for (offer, facts) in market.snapshot().offers.iter().zip(market.facts()) {
        let Offer { gpu, gpu_memory_gib, .. } = offer;
        let count = gpus.entry((gpu.as_str(), *gpu_memory_gib)).or_insert_with(|| GpuCount {
            gpu,
            gpu_memory_gib: *gpu_memory_gib,
            offers: 0,
            offers_available: 0,
            machines: 0,
            lowest_rate: None,
        });
        count.add(offer, margins)?;
        count.machines = count.machines.saturating_add(u32::from(machines.insert(facts.machine)));
        if let Some(Place::Country(code)) = region::place(&offer.provider, &offer.region) {
            let count: &mut u32 = countries.entry(code).or_default();
            *count = count.saturating_add(1);
        }
        for (counts, name) in [(&mut regions, &offer.region), (&mut providers, &offer.provider)] {
            let count: &mut u32 = counts.entry(name.as_str()).or_default();
            *count = count.saturating_add(1);
        }
    }
    let gpu_memory_gib = gpus.keys().map(|(_, memory_gib)| *memory_gib).collect();
    Ok(Counts { gpus: gpus.into_values().collect(), regions, providers, countries, gpu_memory_gib })
}

impl GpuCount<'_> {
    fn add(&mut self, offer: &Offer, margins: Margins) -> Result<(), Error> {
        self.offers = self.offers.saturating_add(1);
        if offer.stock != Stock::None {
            self.offers_available = self.offers_available.saturating_add(1);
            let rate = margins.rate(offer.provider_rate_usd_micros_per_hour)?;
            self.lowest_rate = Some(self.lowest_rate.map_or(rate, |lowest| lowest.min(rate)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::id::SnapshotId;
    use crate::market::browse::{Filter, Group, LIMIT_DEFAULT, Query, Spot, browse};
    use crate::market::offer::Snapshot;
    use crate::money::BasisPoints;
    use crate::sample;

    const FREE_PLAN: Margins = Margins { brokerage: BasisPoints(800), markup: BasisPoints(0) };

    fn market(offers: Vec<Offer>) -> Market {
        let id = SnapshotId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        Market::new(Snapshot::new(id, Timestamp::UNIX_EPOCH, offers))
    }

    fn offer(id: &str, gpu: &str, gpu_memory_gib: u32, dollars: i64) -> Offer {
        let rate = UsdMicrosPerHour(dollars * 1_000_000);
        let provider_rate_usd_micros_per_hour = rate;
        let gpu = gpu.to_owned();
        Offer { gpu, gpu_memory_gib, provider_rate_usd_micros_per_hour, ..sample::offer(id) }
    }

    #[test]
    fn gpus_are_counted_by_model_and_memory_with_the_lowest_price_in_stock() -> Result<(), Error> {
        let cheap_but_gone = Offer { stock: Stock::None, ..offer("off_1", "A100", 80, 1) };
        let elsewhere = Offer { region: "eu-1".into(), ..offer("off_2", "A100", 80, 3) };
        let other_cloud = Offer { provider: "runpod".into(), ..offer("off_3", "A100", 80, 2) };
        let gone = Offer { stock: Stock::None, ..offer("off_5", "T4", 16, 1) };
        let offers =
            vec![gone, offer("off_4", "A100", 40, 1), cheap_but_gone, elsewhere, other_cloud];
        let market = market(offers);
        let counts = counts(&market, FREE_PLAN)?;
        let gpu = |gpu, gpu_memory_gib, offers, offers_available, micros: Option<i64>| {
            let lowest_rate = micros.map(UsdMicrosPerHour);
            GpuCount { gpu, gpu_memory_gib, offers, offers_available, machines: 1, lowest_rate }
        };
        let expected = [
            gpu("A100", 40, 1, 1, Some(1_080_000)),
            gpu("A100", 80, 3, 2, Some(2_160_000)),
            gpu("T4", 16, 1, 0, None),
        ];
        assert_eq!(counts.gpus, expected);
        assert_eq!(counts.regions, BTreeMap::from([("eu-1", 1), ("us-east-1", 4)]));
        assert_eq!(counts.providers, BTreeMap::from([("lambda", 4), ("runpod", 1)]));
        assert_eq!(counts.countries, BTreeMap::from([("US", 4)]));
        assert_eq!(counts.gpu_memory_gib, BTreeSet::from([16, 40, 80]));
        Ok(())
    }

    #[test]
    fn an_empty_market_counts_nothing() -> Result<(), Error> {
        let market = market(Vec::new());
        let counts = counts(&market, FREE_PLAN)?;
        assert!(counts.gpus.is_empty() && counts.regions.is_empty());
        assert!(counts.providers.is_empty() && counts.gpu_memory_gib.is_empty());
        Ok(())
    }

    proptest! {
        /// What is counted is what choosing it would show.
        #[test]
        fn a_filter_by_what_was_counted_shows_as_many(
            drawn in proptest::collection::vec((0..3_u8, 0..3_u8, 0..3_u32, any::<bool>()), 1..40),
        ) {
            let offers = drawn.iter().enumerate().map(|(number, (region, provider, gpu, gone))| {
                let gpu_memory_gib = 16 << gpu;
                Offer {
                    region: format!("region-{region}"),
                    provider: format!("cloud-{provider}"),
                    spot: *gone && *region == 0,
                    stock: if *gone { Stock::None } else { Stock::Low },
                    ..offer(&format!("off_{number:02}"), "A100", gpu_memory_gib, 1)
                }
            });
            let market = market(offers.collect());
            let counts = counts(&market, FREE_PLAN)?;
            let grouped = |group, filter: Filter| {
                let filter = Filter { available: false, spot: Spot::Mixed, ..filter };
                let query = Query { filter, group, limit: LIMIT_DEFAULT, ..Query::default() };
                browse(&market, &query, FREE_PLAN, None).map(|page| page.total)
            };
            let total = |filter| grouped(Group::Offer, filter);
            let machines: u32 = counts.gpus.iter().map(|gpu| gpu.machines).sum();
            let found = grouped(Group::Machine, Filter::default())?;
            prop_assert_eq!(u32::try_from(found), Ok(machines));
            for (region, offers) in counts.regions {
                let found = total(Filter { region: vec![region.into()], ..Filter::default() })?;
                prop_assert_eq!(u32::try_from(found), Ok(offers));
            }
            for (provider, offers) in counts.providers {
                let found = total(Filter { provider: vec![provider.into()], ..Filter::default() })?;
                prop_assert_eq!(u32::try_from(found), Ok(offers));
            }
            let offers: u32 = counts.gpus.iter().map(|gpu| gpu.offers).sum();
            let available: u32 = counts.gpus.iter().map(|gpu| gpu.offers_available).sum();
            let gone = drawn.iter().filter(|(.., gone)| *gone).count();
            prop_assert_eq!(usize::try_from(offers), Ok(drawn.len()));
            prop_assert_eq!(usize::try_from(available), Ok(drawn.len() - gone));
        }
    }
}
