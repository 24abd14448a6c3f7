//! What Vultr sells.

use domain::market::gpu::{self, Model};
use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, Stock};
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use super::wire::{CLOUD, Plan};
use crate::decimal::usd_micros;
use crate::listing::{MIB_PER_GIB, day, offer_id};

/// A begun hour is billed whole: <https://www.vultr.com/resources/faq/>.
const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
const MB_PER_GIB: u32 = 1_024;
/// Families that are made in several sizes, with the GB of those at Vultr: a plan tells only what
/// all of its GPUs have together, or its share of one has.
const SIZES_GB: [(&str, u32); 3] = [("A100", 80), ("GH200", 96), ("H100", 80)];

/// The offers of a plan: one for each region that has some, so none when it is sold out. A plan
/// without a GPU, with one we do not know, or without a price is left out.
pub(super) fn offers(plan: &Plan, now: Timestamp) -> Vec<Offer> {
    let regions = plan.locations.iter().flatten();
    regions.filter_map(|region| offer(plan, region, now)).collect()
}

fn offer(plan: &Plan, region: &str, now: Timestamp) -> Option<Offer> {
    let memory_gb = plan.gpu_vram_gb?;
    let model = gpu::canonical(plan.gpu_type.as_deref()?, None)?;
    let whole_gb = whole_gb(model)?;
    let model = gpu::canonical(model.name, whole_gb.checked_mul(MIB_PER_GIB))?;
    Some(Offer {
        id: offer_id(&[CLOUD, &plan.id, region]),
        provider: CLOUD.to_owned(),
        instance_type: plan.id.clone(),
        gpu: model.name.to_owned(),
        gpu_count: count(memory_gb, whole_gb)?,
        gpu_memory_gib: whole_gb,
        vcpus: plan.vcpu_count,
        ram_gib: plan.ram / MB_PER_GIB,
        // The machine's own disk, and no other.
        disk: DiskLimits {
            included_gib: plan.disk,
            max_gib: plan.disk,
            rate_usd_micros_per_gib_hour: 0,
        },
        region: region.to_owned(),
        spot: false,
        provider_rate_usd_micros_per_hour: rate(plan).filter(|rate| rate.0 > 0)?,
        // Vultr says where there is some but not how much.
        stock: Stock::Medium,
        terms: TERMS,
        stoppable: false,
        simulated: Vec::new(),
        source: "Vultr's API".to_owned(),
        as_of: day(now),
    })
}

/// What a machine of this plan costs; `None` without a price that can be read.
pub(super) fn rate(plan: &Plan) -> Option<UsdMicrosPerHour> {
    usd_micros(&plan.hourly_cost.to_string()).map(UsdMicrosPerHour)
}

/// GB of one whole GPU; `None` where that would be a guess.
fn whole_gb(model: &Model) -> Option<u32> {
    let of_vultr = SIZES_GB.iter().find(|(family, _)| *family == model.family);
    match (of_vultr, model.memory_gib) {
        (Some((_, gb)), _) | (None, [gb]) => Some(*gb),
        (None, _) => None,
    }
}

/// Whole GPUs, or a share of one; nothing between.
fn count(memory_gb: u32, whole_gb: u32) -> Option<GpuThousandths> {
    let is_sound = memory_gb > 0 && (memory_gb < whole_gb || memory_gb.is_multiple_of(whole_gb));
    let thousandths = memory_gb.checked_mul(GpuThousandths::ONE.0)?;
    let nearest = thousandths.checked_add(whole_gb / 2)?.checked_div(whole_gb)?;
    is_sound.then_some(GpuThousandths(nearest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(gpu: &str, memory_gb: u32, price: &str, locations: &str) -> Vec<Offer> {
        let text = format!(
            r#"{{"id":"vcg-it","vcpu_count":12,"ram":122880,"disk":1400,"disk_count":1,
            "bandwidth":10240,"monthly_cost":1750,"hourly_cost":{price},"type":"vcg",
            "locations":{locations},"gpu_vram_gb":{memory_gb},"gpu_type":"{gpu}"}}"#
        );
        let plan = serde_json::from_str::<Plan>(&text);
        plan.map(|plan| offers(&plan, Timestamp::UNIX_EPOCH)).unwrap_or_default()
    }

    const HERE: &str = r#"["ewr"]"#;

    #[test]
    fn a_plan_becomes_an_offer_in_our_units() {
        let offers = sold("NVIDIA_A100", 640, "19.176", r#"["ewr","fra"]"#);
        let [offer, elsewhere] = offers.as_slice() else { panic!("{offers:?}") };
        assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), ("A100", 80));
        assert_eq!(offer.gpu_count, GpuThousandths(8_000));
        assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 19_176_000);
        assert_eq!((offer.vcpus, offer.ram_gib, offer.disk.included_gib), (12, 120, 1_400));
        assert_eq!((offer.region.as_str(), elsewhere.region.as_str()), ("ewr", "fra"));
        assert_ne!(offer.id, elsewhere.id);
        assert!(offer.simulated.is_empty() && !offer.spot && !offer.stoppable);
    }

    #[test]
    fn every_spelling_of_vultr_is_known_and_shares_are_told_from_whole_gpus() {
        for (spelling, memory_gb, gpu, thousandths, whole_gb) in [
            ("NVIDIA_A100", 80, "A100", 1_000, 80),
            ("NVIDIA_A100", 40, "A100", 500, 80),
            ("NVIDIA_A100", 4, "A100", 50, 80),
            ("NVIDIA_A16", 2, "A16", 125, 16),
            ("NVIDIA_A16", 64, "A16", 4_000, 16),
            ("NVIDIA_A40", 8, "A40", 167, 48),
            ("NVIDIA_L40S", 48, "L40S", 1_000, 48),
            ("NVIDIA_GH200", 96, "GH200", 1_000, 96),
            ("AMD_MI300X", 1_536, "MI300X", 8_000, 192),
        ] {
            let offers = sold(spelling, memory_gb, "1", HERE);
            let told: Vec<_> =
                offers.iter().map(|o| (o.gpu.as_str(), o.gpu_count.0, o.gpu_memory_gib)).collect();
            assert_eq!(told, [(gpu, thousandths, whole_gb)], "{spelling} {memory_gb}");
        }
    }

    #[test]
    fn what_cannot_be_sold_is_left_out() {
        for locations in ["[]", "null"] {
            assert_eq!(sold("NVIDIA_A100", 80, "2.397", locations), [], "{locations}");
        }
        for price in ["0", "-1"] {
            assert_eq!(sold("NVIDIA_A100", 80, price, HERE), [], "{price}");
        }
        for (unknown, memory_gb) in [("NVIDIA_ABACUS", 80), ("", 80), ("NVIDIA_A100", 0)] {
            assert_eq!(sold(unknown, memory_gb, "1", HERE), [], "{unknown}");
        }
        assert_eq!(sold("NVIDIA_A100", 120, "1", HERE), [], "one and a half");
        let without = r#"{"id":"vc2-1c-1gb","vcpu_count":1,"ram":1024,"disk":25,"hourly_cost":0.007,
            "locations":["ewr"]}"#;
        let plan = serde_json::from_str::<Plan>(without).map(|it| offers(&it, Timestamp::MIN));
        assert_eq!(plan.map_err(|error| error.to_string()), Ok(Vec::new()));
    }
}
