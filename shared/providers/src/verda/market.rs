//! What Verda sells.

use super::wire::InstanceType;
use crate::plan::{Plan, gpu_mib};

/// The disk of every machine of ours, GB. It is billed besides the machine, so it is part of our
/// price for that.
pub(super) const DISK_GB: u32 = 100;
/// A GB of disk, which is `NVMe`, costs 20 cents a month (`GET /volume-types`), and a month has 730 hours.
const DISK_USD_MICROS_PER_GB_HOUR: i64 = 274;
/// Prices are asked for in this currency; one in another is not read.
const CURRENCY: &str = "usd";

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

/// What these types are, with the disk in their prices.
pub(super) fn plans(types: &[InstanceType]) -> Vec<Plan> {
    let unit = unit(types);
    types.iter().map(|it| plan(it, unit)).collect()
}

fn plan(listed: &InstanceType, unit: Option<Unit>) -> Plan {
    let gpus = listed.gpu.number_of_gpus;
    // What Verda lists is the memory of all GPUs together.
    let memory_gb = listed.gpu_memory.size_in_gigabytes.checked_div(gpus);
    Plan {
        kind: listed.kind.clone(),
        spellings: vec![listed.name.clone(), listed.model.clone()],
        gpus,
        gpu_memory_mib: memory_gb.and_then(gpu_mib),
        vcpus: listed.cpu.number_of_cores,
        ram_gib: listed.memory.size_in_gigabytes,
        disk_gib: DISK_GB,
        rate_micros: rate(listed, unit),
        ..Plan::default()
    }
}

/// What a machine of this type costs, if that can be told.
fn rate(listed: &InstanceType, unit: Option<Unit>) -> Option<i64> {
    let micros = listed.micros().filter(|micros| *micros > 0 && listed.currency == CURRENCY)?;
    let times = match (listed.gpu.number_of_gpus, unit) {
        (1, _) | (_, Some(Unit::Machine)) => 1,
        (gpus, Some(Unit::Gpu)) => i64::from(gpus),
        (_, None) => return None,
    };
    let disk = i64::from(DISK_GB) * DISK_USD_MICROS_PER_GB_HOUR;
    micros.checked_mul(times)?.checked_add(disk)
}

#[cfg(test)]
mod tests;
