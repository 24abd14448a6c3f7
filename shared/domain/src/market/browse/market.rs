//! A snapshot made ready to be browsed.
//!
//! Browsing 100,000 offers in milliseconds leaves no time to compare texts or look up models offer by
//! offer, so everything that does not depend on the question is worked out once per snapshot.

use std::collections::HashMap;

use super::query::{Facet, Filter};
use crate::id::SnapshotId;
use crate::market::gpu;
use crate::market::offer::{GpuThousandths, Offer, OfferId, Snapshot, Stock};
use crate::money::UsdMicrosPerHour;

/// The dearest machine taken for one: $1 million an hour. Beyond is a provider's mistake.
const RATE_USD_MICROS_PER_HOUR_MAX: i64 = 1_000_000_000_000;
const GPU_THOUSANDTHS: f64 = 1_000.0;

/// A snapshot and what browsing needs to know of it. Build it once per snapshot, then share it.
#[derive(Debug)]
pub struct Market {
    snapshot: Snapshot,
    facts: Vec<Facts>,
    /// By number of a GPU, the keys of its model and of its family.
    gpus: Vec<[String; 2]>,
    providers: Vec<String>,
    regions: Vec<String>,
}

/// What is asked of every offer at every query, kept small: reading it is half of the work.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) provider_rate: UsdMicrosPerHour,
    /// Values by [`Facet::ALL`], without the price, which depends on who asks.
    pub(super) values: [f64; Facet::COUNT - 1],
    count: GpuThousandths,
    memory_gib: u32,
    gpu: u32,
    provider: u32,
    region: u32,
    stock: Stock,
    spot: bool,
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
        let (mut gpus, mut providers, mut regions) =
            (Numbering::default(), Numbering::default(), Numbering::default());
        let facts = snapshot.offers.iter().map(|offer| Facts {
            provider_rate: offer.provider_rate_usd_micros_per_hour,
            values: values(offer),
            count: offer.gpu_count,
            memory_gib: offer.gpu_memory_gib,
            gpu: gpus.number(&offer.gpu),
            provider: providers.number(&offer.provider),
            region: regions.number(&offer.region),
            stock: offer.stock,
            spot: offer.spot,
        });
        let facts = facts.collect();
        let keys = |name: String| {
            let family = gpu::by_name(&name).map_or(name.as_str(), |model| model.family);
            [gpu::key_of(&name), gpu::key_of(family)]
        };
        let gpus = gpus.names.into_iter().map(keys).collect();
        Self { snapshot, facts, gpus, providers: providers.names, regions: regions.names }
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

    pub(super) fn facts(&self) -> &[Facts] {
        &self.facts
    }

    pub(super) fn wanted<'a>(&self, filter: &'a Filter) -> Wanted<'a> {
        let gpus: Vec<String> = filter.gpu.iter().map(|text| gpu::key_of(text)).collect();
        let same = |name: &String, text: &String| name.eq_ignore_ascii_case(text);
        Wanted {
            filter,
            gpus: chosen(&self.gpus, &gpus, |keys, key| keys.contains(key)),
            providers: chosen(&self.providers, &filter.provider, same),
            regions: chosen(&self.regions, &filter.region, same),
            count_min: filter.gpu_count_min.map(whole_gpus),
            count: filter.gpu_count.map(whole_gpus),
        }
    }
}

/// A filter with its texts turned into numbers of this market.
pub(super) struct Wanted<'a> {
    filter: &'a Filter,
    gpus: Option<Vec<bool>>,
    providers: Option<Vec<bool>>,
    regions: Option<Vec<bool>>,
    count_min: Option<GpuThousandths>,
    count: Option<GpuThousandths>,
}

impl Wanted<'_> {
    /// Whether an offer passes everything but the price.
    pub(super) fn takes(&self, facts: &Facts) -> bool {
        let is_in = |chosen: &Option<Vec<bool>>, number: u32| {
            let holds = |chosen: &Vec<bool>| chosen.get(usize::try_from(number).ok()?).copied();
            chosen.as_ref().is_none_or(|chosen| holds(chosen).unwrap_or(false))
        };
        let Filter { available, spot, gpu_memory_gib_min, .. } = self.filter;
        (!available || facts.stock != Stock::None)
            && spot.is_none_or(|spot| spot == facts.spot)
            && gpu_memory_gib_min.is_none_or(|least| facts.memory_gib >= least)
            && self.count_min.is_none_or(|least| facts.count >= least)
            && self.count.is_none_or(|exact| facts.count == exact)
            && is_in(&self.gpus, facts.gpu)
            && is_in(&self.providers, facts.provider)
            && is_in(&self.regions, facts.region)
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

/// For each known text, whether it matches any wanted one; `None` where none are wanted.
fn chosen<T>(
    known: &[T],
    wanted: &[String],
    matches: impl Fn(&T, &String) -> bool,
) -> Option<Vec<bool>> {
    let is_chosen = |known: &T| wanted.iter().any(|text| matches(known, text));
    (!wanted.is_empty()).then(|| known.iter().map(is_chosen).collect())
}

fn whole_gpus(count: u32) -> GpuThousandths {
    GpuThousandths(count.saturating_mul(GpuThousandths::ONE.0))
}

fn values(offer: &Offer) -> [f64; Facet::COUNT - 1] {
    let count = f64::from(offer.gpu_count.0) / GPU_THOUSANDTHS;
    let tflops = gpu::by_name(&offer.gpu).and_then(|model| model.fp16_tflops).unwrap_or(0.0);
    let stock = match offer.stock {
        Stock::None => 0.0,
        Stock::Low => 1.0,
        Stock::Medium => 2.0,
        Stock::High => 3.0,
    };
    [
        f64::from(offer.gpu_memory_gib) * count,
        tflops * count,
        f64::from(offer.vcpus),
        f64::from(offer.ram_gib),
        stock,
    ]
}
