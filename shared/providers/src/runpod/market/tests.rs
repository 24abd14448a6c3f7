//! From listings to offers, and from pods to what they cost.

use serde_json::{Value, json};

use super::*;

/// What is offered of a listing with some fields changed.
fn sold(count: u32, changed: &Value) -> Vec<Offer> {
    let mut told = json!({
        "id": "NVIDIA H100 80GB HBM3", "name": "H100 SXM", "pool": "ADA_80_PRO",
        "manufacturer": "NVIDIA", "memory": 80, "secure": true, "community": true,
        "price": {"secure": 2.99, "community": 2.69}, "maxCount": {"secure": 4, "community": 8},
        "availability": "HIGH",
        "dataCenters": [
            {"id": "US-KS-2", "name": "US Kansas 2", "availability": "HIGH"},
            {"id": "EU-RO-1", "name": "Romania 1", "availability": "LOW"},
            {"id": "EU-SE-1", "name": "Sweden 1", "availability": "NONE"}],
    });
    for (field, value) in changed.as_object().into_iter().flatten() {
        told[field] = value.clone();
    }
    serde_json::from_value::<GpuType>(told)
        .map(|listed| offers(&listed, count, Timestamp::UNIX_EPOCH))
        .unwrap_or_default()
}

#[test]
fn a_listing_becomes_an_offer_for_each_data_center_that_has_some() {
    let offers = sold(4, &json!({}));
    let [kansas, romania] = offers.as_slice() else { panic!("{offers:?}") };
    assert_eq!((kansas.region.as_str(), kansas.stock), ("US-KS-2", Stock::High));
    assert_eq!((romania.region.as_str(), romania.stock), ("EU-RO-1", Stock::Low));
    assert_ne!(kansas.id, romania.id);
    assert_eq!((kansas.gpu.as_str(), kansas.gpu_memory_gib), ("H100 SXM", 80));
    assert_eq!(kansas.instance_type, "NVIDIA H100 80GB HBM3");
    assert_eq!((kansas.gpu_count, kansas.vcpus, kansas.ram_gib), (GpuThousandths(4_000), 16, 64));
    // Four GPUs, and 20 GB of each disk.
    assert_eq!(kansas.provider_rate_usd_micros_per_hour.0, 4 * 2_990_000 + 40 * 139);
    assert_eq!(kansas.disk.rate_usd_micros_per_gib_hour, 278);
    assert!(kansas.stoppable && !kansas.spot && kansas.simulated.is_empty());
    assert_eq!((kansas.id.0.len(), &kansas.id.0[..4]), (24, "off_"));
    assert_ne!(sold(2, &json!({}))[0].id, kansas.id);
}

#[test]
fn spellings_of_runpod_are_known() {
    let known = [
        ("NVIDIA A40", "A40", 48, "A40"),
        ("NVIDIA A100-SXM4-80GB", "A100 SXM", 80, "A100 SXM"),
        ("NVIDIA GeForce RTX 4090", "RTX 4090", 24, "RTX 4090"),
        ("NVIDIA H100 80GB HBM3", "H100 SXM", 80, "H100 SXM"),
        ("NVIDIA H100 NVL", "H100 NVL", 94, "H100 NVL"),
        ("NVIDIA H200", "H200 SXM", 141, "H200 SXM"),
        ("NVIDIA L40S", "L40S", 48, "L40S"),
        ("NVIDIA RTX A5000", "RTX A5000", 24, "RTX A5000"),
        ("AMD Instinct MI300X OAM", "MI300X", 192, "MI300X"),
    ];
    for (id, name, memory, gpu) in known {
        let offers = sold(1, &json!({"id": id, "name": name, "memory": memory}));
        let told: Vec<_> = offers.iter().map(|o| (o.gpu.as_str(), o.gpu_memory_gib)).collect();
        assert_eq!(told, [(gpu, memory), (gpu, memory)], "{id}");
    }
}

#[test]
fn what_cannot_be_sold_is_left_out() {
    assert_eq!(sold(8, &json!({})), [], "more than one pod can have");
    for changed in [
        json!({"dataCenters": null}),
        json!({"dataCenters": []}),
        json!({"dataCenters": [{"id": "X", "name": "X", "availability": "A NEW WORD"}]}),
        json!({"secure": false}),
        json!({"price": {"secure": 0, "community": 1}}),
        json!({"price": {"secure": -1.5, "community": 1}}),
        json!({"id": "unknown", "name": "unknown"}),
    ] {
        assert_eq!(sold(1, &changed), [], "{changed}");
    }
}

#[test]
fn a_pod_costs_its_gpus_and_both_disks_or_stopped_its_kept_disk_alone() -> Result<(), String> {
    let cost = |status: &str, dollars: f64| {
        let told = json!({"id": "p", "name": "n", "status": status, "cost": dollars, "disk": 20,
            "mounts": {"persistent": {"size": 100, "path": "/workspace"}}});
        let pod: Pod = serde_json::from_value(told).map_err(|error| error.to_string())?;
        Ok::<_, String>(rate(&pod).map(|rate| rate.0))
    };
    assert_eq!(cost("RUNNING", 0.44)?, Some(440_000 + 120 * 139));
    assert_eq!(cost("STARTING", 0.44)?, Some(440_000 + 120 * 139));
    assert_eq!(cost("EXITED", 0.0)?, Some(100 * 278));
    assert_eq!(cost("TERMINATED", 0.0)?, Some(0));
    assert_eq!(cost("RUNNING", -0.44)?, None);
    Ok(())
}
