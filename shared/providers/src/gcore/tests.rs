//! What an account must name, what is sold, and where a machine is reached.

use domain::market::offer::Stock;

use super::*;
use crate::cloud::Reached;
use crate::sample;

fn account(project: &str) -> Result<Gcore, &'static str> {
    let text = json!({"cloud": "gcore", "base_url": "", "project": project, "image": "i"});
    Gcore::of(&serde_json::from_value(text).map_err(|_| "account")?)
}

#[test]
fn an_account_names_its_project_and_its_region_by_their_numbers() {
    let ours = account("1234/76").map(|it| (it.clusters(), it.region));
    assert_eq!(ours, Ok(("/cloud/v3/gpu/virtual/1234/76/clusters".to_owned(), 76)));
    for wrong in ["1234", "1234/", "/76", "a/76", "1234/76/1", "1234/../76"] {
        assert_eq!(account(wrong).map(|it| it.region), Err("project"), "{wrong}");
    }
}

fn extras(text: &Value) -> Option<i64> {
    serde_json::from_value::<Preview>(text.clone()).ok()?.extras()
}

#[test]
fn disk_and_address_are_part_of_a_price() {
    let preview = |currency: &str, address: Value, volumes: Value| {
        json!({"currency_code": currency, "total_price_per_hour": "9.5",
            "per_hour": {"flavor": 9.4, "external_ip": address, "volumes": volumes}})
    };
    let disk = json!({"ssd_hiiops": 0.0225, "cold": null});
    assert_eq!(extras(&preview("USD", json!(0.005), disk.clone())), Some(27_500));
    assert_eq!(extras(&preview("USD", json!(null), disk.clone())), Some(22_500));
    assert_eq!(extras(&preview("USD", json!(0.005_000_1), disk.clone())), Some(27_501));
    assert_eq!(extras(&preview("EUR", json!(0.005), disk)), None);
    assert_eq!(extras(&preview("USD", json!(0.005), json!({"ssd_hiiops": null}))), None);
    assert_eq!(extras(&preview("USD", json!(0.005), json!({}))), None);
}

fn sold(changes: Value, extras: Option<i64>) -> Vec<(u32, u32, u32, i64, Stock)> {
    let mut flavor = json!({
        "name": "g3-ai-64-384-3000-l40s-48-2", "capacity": 3, "disabled": false,
        "hardware_description": {"gpu": "2x NVIDIA L40S", "ram": 393_216, "vcpus": 64},
        "hardware_properties": {"gpu_count": 2, "gpu_model": "a new card"},
        "price": {"currency_code": "USD", "price_per_hour": 3.5, "price_status": "show"},
    });
    if let (Value::Object(flavor), Value::Object(changes)) = (&mut flavor, changes) {
        flavor.extend(changes);
    }
    let Ok(flavor) = serde_json::from_value::<Flavor>(flavor) else { return Vec::new() };
    let told = sample::offers(Gcore::CLOUD, &[flavor.plan(extras, 76)]);
    let told = told.into_iter().map(|it| {
        assert_eq!((it.gpu.as_str(), it.disk.included_gib), ("L40S", 120));
        let rate = it.provider_rate_usd_micros_per_hour.0;
        (it.gpu_count.0 / 1_000, it.gpu_memory_gib, it.ram_gib, rate, it.stock)
    });
    told.collect()
}

#[test]
fn a_flavor_is_sold_with_its_extras_while_there_is_some() {
    let extras = Some(27_500);
    let one = |stock| [(2, 48, 384, 3_527_500, stock)];
    assert_eq!(sold(json!({}), extras), one(Stock::Low));
    assert_eq!(sold(json!({"capacity": 5}), extras), one(Stock::Medium));
    assert_eq!(sold(json!({}), None), []);
    let price = |currency: &str, hour: Value, status: &str| {
        json!({"price": {"currency_code": currency, "price_per_hour": hour,
            "price_status": status}})
    };
    for changes in [
        json!({"capacity": 0}),
        json!({"disabled": true}),
        json!({"price": null}),
        price("EUR", json!(3.5), "show"),
        price("USD", json!(0), "show"),
        price("USD", json!(3.5), "hide"),
        price("USD", json!(null), "error"),
    ] {
        assert_eq!(sold(changes.clone(), extras), [], "{changes}");
    }
}

#[test]
fn a_task_tells_the_cluster_that_it_made() {
    let made = |task: Value| serde_json::from_value::<Task>(task).ok().and_then(Task::cluster);
    let with =
        |created: Value| json!({"id": "t", "state": "RUNNING", "created_resources": created});
    assert_eq!(made(with(json!({"clusters": ["c1"], "volumes": ["v1"]}))), Some("c1".to_owned()));
    for none in [json!(null), json!({}), json!({"clusters": null}), json!({"clusters": []})] {
        assert_eq!(made(with(none.clone())), None, "{none}");
    }
}

#[test]
fn nobody_is_sent_to_a_private_address() {
    let at =
        |all: &[&str]| public(all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().iter());
    assert_eq!(at(&["192.168.10.3", "2001:db8::1", "192.0.2.7"]), Reached::at(Some("192.0.2.7")));
    assert_eq!(at(&["10.0.0.1", "", "nowhere"]), None);
}
