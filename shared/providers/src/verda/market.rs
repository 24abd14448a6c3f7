//! What Verda sells.

use std::collections::{BTreeMap, BTreeSet};

use domain::market::gpu;
use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, Stock};
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use super::wire::{Available, CLOUD, InstanceType};
use crate::listing::{MIB_PER_GIB, day, offer_id};

/// Begun ten minutes are billed whole: <https://docs.verda.com/>.
const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 600, minimum_secs: 600 };
/// The disk of every machine of ours, GB. It is billed besides the machine, so it is part of our
/// price for that.
pub(super) const DISK_GB: u32 = 100;
/// A GB of disk, which is `NVMe`, costs 20 cents a month (`GET /volume-types`), and a month has 730 hours.
const DISK_USD_MICROS_PER_GB_HOUR: i64 = 274;
/// Prices are asked for in this currency; one in another is not read.
const CURRENCY: &str = "usd";

/// Micro-dollars an hour by type, with the disk.
pub(super) type Prices = BTreeMap<String, UsdMicrosPerHour>;

/// What a type's price is for.
///
/// Public clients disagree: one takes it for the machine's and another, the vendor's own, for that
/// of one GPU. So the list itself says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Unit {
    Machine,
    Gpu,
}

/// Told by models that come in several counts: where one GPU of a model and several cost the same,
/// prices are those of one. `None` if no model comes in several.
fn unit(types: &[InstanceType]) -> Option<Unit> {
    let single = |of: &InstanceType| {
        types.iter().find(|it| it.gpu.number_of_gpus == 1 && it.name == of.name)
    };
    let several = types.iter().filter(|it| it.gpu.number_of_gpus > 1);
    let pairs: Vec<_> =
        several.filter_map(|it| Some((it.micros()?, single(it)?.micros()?))).collect();
    match pairs.iter().any(|(several, one)| several == one) {
        true => Some(Unit::Gpu),
        false if pairs.is_empty() => None,
        false => Some(Unit::Machine),
    }
}

/// What each type costs; one whose price cannot be told is left out.
pub(super) fn prices(types: &[InstanceType]) -> Prices {
    let unit = unit(types);
    let price = |it: &InstanceType| {
        let micros = it.micros().filter(|micros| *micros > 0 && it.currency == CURRENCY)?;
        let times = match (it.gpu.number_of_gpus, unit) {
            (1, _) | (_, Some(Unit::Machine)) => 1,
            (gpus, Some(Unit::Gpu)) => i64::from(gpus),
            (_, None) => return None,
        };
        let disk = i64::from(DISK_GB) * DISK_USD_MICROS_PER_GB_HOUR;
        let rate = micros.checked_mul(times)?.checked_add(disk)?;
        Some((it.kind.clone(), UsdMicrosPerHour(rate)))
    };
    types.iter().filter_map(price).collect()
}

/// The offers of these types: one for each location that has some. A type without a GPU, with one
/// we do not know, or without a price is left out.
pub(super) fn offers(
    types: &[InstanceType],
    available: &[Available],
    now: Timestamp,
) -> Vec<Offer> {
    let prices = prices(types);
    let offers_at = |location: &Available| {
        // A name that is listed twice is no second offer.
        let names: BTreeSet<_> = location.availabilities.iter().flatten().collect();
        let sold = types.iter().filter(|it| names.contains(&it.kind));
        let offers = sold.filter_map(|it| offer(it, (&location.location_code, &prices), now));
        offers.collect::<Vec<_>>()
    };
    available.iter().flat_map(offers_at).collect()
}

fn offer(
    listed: &InstanceType,
    (location, prices): (&str, &Prices),
    now: Timestamp,
) -> Option<Offer> {
    let count = listed.gpu.number_of_gpus;
    // What Verda lists is the memory of all GPUs together.
    let memory_gb = listed.gpu_memory.size_in_gigabytes.checked_div(count)?;
    let memory_mib = memory_gb.checked_mul(MIB_PER_GIB)?;
    let model = gpu::canonical(&listed.name, Some(memory_mib))
        .or_else(|| gpu::canonical(&listed.model, Some(memory_mib)))?;
    Some(Offer {
        id: offer_id(&[CLOUD, &listed.kind, location]),
        provider: CLOUD.to_owned(),
        instance_type: listed.kind.clone(),
        gpu: model.name.to_owned(),
        gpu_count: GpuThousandths(count.checked_mul(GpuThousandths::ONE.0)?),
        gpu_memory_gib: model.memory_gib(memory_mib),
        vcpus: listed.cpu.number_of_cores,
        ram_gib: listed.memory.size_in_gigabytes,
        disk: DiskLimits {
            included_gib: DISK_GB,
            max_gib: DISK_GB,
            rate_usd_micros_per_gib_hour: 0,
        },
        region: location.to_owned(),
        spot: false,
        provider_rate_usd_micros_per_hour: *prices.get(&listed.kind)?,
        // Verda says where there is some but not how much.
        stock: Stock::Medium,
        terms: TERMS,
        stoppable: false,
        simulated: Vec::new(),
        source: "Verda's API".to_owned(),
        as_of: day(now),
    })
}

#[cfg(test)]
mod tests;
