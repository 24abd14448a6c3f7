//! What of the market is sold, and where a machine is reached.

use super::*;
use crate::sample;

fn ask(id: u64, gpu: (&str, u32), dph: (&str, &str), place: &Value) -> Option<Ask> {
    let text = format!(
        r#"{{"id":{id},"gpu_name":"{}","num_gpus":2,"gpu_ram":{},"cpu_cores":64,
        "cpu_cores_effective":16.5,"cpu_ram":257849,"dph_total":{},"dph_base":{},
        "storage_cost":0.15,"geolocation":{place},"machine_id":1,"rentable":true}}"#,
        gpu.0, gpu.1, dph.0, dph.1
    );
    serde_json::from_str(&text).ok()
}

fn sold(asks: Vec<Option<Ask>>) -> Vec<(String, String, i64, Stock)> {
    let plans = cheapest(asks.into_iter().flatten().filter_map(|it| it.plan()));
    let offers = sample::offers(Vast::CLOUD, &plans);
    let told = offers.into_iter().map(|it| {
        let size = (it.gpu_count.0, it.vcpus, it.ram_gib, it.disk.included_gib);
        assert_eq!(size, (2_000, 16, 64, 100));
        let rate = it.provider_rate_usd_micros_per_hour.0;
        (it.instance_type, it.region, rate, it.stock)
    });
    told.collect()
}

#[test]
fn of_each_gpu_and_country_the_cheapest_ask_is_sold_whatever_its_driver_tells() {
    let texas = json!("Texas, US");
    let asks = vec![
        ask(1, ("RTX 4090", 24_564), ("0.82", "0.80"), &texas),
        ask(2, ("RTX 4090", 24_217), ("0.7037037037", "0.6828703703"), &json!("Ohio, US")),
        ask(3, ("RTX 4090", 24_564), ("0.90", "0.80"), &json!("Sweden, SE")),
        ask(4, ("RTX 4090", 49_140), ("0.95", "0.80"), &texas),
        ask(5, ("Abacus", 24_564), ("0.10", "0.10"), &texas),
    ];
    let expected = [
        ("2x RTX 4090/3", "SE", 900_000, Stock::Low),
        ("2x RTX 4090/2", "US", 704_000, Stock::Medium),
        ("2x RTX 4090/4", "US", 950_000, Stock::Low),
    ];
    let expected = expected.map(|it| (it.0.to_owned(), it.1.to_owned(), it.2, it.3));
    let mut told = sold(asks);
    told.sort_by_key(|it| (it.1.clone(), it.2));
    assert_eq!(told, expected);
}

#[test]
fn a_price_is_never_less_than_its_parts() {
    let rate = |dph| ask(1, ("RTX 4090", 24_564), dph, &Value::Null)?.rate_micros();
    // 100 GB at 15 cents a month are 20,834 micro-dollars an hour.
    assert_eq!(rate(("0.5", "0.5")), Some(521_000));
    assert_eq!(rate(("0.521001", "0.5")), Some(522_000));
    for unknown in ["0", "-1", "1e-9"] {
        assert_eq!(rate((unknown, "0.5")), None, "{unknown}");
    }
}

#[test]
fn what_cannot_be_placed_has_no_region() {
    for (told, region) in [
        (Some("Sweden, SE"), "SE"),
        (Some("US"), "US"),
        (Some("Moon"), UNSPECIFIED),
        (Some(""), UNSPECIFIED),
        (None, UNSPECIFIED),
    ] {
        assert_eq!(country(told), region, "{told:?}");
    }
}

#[test]
fn a_machine_is_reached_once_ssh_has_a_number_outside() {
    let address = |ports: Value| {
        let text = json!({"id": 7, "label": "n", "actual_status": "running",
            "public_ipaddr": " 192.0.2.7\n", "ports": ports, "dph_total": 0.5});
        serde_json::from_value::<Instance>(text).ok().and_then(|it| it.listed().reached)
    };
    let at = |port: &str| json!([{"HostIp": "0.0.0.0", "HostPort": port}]);
    assert_eq!(address(Value::Null), None);
    assert_eq!(address(json!({"8888/tcp": at("40001")})), None);
    assert_eq!(address(json!({"22/tcp": null})), None);
    let told = address(json!({"22/tcp": at("40000"), "8888/tcp": at("40001"), "1/udp": at("2")}));
    let Some(Reached::By(told)) = told else { panic!("{told:?}") };
    assert_eq!((told.host.as_str(), told.ssh_port), ("192.0.2.7", 40_000));
    assert_eq!(told.ports, [PublicPort { port: 8_888, public: 40_001 }]);
}
