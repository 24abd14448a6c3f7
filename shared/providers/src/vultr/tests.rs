//! Units, spellings, what is left out, and what the words for an instance's state mean.

use domain::market::offer::Offer;

use super::*;
use crate::sample;

fn seen(status: &str, power: &str, ip: &str) -> (Life, Option<Reached>) {
    let instance = Instance {
        id: "id".to_owned(),
        label: "name".to_owned(),
        plan: "plan".to_owned(),
        main_ip: ip.to_owned(),
        status: status.to_owned(),
        power_status: power.to_owned(),
    };
    let listed = instance.listed();
    (listed.life, listed.reached)
}

#[test]
fn a_machine_is_reached_only_while_it_is_up_and_has_an_address() {
    use Life::{Running, Starting};
    let here = "192.0.2.7";
    assert_eq!(seen("pending", "stopped", "0.0.0.0"), (Starting, None));
    assert_eq!(seen("pending", "running", here), (Starting, None));
    assert_eq!(seen("active", "running", "0.0.0.0"), (Running, None));
    assert_eq!(seen("active", "running", ""), (Running, None));
    assert_eq!(seen("active", "running", here), (Running, Reached::at(Some(here))));
    assert!(Reached::at(Some(here)).is_some());
}

#[test]
fn whatever_is_billed_counts_as_running() {
    for (status, power) in
        [("active", "stopped"), ("suspended", "stopped"), ("resizing", "running"), ("new", "word")]
    {
        let told = seen(status, power, "192.0.2.7");
        assert_eq!(told, (Life::Running, None), "{status} {power}");
    }
}

fn sold(gpu: &str, memory_gb: u32, price: &str, locations: &str) -> Vec<Offer> {
    let text = format!(
        r#"{{"id":"vcg-it","vcpu_count":12,"ram":122880,"disk":1400,"disk_count":1,
        "bandwidth":10240,"monthly_cost":1750,"hourly_cost":{price},"type":"vcg",
        "locations":{locations},"gpu_vram_gb":{memory_gb},"gpu_type":"{gpu}"}}"#
    );
    let sold = serde_json::from_str::<Sold>(&text);
    sold.map(|it| sample::offers(Vultr::CLOUD, &[it.plan()])).unwrap_or_default()
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
    let plan = serde_json::from_str::<Sold>(without).map(Sold::plan);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample::offers(Vultr::CLOUD, std::slice::from_ref(&plan)), []);
    assert_eq!(plan.rate_micros, Some(7_000), "an account may have one all the same");
}
