//! What Lambda sells.

use domain::market::gpu;
use domain::market::offer::{BillingTerms, DiskLimits, GpuThousandths, Offer, Stock};
use jiff::Timestamp;

use super::wire::{CLOUD, Listed, Region, rate};
use crate::listing::{MIB_PER_GIB, day, offer_id};

/// Billed by the minute: <https://docs.lambda.ai/public-cloud/billing/>.
const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 60, minimum_secs: 60 };

/// The offers of one type of instance: one for each region that has some, so none when it is sold
/// out. A type without a GPU, with one we do not know, or without a price is left out.
pub(super) fn offers(listed: &Listed, now: Timestamp) -> Vec<Offer> {
    let regions = listed.regions_with_capacity_available.iter().flatten();
    regions.filter_map(|region| offer(listed, region, now)).collect()
}

fn offer(listed: &Listed, region: &Region, now: Timestamp) -> Option<Offer> {
    let kind = &listed.instance_type;
    let (spelling, memory_mib) = described(kind.gpu_description.as_deref()?)?;
    let model = gpu::canonical(&spelling, Some(memory_mib))?;
    let storage_gib = kind.specs.storage_gib;
    Some(Offer {
        id: offer_id(&[CLOUD, &kind.name, &region.name]),
        provider: CLOUD.to_owned(),
        instance_type: kind.name.clone(),
        gpu: model.name.to_owned(),
        gpu_count: GpuThousandths(kind.specs.gpus.checked_mul(GpuThousandths::ONE.0)?),
        gpu_memory_gib: model.memory_gib(memory_mib),
        vcpus: kind.specs.vcpus,
        ram_gib: kind.specs.memory_gib,
        // The machine's own disk, and no other.
        disk: DiskLimits {
            included_gib: storage_gib,
            max_gib: storage_gib,
            rate_usd_micros_per_gib_hour: 0,
        },
        region: region.name.clone(),
        spot: false,
        provider_rate_usd_micros_per_hour: rate(kind.price_cents_per_hour).ok()?,
        // Lambda says where there is some but not how much, and it sells out quickly.
        stock: Stock::Medium,
        terms: TERMS,
        stoppable: false,
        simulated: Vec::new(),
        source: "Lambda's API".to_owned(),
        as_of: day(now),
    })
    .filter(|offer| offer.gpu_count.0 > 0 && offer.provider_rate_usd_micros_per_hour.0 > 0)
}

/// Model with form factor, and MiB of one GPU, as in `H100 (80 GB SXM5)`; they are given nowhere
/// else.
fn described(description: &str) -> Option<(String, u32)> {
    let (name, remark) = description.split_once('(')?;
    let mut words = remark.trim_end().strip_suffix(')')?.split_whitespace();
    let memory_gib: u32 = words.next()?.parse().ok()?;
    if words.next()? != "GB" {
        return None;
    }
    let form: Vec<_> = words.collect();
    let spelling = format!("{} {}", name.trim(), form.join(" "));
    Some((spelling, memory_gib.checked_mul(MIB_PER_GIB)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(description: &str, cents: i64, gpus: u32, regions: &str) -> Vec<Offer> {
        let text = format!(
            r#"{{"instance_type":{{"name":"gpu_it","description":"it","gpu_description":"{description}",
            "price_cents_per_hour":{cents},"specs":{{"vcpus":26,"memory_gib":200,"storage_gib":512,
            "gpus":{gpus}}}}},"regions_with_capacity_available":{regions}}}"#
        );
        serde_json::from_str::<Listed>(&text)
            .map(|listed| offers(&listed, Timestamp::UNIX_EPOCH))
            .unwrap_or_default()
    }

    const HERE: &str = r#"[{"name":"us-east-1","description":"Virginia"}]"#;

    #[test]
    fn a_listing_becomes_an_offer_in_our_units() {
        let offers = sold("H100 (80 GB SXM5)", 329, 8, HERE);
        let [offer] = offers.as_slice() else { panic!("{offers:?}") };
        assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), ("H100 SXM", 80));
        assert_eq!(offer.gpu_count, GpuThousandths(8_000));
        assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 3_290_000);
        assert_eq!((offer.disk.included_gib, offer.disk.max_gib), (512, 512));
        assert_eq!((offer.region.as_str(), offer.as_of.as_str()), ("us-east-1", "1970-01-01"));
        assert!(offer.simulated.is_empty() && !offer.spot && !offer.stoppable);
        assert_eq!((offer.id.0.len(), &offer.id.0[..4]), (24, "off_"));
    }

    #[test]
    fn every_spelling_of_lambda_is_known() {
        let known = [
            ("A10 (24 GB PCIe)", "A10", 24),
            ("A100 (40 GB SXM4)", "A100 SXM", 40),
            ("A100 (80 GB SXM4)", "A100 SXM", 80),
            ("A6000 (48 GB)", "RTX A6000", 48),
            ("B200 (180 GB SXM6)", "B200", 180),
            ("GH200 (96 GB)", "GH200", 96),
            ("H100 (80 GB PCIe)", "H100 PCIe", 80),
            ("RTX 6000 (24 GB)", "Quadro RTX 6000", 24),
            ("Tesla V100 (16 GB)", "V100", 16),
        ];
        for (spelling, gpu, memory_gib) in known {
            let offers = sold(spelling, 100, 1, HERE);
            let told: Vec<_> = offers.iter().map(|o| (o.gpu.as_str(), o.gpu_memory_gib)).collect();
            assert_eq!(told, [(gpu, memory_gib)], "{spelling}");
        }
    }

    #[test]
    fn what_cannot_be_sold_is_left_out() {
        for regions in ["[]", "null"] {
            assert_eq!(sold("H100 (80 GB SXM5)", 329, 1, regions), [], "{regions}");
        }
        assert_eq!(sold("H100 (80 GB SXM5)", 0, 1, HERE), []);
        assert_eq!(sold("H100 (80 GB SXM5)", 329, 0, HERE), []);
        for unknown in ["N/A", "", "Abacus (80 GB)", "H100 (many GB)", "H100 (80 TB)"] {
            assert_eq!(sold(unknown, 329, 1, HERE), [], "{unknown}");
        }
    }
}
