//! Units, spellings, and what is left out.

use domain::market::offer::{GpuThousandths, Offer};

use super::super::{stocked, wire::Available};
use super::*;
use crate::sample;

const DISK: i64 = 100 * 274;

/// A type with so many GPUs of `name`, which have so many GB together.
fn listed(name: &str, gpus: u32, memory_gb: u32, price: &str) -> InstanceType {
    let text = format!(
        r#"{{"id":"c01dd00d","instance_type":"{gpus}{name}","model":"{name}","name":"{name}",
        "currency":"usd","cpu":{{"description":"30 CPU","number_of_cores":30}},
        "gpu":{{"description":"it","number_of_gpus":{gpus}}},
        "gpu_memory":{{"description":"it","size_in_gigabytes":{memory_gb}}},
        "memory":{{"description":"120GB RAM","size_in_gigabytes":120}},
        "price_per_hour":{price},"spot_price":"1.70","supported_os":["ubuntu-22.04"]}}"#
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(location: &str, names: &[&str]) -> Available {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    Available { location_code: location.to_owned(), availabilities: Some(names) }
}

/// What these types cost without the disk, by their names.
fn rates(types: &[InstanceType]) -> Vec<i64> {
    let mut plans = plans(types);
    plans.sort_by(|one, other| one.kind.cmp(&other.kind));
    plans.iter().filter_map(|plan| plan.rate_micros).map(|rate| rate - DISK).collect()
}

fn offers(types: &[InstanceType], available: &[Available]) -> Vec<Offer> {
    let plans: Vec<_> = plans(types).into_iter().map(|it| stocked(it, available)).collect();
    sample::offers("verda", &plans)
}

#[test]
fn a_type_becomes_an_offer_in_our_units_wherever_there_is_some() {
    let types =
        [listed("RTX A6000 48GB", 1, 48, r#""0.99""#), listed("RTX A6000 48GB", 2, 96, "1.98")];
    let name = "2RTX A6000 48GB";
    let available = [at("FIN-01", &[name, name, "CPU.4V.16G"]), at("ICE-01", &[name])];
    let offers = offers(&types, &available);
    let [offer, elsewhere] = offers.as_slice() else { panic!("{offers:?}") };
    assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), ("RTX A6000", 48));
    assert_eq!(offer.gpu_count, GpuThousandths(2_000));
    assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 1_980_000 + DISK);
    assert_eq!((offer.vcpus, offer.ram_gib, offer.disk.included_gib), (30, 120, 100));
    assert_eq!((offer.region.as_str(), elsewhere.region.as_str()), ("FIN-01", "ICE-01"));
    assert_ne!(offer.id, elsewhere.id);
    assert!(offer.simulated.is_empty() && !offer.spot && !offer.stoppable);
}

#[test]
fn every_spelling_of_verda_is_known() {
    for (spelling, memory_gb, gpu, memory_gib) in [
        ("H100 SXM5 80GB", 80, "H100 SXM", 80),
        ("H200 SXM5 141GB", 141, "H200 SXM", 141),
        ("A100 SXM4 40GB", 40, "A100 SXM", 40),
        ("RTX 6000 Ada 48GB", 48, "RTX 6000 Ada", 48),
        ("RTX PRO 6000 96GB", 96, "RTX PRO 6000", 96),
        ("L40S 48GB", 48, "L40S", 48),
        ("Tesla V100 16GB", 16, "V100", 16),
        ("B300 SXM6 262GB", 262, "B300", 262),
    ] {
        let types = [listed(spelling, 1, memory_gb, "1")];
        let offers = offers(&types, &[at("FIN-01", &[&format!("1{spelling}")])]);
        let told: Vec<_> = offers.iter().map(|o| (o.gpu.as_str(), o.gpu_memory_gib)).collect();
        assert_eq!(told, [(gpu, memory_gib)], "{spelling}");
    }
}

#[test]
fn a_price_is_a_machines_or_one_gpus_as_the_list_itself_shows() {
    let one = listed("H100 SXM5 80GB", 1, 80, r#""3.95""#);
    let whole = [one.clone(), listed("H100 SXM5 80GB", 8, 640, r#""31.60""#)];
    assert_eq!(rates(&whole), [3_950_000, 31_600_000]);
    // Where eight cost as much as one, the price is that of one, also of what comes in one count.
    let each = [
        one.clone(),
        listed("H100 SXM5 80GB", 8, 640, "3.95"),
        listed("B300 SXM6 262GB", 4, 1_048, "5"),
    ];
    assert_eq!(rates(&each), [3_950_000, 20_000_000, 31_600_000]);
    // Without a hint, only what costs the same either way is sold.
    let unclear = [one, listed("B300 SXM6 262GB", 4, 1_048, "5")];
    assert_eq!(rates(&unclear), [3_950_000]);
}

#[test]
fn what_cannot_be_sold_is_left_out() {
    for price in ["0", "-1", r#""""#, r#""free""#] {
        assert_eq!(rates(&[listed("L40S 48GB", 1, 48, price)]), Vec::<i64>::new(), "{price}");
    }
    let euros = InstanceType { currency: "eur".to_owned(), ..listed("L40S 48GB", 1, 48, "1") };
    assert_eq!(rates(&[euros]), Vec::<i64>::new());
    for (unknown, gpus) in [("Abacus 80GB", 1), ("CPU Node", 0)] {
        let types = [listed(unknown, gpus, 80, "1")];
        let there = [at("FIN-01", &[&format!("{gpus}{unknown}")])];
        assert_eq!(offers(&types, &there), [], "{unknown}");
    }
    let none = Available { location_code: "FIN-01".to_owned(), availabilities: None };
    for nowhere in [none, at("FIN-01", &[])] {
        assert_eq!(offers(&[listed("L40S 48GB", 1, 48, "1")], &[nowhere]), []);
    }
}
