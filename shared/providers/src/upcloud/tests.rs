//! What is peculiar to `UpCloud`.

use super::*;
use crate::sample;

/// What is offered where one type is sold, and what it costs; all of it differs as `changes` say.
fn offered(of: &Value, price: &Value) -> Vec<(String, u32, u32, i64)> {
    let mut sold = json!({
        "name": "GPU-8xCPU-64GB-1xL40S", "core_number": 8, "memory_amount": 65_536,
        "storage_size": 0, "storage_tier": null, "family": "gpu", "gpu_amount": 1,
        "gpu_model": "NVIDIA L40S", "current_offering": "yes",
    });
    if let (Value::Object(sold), Value::Object(of)) = (&mut sold, of.clone()) {
        sold.extend(of);
    }
    let prices = json!({"zone": [{
        "name": "fi-hel2",
        "ipv4_address": {"amount": 1, "price": 0.481_15},
        "storage_maxiops": {"amount": 1, "price": 0.031_11},
        "server_plan_GPU-8xCPU-64GB-1xL40S": {"amount": 1, "price": price},
        "server_plan_GPU-SPOT-8xCPU-64GB-1xL4": {"amount": 1, "price": 57},
    }]});
    let prices = Prices::deserialize(prices).unwrap_or_else(|error| panic!("{error}"));
    let mut all = plans(&[json!("nonsense"), sold], &prices);
    for plan in &mut all {
        plan.places = vec![("fi-hel2".to_owned(), Stock::High)];
    }
    let told = sample::offers(UpCloud::CLOUD, &all).into_iter();
    let rate = |it: domain::market::offer::Offer| it.provider_rate_usd_micros_per_hour.0;
    told.map(|it| (it.gpu.clone(), it.gpu_memory_gib, it.disk.included_gib, rate(it))).collect()
}

#[test]
fn a_price_is_of_machine_disk_and_address_and_told_in_hundredths() {
    let price = json!(111.1607);
    // A GB of disk costs a fraction of a micro: what is rounded up is the sum.
    let with_disk = 1_111_607 + 46_665 + 4_812;
    let told = offered(&json!({}), &price);
    assert_eq!(told, [("L40S".to_owned(), 48, 150, with_disk)]);
    let of = json!({"storage_size": 400});
    assert_eq!(offered(&of, &price), [("L40S".to_owned(), 48, 400, 1_116_419)]);
}

#[test]
fn what_has_no_price_or_may_be_lost_is_not_offered() {
    let price = json!(111.1607);
    for of in [
        json!({"current_offering": "no"}),
        json!({"name": "GPU-SPOT-8xCPU-64GB-1xL4", "gpu_model": "NVIDIA L4"}),
        json!({"gpu_model": "NVIDIA Abacus"}),
        json!({"gpu_model": null, "gpu_amount": 0}),
    ] {
        assert_eq!(offered(&of, &price), [], "{of}");
    }
    for none in [json!(0), json!("111"), json!(null)] {
        assert_eq!(offered(&json!({}), &none), [], "{none}");
    }
}

#[test]
fn a_list_goes_on_after_a_full_page() {
    let mut told = 0;
    let asked = [100, 100, 3].map(|page| next_page(&mut told, page));
    assert_eq!(asked, [Some("offset=100".to_owned()), Some("offset=200".to_owned()), None]);
    assert_eq!(next_page(&mut 0, 0), None);
}
