//! What is sold, and where a machine is reached.

use super::*;
use crate::sample;

fn sold(changes: Value) -> Vec<(String, String, i64, Stock)> {
    let mut product = json!({
        "id": "4090.16c62g", "name": "RTX 4090 24GB", "cpuPerGpu": 16, "memoryPerGpu": 62,
        "diskPerGpu": 6144, "minRootFS": 10, "maxRootFS": 6144, "availableDeploy": true,
        "price": "35001", "inventoryState": "normal",
        "regions": ["US-CA-06 (California)", "EU-GB-01", "c9", "AS-SGP-02 (Singapore)"],
    });
    if let (Value::Object(product), Value::Object(changes)) = (&mut product, changes) {
        product.extend(changes);
    }
    let cluster = |(id, name): (&str, &str)| Cluster { id: id.into(), name: name.into() };
    let clusters = [("c6", "US-CA-06"), ("c1", "EU-GB-01 (United Kingdom)"), ("c9", "Ninth")];
    let Ok(product) = serde_json::from_value::<Product>(product) else { return Vec::new() };
    let offers = sample::offers(Novita::CLOUD, &product.plans(&clusters.map(cluster)));
    let told = offers.into_iter().filter(|it| it.gpu_count.0 == 2_000).map(|it| {
        let size = (it.gpu.as_str(), it.gpu_memory_gib, it.vcpus, it.ram_gib);
        assert_eq!((size, it.disk.included_gib), (("RTX 4090", 24, 32, 124), 60));
        (it.instance_type, it.region, it.provider_rate_usd_micros_per_hour.0, it.stock)
    });
    told.collect()
}

#[test]
fn a_machine_costs_each_of_its_gpus_where_its_cluster_is_known() {
    let at = |cluster: &str, region: &str, stock| {
        (format!("2x 4090.16c62g/{cluster}"), region.to_owned(), 700_020, stock)
    };
    let all = |stock| {
        [("c6", "US-CA-06"), ("c1", "EU-GB-01"), ("c9", "c9")].map(|it| at(it.0, it.1, stock))
    };
    assert_eq!(sold(json!({})), all(Stock::Medium));
    assert_eq!(sold(json!({"price": 35_001})), all(Stock::Medium));
    assert_eq!(sold(json!({"inventoryState": "low"})), all(Stock::Low));
    assert_eq!(sold(json!({"inventoryState": "high"})), all(Stock::High));
    assert_eq!(sold(json!({"inventoryState": null})), all(Stock::Medium));
}

#[test]
fn what_cannot_be_had_or_has_no_price_or_no_disk_of_ours_is_not_sold() {
    for changes in [
        json!({"availableDeploy": false}),
        json!({"inventoryState": "none"}),
        json!({"price": "0"}),
        json!({"price": "free"}),
        json!({"minRootFS": 61}),
        json!({"maxRootFS": 59}),
        json!({"name": "Abacus 24GB"}),
        json!({"regions": ["Moon"]}),
    ] {
        assert_eq!(sold(changes.clone()), [], "{changes}");
    }
}

#[test]
fn a_machine_is_reached_at_the_proxy_of_its_ssh() {
    let address = |mappings: Value| {
        let text = json!({"id": "i", "name": "n", "status": "running", "gpuNum": "1",
            "portMappings": mappings});
        serde_json::from_value::<Instance>(text).ok().and_then(|it| it.listed().reached)
    };
    let at = |port: u16, endpoint: &str| json!({"port": port, "endpoint": endpoint});
    assert_eq!(address(Value::Null), None);
    assert_eq!(address(json!([at(8_888, "proxy.example:40001")])), None);
    assert_eq!(address(json!([at(22, "")])), None);
    let told = address(json!([
        at(22, "proxy.example:40000"),
        at(8_888, "tcp://proxy.example:40001/"),
        at(80, "https://another.example"),
        at(81, "another.example:2"),
    ]));
    let Some(Reached::By(told)) = told else { panic!("{told:?}") };
    assert_eq!((told.host.as_str(), told.ssh_port), ("proxy.example", 40_000));
    assert_eq!(told.ports, [PublicPort { port: 8_888, public: 40_001 }]);
}

#[test]
fn the_words_for_a_state_mean_what_is_billed() {
    let life = |status: &str| {
        let text = json!({"id": "i", "status": status});
        serde_json::from_value::<Instance>(text).map(|it| it.listed().life).ok()
    };
    for (status, meant) in [
        ("toCreate", Life::Starting),
        ("pulling", Life::Starting),
        ("running", Life::Running),
        ("exited", Life::Running),
        ("migrating", Life::Running),
        ("toRemove", Life::Going),
        ("removing", Life::Going),
        ("removed", Life::Gone),
    ] {
        assert_eq!(life(status), Some(meant), "{status}");
    }
}
