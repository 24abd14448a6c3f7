//! The sandbox market: the shipped catalogue made complete enough to deploy from.
//!
//! Public price lists do not mention stock, disks or billing increments, and some leave out
//! processors and main memory. What is missing is drawn from a hash, so that the same listing
//! always becomes the same offer; every drawn field is named in [`Offer::simulated`]. What belongs
//! to a cloud as a whole (billing terms, disk price and limit) is drawn per provider, the rest per
//! listing. LIVE snapshots never pass through here.
//!
//! The prices of some listings rise and fall slowly around the listed one, so that a market that
//! moves can be seen. Where a price is at an instant follows from the listing and the instant
//! alone.

use domain::id::SnapshotId;
use domain::market::history::Point;
use domain::market::offer::{
    BillingTerms, DiskLimits, GpuThousandths, Offer, SimulatedField, Snapshot, Stock,
};
use domain::money::{BasisPoints, UsdMicrosPerHour};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::shipped::{ListedRow, Shipped};

/// GiB that come with a machine.
const DISK_INCLUDED_GIB: [u32; 4] = [40, 50, 80, 100];
/// The most GiB a provider attaches.
const DISK_MAX_GIB: [u32; 4] = [1_000, 2_000, 4_000, 8_000];
/// $0.08, 0.10, 0.12 and 0.15 for a GiB and month of 730 hours, what block storage usually costs.
const DISK_USD_MICROS_PER_GIB_HOUR: [i64; 4] = [110, 137, 164, 205];
/// By the second with a minimum of a minute, by the minute, by the hour.
const TERMS: [BillingTerms; 3] = [
    BillingTerms { billing_increment_secs: 1, minimum_secs: 60 },
    BillingTerms { billing_increment_secs: 60, minimum_secs: 60 },
    BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 },
];
/// The clouds whose APIs stop a machine, keep its disk and start it again, as their documents say:
/// AWS `StopInstances`, Azure deallocates, GCP and Alibaba stop, Hyperstack hibernates, Novita and
/// `TensorDock` have `start` and `stop`, Runpod `podStop` and `podResume`, Vast `state: stopped`.
/// The others only end a machine, or bill one that is switched off like one that runs.
const STOPPABLE: [&str; 9] =
    ["alibaba", "aws", "azure", "gcp", "hyperstack", "novita", "runpod", "tensordock", "vast-ai"];
/// Of 100 offers, how many are sold out, then low, then medium; the rest have plenty.
const STOCK_SHARES_ON_DEMAND: [u8; 3] = [4, 12, 30];
/// Spot capacity is what is left over, so there is less of it.
const STOCK_SHARES_SPOT: [u8; 3] = [8, 25, 35];
/// Virtual processors for each GPU, by its memory in GiB up to and including.
const VCPUS_BY_GPU_MEMORY: [(u32, u32); 4] = [(12, 4), (24, 8), (48, 12), (100, 16)];
const VCPUS_OF_LARGEST: u32 = 24;
/// Main memory as a multiple of GPU memory, in quarters: 1 to 2 times is what clouds pair.
const RAM_QUARTERS: [u32; 4] = [4, 5, 6, 8];
const RAM_GIB_PER_GPU_MIN: u32 = 16;
/// Prices change at whole multiples of so many seconds.
const STEP_SECS: i64 = 300;
/// How far a price moves from the listed one at most; most prices stay for months.
const SWINGS: [BasisPoints; 8] = [
    BasisPoints(0),
    BasisPoints(0),
    BasisPoints(0),
    BasisPoints(0),
    BasisPoints(100),
    BasisPoints(200),
    BasisPoints(300),
    BasisPoints(500),
];
/// How many instants of a past are looked at.
const SAMPLES_MAX: i64 = 360;
/// Steps from one peak to the next: one to four hours.
const PERIODS: [i64; 4] = [12, 20, 32, 48];
const BASIS_POINTS: i64 = 10_000;

/// The offer a listing becomes.
#[must_use]
pub fn complete(row: &ListedRow) -> Offer {
    let (own, provider) = (Draw::new("offer", &row.id.0), Draw::new("provider", &row.provider));
    let mut simulated = vec![SimulatedField::Disk, SimulatedField::Stock, SimulatedField::Terms];
    if row.vcpus.is_none() {
        simulated.push(SimulatedField::Vcpus);
    }
    if row.ram_gib.is_none() {
        simulated.push(SimulatedField::RamGib);
    }
    Offer {
        id: row.id.clone(),
        provider: row.provider.clone(),
        instance_type: row.instance_type.clone(),
        gpu: row.gpu.name.to_owned(),
        gpu_count: row.gpu_count,
        gpu_memory_gib: row.gpu_memory_gib,
        vcpus: row.vcpus.unwrap_or_else(|| vcpus(row)),
        ram_gib: row.ram_gib.unwrap_or_else(|| ram_gib(row, &own)),
        disk: DiskLimits {
            included_gib: own.one_of(1, &DISK_INCLUDED_GIB),
            max_gib: provider.one_of(0, &DISK_MAX_GIB),
            rate_usd_micros_per_gib_hour: provider.one_of(1, &DISK_USD_MICROS_PER_GIB_HOUR),
        },
        region: row.region.clone(),
        spot: row.spot,
        provider_rate_usd_micros_per_hour: row.provider_rate_usd_micros_per_hour,
        stock: stock(row.spot, &own),
        terms: provider.one_of(2, &TERMS),
        // Spot capacity is taken back, never parked.
        stoppable: !row.spot && STOPPABLE.contains(&row.provider.as_str()),
        simulated,
        source: row.source.clone(),
        as_of: row.as_of.clone(),
    }
}

/// Every shipped listing as an offer, at `now`.
#[must_use]
pub fn snapshot(id: SnapshotId, now: Timestamp, shipped: &Shipped) -> Snapshot {
    Snapshot::new(id, now, shipped.rows.iter().map(complete).collect())
}

/// The same at the prices of `now`.
#[must_use]
pub fn snapshot_at(id: SnapshotId, now: Timestamp, shipped: &Shipped) -> Snapshot {
    let offers = shipped.rows.iter().map(|row| moved(complete(row), step(now))).collect();
    Snapshot::new(id, now, offers)
}

/// What a listing has cost since `from`, as points at which its price changed. A long time is looked
/// at in long steps, so there are some hundred points at most.
#[must_use]
pub fn prices(row: &ListedRow, from: Timestamp, now: Timestamp) -> Vec<Point> {
    let offer = complete(row);
    let (first, last) = (step(from), step(now).max(step(from)));
    let apart = usize::try_from((last - first) / SAMPLES_MAX + 1).unwrap_or(1);
    let mut points: Vec<Point> = Vec::new();
    for sample in (first..last).step_by(apart).chain([last]) {
        let rate = moved(offer.clone(), sample).provider_rate_usd_micros_per_hour;
        if points.last().is_none_or(|last| last.rate() != rate) {
            let at = Timestamp::from_second(sample * STEP_SECS).unwrap_or(from);
            points.push(Point::new(at.max(from), rate));
        }
    }
    points
}

/// Whether the prices of `now` may differ from those of `before`.
#[must_use]
pub fn has_moved(before: Timestamp, now: Timestamp) -> bool {
    step(before) != step(now)
}

fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_SECS)
}

/// An offer at the price it has in a step.
fn moved(offer: Offer, step: i64) -> Offer {
    let own = Draw::new("price", &offer.id.0);
    let (swing, period) = (i64::from(own.one_of(0, &SWINGS).0), own.one_of(1, &PERIODS));
    let place = (step + i64::from(own.percent())).rem_euclid(period);
    // From one end of the swing to the other and back, in even steps.
    let way = place.min(period - place);
    let moved_by = swing * (4 * way - period) / period;
    let listed = offer.provider_rate_usd_micros_per_hour;
    let rate = UsdMicrosPerHour(listed.0 + listed.0 / BASIS_POINTS * moved_by);
    let mut simulated = offer.simulated;
    if rate != listed {
        simulated.push(SimulatedField::Price);
    }
    Offer { provider_rate_usd_micros_per_hour: rate, simulated, ..offer }
}

fn vcpus(row: &ListedRow) -> u32 {
    let mut steps = VCPUS_BY_GPU_MEMORY.iter();
    let step = steps.find(|(memory_gib, _)| row.gpu_memory_gib <= *memory_gib);
    let per_gpu = step.map_or(VCPUS_OF_LARGEST, |(_, vcpus)| *vcpus);
    for_gpus(per_gpu, row.gpu_count).next_multiple_of(2)
}

fn ram_gib(row: &ListedRow, own: &Draw) -> u32 {
    let per_gpu = row.gpu_memory_gib.saturating_mul(own.one_of(0, &RAM_QUARTERS)) / 4;
    for_gpus(per_gpu.max(RAM_GIB_PER_GPU_MIN), row.gpu_count).next_multiple_of(4)
}

/// An amount for one GPU, for as many as there are, rounded up; not so large that it wraps.
fn for_gpus(per_gpu: u32, count: GpuThousandths) -> u32 {
    let all = u64::from(per_gpu) * u64::from(count.0);
    u32::try_from(all.div_ceil(u64::from(GpuThousandths::ONE.0)))
        .map_or(1 << 30, |n| n.min(1 << 30))
}

fn stock(spot: bool, own: &Draw) -> Stock {
    let [none, low, medium] = if spot { STOCK_SHARES_SPOT } else { STOCK_SHARES_ON_DEMAND };
    match own.percent() {
        draw if draw < none => Stock::None,
        draw if draw < none + low => Stock::Low,
        draw if draw < none + low + medium => Stock::Medium,
        _ => Stock::High,
    }
}

/// Numbers that look random and are always the same for the same name.
struct Draw([u8; 32]);

impl Draw {
    fn new(kind: &str, name: &str) -> Self {
        Self(Sha256::digest(format!("{kind}|{name}")).into())
    }

    /// One of `choices` by the byte at `place`, which no other draw should use.
    fn one_of<T: Clone, const N: usize>(&self, place: usize, choices: &[T; N]) -> T {
        let byte = usize::from(self.0[place % self.0.len()]);
        choices[byte % N].clone()
    }

    /// 0 to 99, from the last eight bytes.
    fn percent(&self) -> u8 {
        let last = self.0.last_chunk().copied().unwrap_or_default();
        u8::try_from(u64::from_be_bytes(last) % 100).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::SignedDuration;

    use super::*;
    use crate::shipped::{self, CATALOGUE};

    fn market() -> (Shipped, Snapshot) {
        let none = Shipped { rows: Vec::new(), dropped: shipped::Dropped::default() };
        let shipped = shipped::read(CATALOGUE).unwrap_or(none);
        let id = SnapshotId::new(Timestamp::UNIX_EPOCH, [0; 10]);
        let snapshot = snapshot(id, Timestamp::UNIX_EPOCH, &shipped);
        (shipped, snapshot)
    }

    #[test]
    fn the_same_catalogue_gives_the_same_market() {
        assert_eq!(market().1, market().1);
    }

    #[test]
    fn every_listing_becomes_one_offer_within_sensible_limits() {
        let (shipped, snapshot) = market();
        let ids: HashSet<_> = snapshot.offers.iter().map(|offer| &offer.id).collect();
        assert_eq!((ids.len(), snapshot.offers.len()), (shipped.rows.len(), shipped.rows.len()));
        for offer in &snapshot.offers {
            assert!((1..=1_024).contains(&offer.vcpus), "{offer:?}");
            assert!((1..=4_096).contains(&offer.ram_gib), "{offer:?}");
            assert!((40..=100).contains(&offer.disk.included_gib), "{offer:?}");
            assert!((1_000..=8_000).contains(&offer.disk.max_gib), "{offer:?}");
            assert!(offer.terms.minimum_secs >= offer.terms.billing_increment_secs, "{offer:?}");
        }
    }

    #[test]
    fn what_a_source_says_is_kept_and_what_is_drawn_is_named() {
        let (shipped, snapshot) = market();
        for (row, offer) in shipped.rows.iter().zip(&snapshot.offers) {
            let names = |field| offer.simulated.contains(&field);
            assert_eq!(names(SimulatedField::Vcpus), row.vcpus.is_none());
            assert_eq!(names(SimulatedField::RamGib), row.ram_gib.is_none());
            assert!(row.vcpus.is_none_or(|vcpus| vcpus == offer.vcpus));
            assert!(row.ram_gib.is_none_or(|ram_gib| ram_gib == offer.ram_gib));
            for field in [SimulatedField::Disk, SimulatedField::Stock, SimulatedField::Terms] {
                assert!(names(field));
            }
        }
    }

    /// The prices of an instant, in the catalogue's order.
    fn prices(shipped: &Shipped, secs: i64) -> Vec<i64> {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs);
        let snapshot = snapshot_at(SnapshotId::new(at, [0; 10]), at, shipped);
        snapshot.offers.iter().map(|it| it.provider_rate_usd_micros_per_hour.0).collect()
    }

    #[test]
    fn prices_move_slowly_around_the_listed_ones_and_say_so() {
        let (shipped, listed) = market();
        let day: Vec<_> = (0..288).map(|step| prices(&shipped, step * STEP_SECS)).collect();
        assert_eq!(day[0], prices(&shipped, STEP_SECS - 1), "a step has one price");
        let mut moving = 0;
        for (number, offer) in listed.offers.iter().enumerate() {
            let price = offer.provider_rate_usd_micros_per_hour.0;
            let of_day: Vec<_> = day.iter().map(|prices| prices[number]).collect();
            let (low, high) = (of_day.iter().min().copied(), of_day.iter().max().copied());
            let (low, high) = (low.unwrap_or(0), high.unwrap_or(0));
            assert!(low * 100 >= price * 95 && high * 100 <= price * 105, "{offer:?}");
            for pair in of_day.windows(2) {
                assert!((pair[0] - pair[1]).abs() * 100 <= price * 2, "{offer:?}");
            }
            moving += usize::from(low < high);
        }
        assert!((30..70).contains(&(moving * 100 / listed.offers.len())), "{moving} move");
        let at = Timestamp::UNIX_EPOCH;
        for offer in snapshot_at(SnapshotId::new(at, [0; 10]), at, &shipped).offers {
            let same = listed.offers.iter().find(|it| it.id == offer.id);
            let listed = same.map(|it| it.provider_rate_usd_micros_per_hour);
            let differs = listed != Some(offer.provider_rate_usd_micros_per_hour);
            assert_eq!(offer.simulated.contains(&SimulatedField::Price), differs, "{offer:?}");
        }
    }

    #[test]
    fn what_a_listing_has_cost_is_what_the_market_said_then() {
        let (shipped, _) = market();
        let at = |secs| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs);
        let now = 50 * 86_400 + 100;
        let mut changes = 0;
        for (number, row) in shipped.rows.iter().enumerate().step_by(40) {
            let points = super::prices(row, at(now - 86_400), at(now));
            let said = |point: &Point| prices(&shipped, point.at().as_second())[number];
            assert!(points.iter().all(|point| said(point) == point.rate().0), "{points:?}");
            assert_eq!(points.first().map(|point| point.at()), Some(at(now - 86_400)));
            assert_eq!(
                points.last().map(|point| point.rate().0),
                Some(prices(&shipped, now)[number])
            );
            changes += points.len() - 1;
            assert!(super::prices(row, at(now - 90 * 86_400), at(now)).len() <= 361);
        }
        assert!(changes > 100, "{changes}");
    }

    #[test]
    fn a_cloud_bills_all_its_offers_alike() {
        let (_, snapshot) = market();
        let policy = |offer: &Offer| {
            let terms = (offer.terms.billing_increment_secs, offer.terms.minimum_secs);
            (offer.provider.clone(), terms, offer.disk.rate_usd_micros_per_gib_hour)
        };
        let policies: HashSet<_> = snapshot.offers.iter().map(policy).collect();
        let providers: HashSet<_> = snapshot.offers.iter().map(|offer| &offer.provider).collect();
        assert_eq!(policies.len(), providers.len());
        let increments: HashSet<_> =
            snapshot.offers.iter().map(|offer| offer.terms.billing_increment_secs).collect();
        assert_eq!(increments, HashSet::from([1, 60, 3_600]));
    }

    #[test]
    fn a_few_offers_are_sold_out_and_most_are_not() {
        let (_, snapshot) = market();
        let count = |stock| snapshot.offers.iter().filter(|offer| offer.stock == stock).count();
        let percent = |stock| count(stock) * 100 / snapshot.offers.len().max(1);
        assert!((2..=8).contains(&percent(Stock::None)), "{}", percent(Stock::None));
        assert!((8..=22).contains(&percent(Stock::Low)), "{}", percent(Stock::Low));
        assert!(percent(Stock::High) >= 40, "{}", percent(Stock::High));
    }
}
