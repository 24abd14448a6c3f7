//! What Runpod sells, and what its disks cost.

use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, Stock};
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use super::wire::{CLOUD, DataCenter, GpuType, Pod, State, micros};
use crate::listing::{MIB_PER_GIB, day, offer_id};
use crate::spelling::known;

/// Billed by the second: <https://docs.runpod.io/accounts-billing/billing>.
const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
/// The counts of GPUs that are offered; each is a question of its own.
pub(super) const COUNTS: [u32; 4] = [1, 2, 4, 8];
/// Runpod tells what comes with a GPU only once a pod has it. A launch asks for at least this,
/// which every type has, and the offer promises no more.
pub(super) const VCPUS_PER_GPU: u32 = 4;
pub(super) const RAM_GIB_PER_GPU: u32 = 16;
/// The container's own disk, GB; it is part of the machine's price.
pub(super) const CONTAINER_DISK_GB: u32 = 20;
/// The kept disk that is part of the machine's price, and the most that we ask a host for.
const KEPT_GIB_INCLUDED: u32 = 20;
const KEPT_GIB_MAX: u32 = 500;
/// A GB of either disk costs 10 cents a month while the pod runs, and a kept one 20 cents while it
/// is stopped: <https://docs.runpod.io/pods/storage/types>. In the shortest month that Runpod could
/// mean, of 30 days, an hour costs these micro-dollars, rounded up.
const RUNNING_USD_MICROS_PER_GB_HOUR: i64 = 139;
const STOPPED_USD_MICROS_PER_GB_HOUR: i64 = 278;

/// The offers of `count` GPUs of one type: one for each data center that has them. Only Runpod's
/// own data centers are offered, since community hosts promise no public address.
pub(super) fn offers(listed: &GpuType, count: u32, now: Timestamp) -> Vec<Offer> {
    let data_centers = listed.data_centers.iter().flatten();
    data_centers.filter_map(|it| offer(listed, (it, count), now)).collect()
}

fn offer(
    listed: &GpuType,
    (data_center, count): (&DataCenter, u32),
    now: Timestamp,
) -> Option<Offer> {
    if !listed.secure || count > listed.max_count.secure {
        return None;
    }
    let memory_mib = listed.memory.checked_mul(MIB_PER_GIB)?;
    let model = known(CLOUD, &[&listed.name, &listed.id], Some(memory_mib))?;
    let gpus_rate = micros(&listed.price.secure).filter(|rate| *rate > 0)?;
    let gpus_rate = gpus_rate.checked_mul(i64::from(count))?;
    let disks_rate = running_rate(CONTAINER_DISK_GB, KEPT_GIB_INCLUDED);
    Some(Offer {
        id: offer_id(&[CLOUD, &listed.id, &count.to_string(), &data_center.id]),
        provider: CLOUD.to_owned(),
        instance_type: listed.id.clone(),
        gpu: model.name.to_owned(),
        gpu_count: GpuThousandths(count.checked_mul(GpuThousandths::ONE.0)?),
        gpu_memory_gib: model.memory_gib(memory_mib),
        vcpus: count.checked_mul(VCPUS_PER_GPU)?,
        ram_gib: count.checked_mul(RAM_GIB_PER_GPU)?,
        disk: DiskLimits {
            included_gib: KEPT_GIB_INCLUDED,
            max_gib: KEPT_GIB_MAX,
            // There is one price for both, and a stopped disk must not cost more than is charged.
            rate_usd_micros_per_gib_hour: STOPPED_USD_MICROS_PER_GB_HOUR,
        },
        region: data_center.id.clone(),
        spot: false,
        provider_rate_usd_micros_per_hour: UsdMicrosPerHour(gpus_rate.checked_add(disks_rate)?),
        stock: stock(&data_center.availability)?,
        terms: TERMS,
        stoppable: true,
        simulated: Vec::new(),
        source: "Runpod's API".to_owned(),
        as_of: day(now),
    })
}

/// `None` where there is none, or for a word we do not know.
fn stock(availability: &str) -> Option<Stock> {
    match availability {
        "LOW" => Some(Stock::Low),
        "MEDIUM" => Some(Stock::Medium),
        "HIGH" => Some(Stock::High),
        _ => None,
    }
}

fn running_rate(container_gb: u32, kept_gb: u32) -> i64 {
    (i64::from(container_gb) + i64::from(kept_gb)) * RUNNING_USD_MICROS_PER_GB_HOUR
}

/// What a pod costs now, its disks included; `None` without a price that can be read.
pub(super) fn rate(pod: &Pod) -> Option<UsdMicrosPerHour> {
    let cost = pod.cost_micros()?;
    let disks = match pod.state() {
        State::Starting | State::Running => running_rate(pod.disk, pod.kept_gb()),
        State::Stopped => i64::from(pod.kept_gb()) * STOPPED_USD_MICROS_PER_GB_HOUR,
        State::Gone => 0,
    };
    cost.checked_add(disks).map(UsdMicrosPerHour)
}

#[cfg(test)]
mod tests;
