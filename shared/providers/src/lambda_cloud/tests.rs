//! Units, spellings, and what is left out.

use domain::market::offer::{GpuThousandths, Offer};

use super::*;
use crate::sample;

fn sold(description: &str, cents: i64, gpus: u32, regions: &str) -> Vec<Offer> {
    let text = format!(
        r#"{{"instance_type":{{"name":"gpu_it","description":"it","gpu_description":"{description}",
        "price_cents_per_hour":{cents},"specs":{{"vcpus":26,"memory_gib":200,"storage_gib":512,
        "gpus":{gpus}}}}},"regions_with_capacity_available":{regions}}}"#
    );
    let sold = serde_json::from_str::<Sold>(&text);
    sold.map(|it| sample::offers(Lambda::CLOUD, &[it.plan()])).unwrap_or_default()
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

#[test]
fn a_negative_price_of_a_machine_is_no_answer() {
    let listed = |cents: i64| {
        let text = format!(
            r#"{{"id":"i","name":"n","status":"active",
            "instance_type":{{"price_cents_per_hour":{cents}}}}}"#
        );
        serde_json::from_str::<Instance>(&text).ok().and_then(Instance::listed)
    };
    assert_eq!(listed(75).map(|it| it.rate), Some(Rate::Told(750_000)));
    assert!(listed(-1).is_none());
}
