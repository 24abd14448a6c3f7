//! A snapshot made ready to be browsed.
//!
//! Browsing 100,000 offers in milliseconds leaves no time to compare texts, look up models or take
//! logarithms offer by offer, so everything that does not depend on the question is worked out once
//! per snapshot.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::SnapshotId;
use crate::market::gpu;
use crate::market::launches::{Average, Estimate, LaunchRecord};
use crate::market::offer::{GpuThousandths, Offer, OfferId, Snapshot, Stock};
use crate::market::price::RATE_USD_MICROS_PER_HOUR_MAX;
use crate::market::region::{self, Place};
use crate::money::UsdMicrosPerHour;

const GPU_THOUSANDTHS: f64 = 1_000.0;
/// What a GPU of unknown throughput counts as: half of the slowest that is known.
const UNKNOWN_TFLOPS: f64 = 7.0;
/// What each GPU keeps for itself, in GiB.
const GPU_OWN_GIB: u32 = 1;

/// One kind of machine, whoever sells it: `h100-sxm-80gib-x8`, with `-spot` where it may be taken
/// back; the same in every snapshot.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(transparent)]
pub struct MachineId(pub String);

/// A snapshot and what browsing needs to know of it. Build it once per snapshot, then share it.
#[derive(Debug)]
pub struct Market {
    snapshot: Snapshot,
    facts: Vec<Facts>,
    sizes: Vec<Sizes>,
    pub(super) names: Names,
}

/// The texts that many offers share, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The keys of each GPU's model and of its family.
    pub(super) gpus: Vec<[String; 2]>,
    /// Dense BF16 TFLOPS of each GPU; 0 where unknown.
    pub(super) tflops: Vec<f64>,
    pub(super) machines: Vec<MachineId>,
    /// How many pairs of a machine and a cloud there are.
    pub(super) listings: usize,
    pub(super) providers: Vec<String>,
    pub(super) regions: Vec<String>,
    /// ISO 3166-1 codes; empty for what is not known.
    pub(super) countries: Vec<String>,
}

/// What filters ask of every offer at every query, kept small: reading it is half of the work.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) provider_rate: UsdMicrosPerHour,
    pub(super) count: GpuThousandths,
    pub(super) memory_gib: u32,
    pub(super) model_memory_gib: u32,
    pub(super) vcpus: u32,
    pub(super) ram_gib: u32,
    pub(super) disk_gib: u32,
    pub(super) gpu: u32,
    pub(super) machine: u32,
    pub(super) listing: u32,
    pub(super) provider: u32,
    pub(super) region: u32,
    pub(super) country: u32,
    pub(super) stock: Stock,
    pub(super) spot: bool,
}

/// What one GPU of an offer costs and has, as logarithms to the base 2, how many there are, what its
/// cloud's record of launches counts as, and its stock: all that it is ranked by, side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) price: f64,
    pub(super) memory: f64,
    pub(super) tflops: f64,
    pub(super) vcpus: f64,
    pub(super) ram: f64,
    pub(super) count: f64,
    /// The share of launches that succeeds.
    pub(super) reliability: f64,
    /// The logarithm of the seconds that a launch takes.
    pub(super) start_up: f64,
    /// In steps.
    pub(super) stock: f64,
}

impl Market {
    /// Makes a snapshot ready. Offers without a sane price (a provider's $0 means "not published")
    /// are left out.
    #[must_use]
    pub fn new(mut snapshot: Snapshot) -> Self {
        let sane = 1..=RATE_USD_MICROS_PER_HOUR_MAX;
        snapshot.offers.retain(|offer| sane.contains(&offer.provider_rate_usd_micros_per_hour.0));
        // By identifier, so that an offer's place is the last tie-break of every order.
        snapshot.offers.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        snapshot.offers.dedup_by(|one, other| one.id == other.id);
        let mut numbers = Numbers::default();
        let facts = snapshot.offers.iter().map(|offer| numbers.facts(offer)).collect();
        let names = numbers.names();
        let average = Average::of(&snapshot.launches);
        let estimate = |offer: &Offer| average.estimate(snapshot.launches.get(&offer.provider));
        let sizes = snapshot.offers.iter().map(|offer| Sizes::of(offer, estimate(offer)));
        Self { sizes: sizes.collect(), snapshot, facts, names }
    }

    /// Which snapshot this is.
    #[must_use]
    pub fn id(&self) -> &SnapshotId {
        &self.snapshot.id
    }

    /// The snapshot, its offers by identifier.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The offer with this identifier.
    #[must_use]
    pub fn find(&self, id: &OfferId) -> Option<&Offer> {
        let offers = &self.snapshot.offers;
        let place = offers.binary_search_by(|offer| offer.id.cmp(id)).ok()?;
        offers.get(place)
    }

    /// Our own record of launches at a cloud.
    #[must_use]
    pub fn launches(&self, provider: &str) -> Option<&LaunchRecord> {
        self.snapshot.launches.get(provider).filter(|record| record.launches > 0)
    }

    pub(super) fn facts(&self) -> &[Facts] {
        &self.facts
    }

    /// The kind of machine that the offer at a place is one of.
    pub(super) fn machine(&self, place: usize) -> Option<&MachineId> {
        self.names.machines.get(usize::try_from(self.facts.get(place)?.machine).ok()?)
    }

    pub(super) fn sizes(&self, place: usize) -> Option<&Sizes> {
        self.sizes.get(place)
    }
}

impl MachineId {
    /// The kind of machine that an offer is one of.
    #[must_use]
    pub fn of(offer: &Offer) -> Self {
        let name =
            offer.gpu.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let count = match offer.gpu_count.0 {
            whole if whole % GpuThousandths::ONE.0 == 0 => {
                format!("x{}", whole / GpuThousandths::ONE.0)
            }
            share => format!("x0.{share:03}"),
        };
        let spot = if offer.spot { "-spot" } else { "" };
        Self(format!("{name}-{}gib-{count}{spot}", offer.gpu_memory_gib))
    }
}

#[derive(Default)]
struct Numbers {
    gpus: Numbering,
    machines: Numbering,
    listings: Numbering,
    providers: Numbering,
    regions: Numbering,
    countries: Numbering,
}

impl Numbers {
    fn facts(&mut self, offer: &Offer) -> Facts {
        let machine = MachineId::of(offer).0;
        let whole = offer.gpu_count.0.div_ceil(GpuThousandths::ONE.0);
        let memory_gib = u64::from(offer.gpu_memory_gib) * u64::from(offer.gpu_count.0)
            / u64::from(GpuThousandths::ONE.0);
        let memory_gib = u32::try_from(memory_gib).unwrap_or(u32::MAX);
        let country = match region::place(&offer.provider, &offer.region) {
            Some(Place::Country(code)) => code,
            Some(Place::Continent(_)) | None => "",
        };
        Facts {
            provider_rate: offer.provider_rate_usd_micros_per_hour,
            count: offer.gpu_count,
            memory_gib: offer.gpu_memory_gib,
            model_memory_gib: memory_gib.saturating_sub(whole.saturating_mul(GPU_OWN_GIB)),
            vcpus: offer.vcpus,
            ram_gib: offer.ram_gib,
            disk_gib: offer.disk.max_gib,
            gpu: self.gpus.number(&offer.gpu),
            listing: self.listings.number(&format!("{machine} {}", offer.provider)),
            machine: self.machines.number(&machine),
            provider: self.providers.number(&offer.provider),
            region: self.regions.number(&offer.region),
            country: self.countries.number(country),
            stock: offer.stock,
            spot: offer.spot,
        }
    }

    fn names(self) -> Names {
        let keys = |name: String| {
            let family = gpu::by_name(&name).map_or(name.as_str(), |model| model.family);
            [gpu::key_of(&name), gpu::key_of(family)]
        };
        let tflops = |name: &String| gpu::by_name(name).and_then(|model| model.bf16_tflops);
        Names {
            tflops: self.gpus.names.iter().map(|name| tflops(name).unwrap_or(0.0)).collect(),
            gpus: self.gpus.names.into_iter().map(keys).collect(),
            machines: self.machines.names.into_iter().map(MachineId).collect(),
            listings: self.listings.names.len(),
            providers: self.providers.names,
            regions: self.regions.names,
            countries: self.countries.names,
        }
    }
}

/// Gives each of the texts that many offers share a number, its place in `names`.
#[derive(Default)]
struct Numbering {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Numbering {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

impl Sizes {
    fn of(offer: &Offer, launches: Estimate) -> Self {
        let count = f64::from(offer.gpu_count.0.max(1)) / GPU_THOUSANDTHS;
        let per_gpu = |amount: f64| (amount.max(1.0) / count).log2();
        let tflops = gpu::by_name(&offer.gpu).and_then(|model| model.bf16_tflops);
        Self {
            price: per_gpu(micros(offer.provider_rate_usd_micros_per_hour)),
            // A share of a GPU has a share of its memory, and no more of it per GPU-hour.
            memory: (f64::from(offer.gpu_memory_gib.max(1)) * count.min(1.0)).log2(),
            tflops: tflops.unwrap_or(UNKNOWN_TFLOPS).log2(),
            vcpus: per_gpu(f64::from(offer.vcpus)),
            ram: per_gpu(f64::from(offer.ram_gib)),
            count: count.log2(),
            reliability: launches.reliability,
            start_up: launches.start_secs.log2(),
            stock: f64::from(offer.stock.steps()),
        }
    }
}

/// A rate as a number to rank by; exact up to $9 billion an hour.
pub(super) fn micros(rate: UsdMicrosPerHour) -> f64 {
    const TWO_TO_32: f64 = 4_294_967_296.0;
    let high = u32::try_from(rate.0 >> 32).unwrap_or(0);
    let low = u32::try_from(rate.0 & 0xffff_ffff).unwrap_or(0);
    f64::from(high) * TWO_TO_32 + f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_rate_of_more_than_32_bits_is_ranked_exactly() {
        let exact =
            [(0, 0.0), (4_294_967_295, 4_294_967_295.0), (12_884_901_895, 12_884_901_895.0)];
        for (rate, number) in exact {
            assert_eq!(micros(UsdMicrosPerHour(rate)).to_bits(), f64::to_bits(number), "{rate}");
        }
    }

    #[test]
    fn a_machine_goes_by_what_it_is_whoever_sells_it() {
        let id = |offer: Offer| MachineId::of(&offer).0;
        let one = sample::offer("off_1");
        assert_eq!(id(one.clone()), "h100-sxm-80gib-x1");
        assert_eq!(id(Offer { provider: "runpod".into(), ..one.clone() }), "h100-sxm-80gib-x1");
        assert_eq!(id(Offer { spot: true, ..one.clone() }), "h100-sxm-80gib-x1-spot");
        let eight = GpuThousandths(8_000);
        assert_eq!(id(Offer { gpu_count: eight, ..one.clone() }), "h100-sxm-80gib-x8");
        assert_eq!(id(Offer { gpu_count: GpuThousandths(62), ..one }), "h100-sxm-80gib-x0.062");
    }
}
