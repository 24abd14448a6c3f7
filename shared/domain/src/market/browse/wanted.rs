//! A filter made ready to be asked of every offer of one market.

use super::filter::{Filter, FilterName, Spot};
use super::market::{Facts, Market};
use crate::Error;
use crate::market::gpu;
use crate::market::offer::{GpuThousandths, Stock};
use crate::market::price::{Margins, RATE_USD_MICROS_PER_HOUR_MAX};
use crate::money::UsdMicrosPerHour;

/// A filter with its texts turned into numbers of this market.
pub(super) struct Wanted<'a> {
    filter: &'a Filter,
    narrowing: Vec<FilterName>,
    gpus: Vec<bool>,
    machines: Vec<bool>,
    regions: Vec<bool>,
    countries: Vec<bool>,
    providers: Vec<bool>,
    unwanted: Vec<bool>,
    /// The most the provider may charge for the user's price to be within the limit.
    rate_max: UsdMicrosPerHour,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(
        market: &Market,
        filter: &'a Filter,
        margins: Margins,
    ) -> Result<Self, Error> {
        let keys: Vec<String> = filter.gpu.iter().map(|text| gpu::key_of(text)).collect();
        let names = &market.names;
        let machine = filter.machine.as_deref().unwrap_or_default();
        Ok(Self {
            filter,
            narrowing: FilterName::ALL.into_iter().filter(|name| filter.narrows(*name)).collect(),
            gpus: names.gpus.iter().map(|of| keys.iter().any(|key| of.contains(key))).collect(),
            machines: names.machines.iter().map(|id| id.0.eq_ignore_ascii_case(machine)).collect(),
            regions: chosen(&names.regions, &filter.region),
            countries: chosen(&names.countries, &filter.country),
            providers: chosen(&names.providers, &filter.provider),
            unwanted: chosen(&names.providers, &filter.provider_not),
            rate_max: match filter.price_max_usd_micros_per_hour {
                Some(most) => margins.provider_rate_max(most)?,
                None => UsdMicrosPerHour(RATE_USD_MICROS_PER_HOUR_MAX),
            },
        })
    }

    /// Whether an offer passes every filter.
    pub(super) fn takes(&self, facts: &Facts) -> bool {
        self.narrowing.iter().all(|name| self.passes(*name, facts))
    }

    /// The filters that an offer does not pass.
    pub(super) fn misses(&self, facts: &Facts) -> Vec<FilterName> {
        self.narrowing.iter().copied().filter(|name| !self.passes(*name, facts)).collect()
    }

    pub(super) fn rate_max(&self) -> UsdMicrosPerHour {
        self.rate_max
    }

    fn passes(&self, name: FilterName, facts: &Facts) -> bool {
        let Filter { gpu_memory_gib_min, model_memory_gib_min, .. } = self.filter;
        let Filter { gpu_count_min, gpu_count, vcpus_min, ram_gib_min, .. } = self.filter;
        let reaches = |has: u32, least: &Option<u32>| least.is_none_or(|least| has >= least);
        match name {
            FilterName::Gpu => holds(&self.gpus, facts.gpu),
            FilterName::Machine => holds(&self.machines, facts.machine),
            FilterName::GpuMemoryGibMin => reaches(facts.memory_gib, gpu_memory_gib_min),
            FilterName::ModelMemoryGibMin => reaches(facts.model_memory_gib, model_memory_gib_min),
            FilterName::GpuCountMin => {
                gpu_count_min.is_none_or(|least| facts.count >= whole_gpus(least))
            }
            FilterName::GpuCount => gpu_count.is_none_or(|count| facts.count == whole_gpus(count)),
            FilterName::VcpusMin => reaches(facts.vcpus, vcpus_min),
            FilterName::RamGibMin => reaches(facts.ram_gib, ram_gib_min),
            FilterName::DiskGibMin => reaches(facts.disk_gib, &self.filter.disk_gib_min),
            FilterName::PriceMaxUsdMicrosPerHour => facts.provider_rate <= self.rate_max,
            FilterName::Region => holds(&self.regions, facts.region),
            FilterName::Country => holds(&self.countries, facts.country),
            FilterName::Provider => holds(&self.providers, facts.provider),
            FilterName::ProviderNot => !holds(&self.unwanted, facts.provider),
            FilterName::Spot => match self.filter.spot {
                Spot::Without => !facts.spot,
                Spot::Only => facts.spot,
                Spot::Mixed => true,
            },
            FilterName::Available => facts.stock != Stock::None,
        }
    }
}

fn holds(chosen: &[bool], number: u32) -> bool {
    usize::try_from(number).ok().and_then(|number| chosen.get(number)).is_some_and(|is| *is)
}

/// For each known text, whether it is one of the wanted ones.
fn chosen(known: &[String], wanted: &[String]) -> Vec<bool> {
    let is_wanted = |name: &String| wanted.iter().any(|text| name.eq_ignore_ascii_case(text));
    known.iter().map(is_wanted).collect()
}

fn whole_gpus(count: u32) -> GpuThousandths {
    GpuThousandths(count.saturating_mul(GpuThousandths::ONE.0))
}
