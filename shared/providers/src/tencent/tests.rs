//! What is sold, and what answers mean.

use super::wire::GPUS;
use super::*;
use crate::cloud::Life;
use crate::plan::gpu_mib;
use crate::sample;

fn sold(changes: Value, extras: Option<i64>) -> Vec<(String, u32, u32, i64, Stock)> {
    let mut listed = json!({
        "Zone": "eu-frankfurt-1", "InstanceType": "GN10Xp.5XLARGE80", "InstanceFamily": "GN10Xp",
        "Cpu": 20, "Memory": 80, "Gpu": 2, "GpuCount": 2, "Status": "SELL",
        "StatusCategory": "EnoughStock", "InstanceChargeType": "POSTPAID_BY_HOUR",
        "Price": {"UnitPrice": 3.25, "ChargeUnit": "HOUR", "UnitPriceDiscount": 3.0},
    });
    if let (Value::Object(listed), Value::Object(changes)) = (&mut listed, changes) {
        listed.extend(changes);
    }
    let listed = serde_json::from_value::<Type>(listed).ok();
    let plans: Vec<_> = listed.and_then(|it| it.plan(extras)).into_iter().collect();
    let told = sample::offers(Tencent::CLOUD, &plans).into_iter().map(|it| {
        assert_eq!((it.region.as_str(), it.disk.included_gib), ("eu-frankfurt-1", 100));
        let rate = it.provider_rate_usd_micros_per_hour.0;
        (it.gpu, it.gpu_memory_gib, it.gpu_count.0 / 1_000, rate, it.stock)
    });
    told.collect()
}

#[test]
fn a_type_is_sold_with_its_disk_while_there_is_some() {
    let one = |stock| vec![("V100 SXM".to_owned(), 32, 2, 3_262_500, stock)];
    let disk = Some(12_500);
    assert_eq!(sold(json!({}), disk), one(Stock::High));
    for (category, stock) in
        [(json!("NormalStock"), Stock::Medium), (json!("UnderStock"), Stock::Low)]
    {
        assert_eq!(sold(json!({"StatusCategory": category}), disk), one(stock));
    }
    assert_eq!(sold(json!({"StatusCategory": null}), disk), one(Stock::Medium));
    assert_eq!(sold(json!({"Gpu": 2.0}), disk), one(Stock::High));
    assert_eq!(sold(json!({}), None), []);
    for changes in [
        json!({"Status": "SOLD_OUT"}),
        json!({"StatusCategory": "WithoutStock"}),
        json!({"InstanceFamily": "GN99"}),
        json!({"Gpu": 0.5, "GpuCount": 1}),
        json!({"Gpu": 0, "GpuCount": 0}),
        json!({"Gpu": null}),
        json!({"Price": {"UnitPrice": 0.0, "ChargeUnit": "HOUR"}}),
        json!({"Price": {"UnitPrice": 3.25, "ChargeUnit": "MONTH"}}),
    ] {
        assert_eq!(sold(changes.clone(), disk), [], "{changes}");
    }
}

#[test]
fn disk_and_bandwidth_are_what_a_machine_costs_beside_its_type() {
    let price = |amount: &str, unit: &str| {
        json!({"UnitPrice": serde_json::from_str::<Value>(amount)
        .unwrap_or_default(), "ChargeUnit": unit})
    };
    let extras = |instance: Value, bandwidth: Value| {
        let told = json!({"Price": {"InstancePrice": instance, "BandwidthPrice": bandwidth}});
        let bare = serde_json::from_value(price("3.25", "HOUR")).ok()?;
        serde_json::from_value::<Enquiry>(told).ok()?.extras(&bare)
    };
    let (whole, bandwidth) = (price("3.2625", "HOUR"), price("0.08", "HOUR"));
    assert_eq!(extras(whole.clone(), bandwidth.clone()), Some(92_500));
    assert_eq!(extras(price("3.26250001", "HOUR"), bandwidth.clone()), Some(92_501));
    for none in [price("3.25", "HOUR"), price("3.2", "HOUR"), price("3.3", "MONTH")] {
        assert_eq!(extras(none.clone(), bandwidth.clone()), None, "{none}");
    }
    for none in [price("0.12", "GB"), price("0", "HOUR"), json!({})] {
        assert_eq!(extras(whole.clone(), none.clone()), None, "{none}");
    }
}

#[test]
fn every_family_has_a_gpu_that_we_know() {
    for (family, model, gb) in GPUS {
        let known = domain::market::gpu::canonical(model, gpu_mib(gb));
        assert!(known.is_some_and(|it| it.memory_gib.contains(&gb)), "{family}: {model}");
    }
}

fn meant(code: &str) -> &'static str {
    let account = json!({"cloud": "tencent", "base_url": "https://cvm.example", "client_id": "i",
        "api_key": "k", "project": "eu-frankfurt", "image": "img-1"});
    let account = serde_json::from_value(account).ok();
    let Some(Ok(cloud)) = account.as_ref().map(Tencent::of) else { return "no account" };
    let message = "out of stock, limit".to_owned();
    match cloud.refused(Failure::Refused { status: REFUSED, code: code.to_owned(), message }) {
        LaunchError::NoCapacity => "no capacity",
        LaunchError::QuotaReached => "quota",
        LaunchError::Failed(error) => error.code,
    }
}

#[test]
fn a_code_tells_missing_capacity_from_a_limit_and_from_a_debt() {
    for (code, meaning) in [
        ("ResourceInsufficient.SpecifiedInstanceType", "no capacity"),
        ("ResourcesSoldOut.SpecifiedInstanceType", "no capacity"),
        ("LimitExceeded.InstanceQuota", "quota"),
        ("InstancesQuotaLimitExceeded", "quota"),
        ("InvalidAccount.InsufficientBalance", "internal"),
        ("InvalidParameterValue.LimitExceeded", "internal"),
        ("AuthFailure.SignatureFailure", "internal"),
    ] {
        assert_eq!(meant(code), meaning, "{code}");
    }
}

#[test]
fn a_machine_that_has_begun_to_end_or_is_gone_need_not_be_ended() {
    let account = json!({"cloud": "tencent", "base_url": "https://cvm.example", "client_id": "i",
        "api_key": "k", "project": "eu-frankfurt", "image": "img-1"});
    let account = serde_json::from_value(account).ok();
    let Some(Ok(cloud)) = account.as_ref().map(Tencent::of) else { panic!("no account") };
    for (code, is_gone) in [
        ("InvalidInstanceId.NotFound", true),
        ("InvalidInstanceState.Terminating", true),
        ("InvalidInstanceState.Terminated", true),
        ("InvalidInstanceState.Pending", false),
        ("UnauthorizedOperation", false),
    ] {
        let failure = Failure::refused(REFUSED, code, "");
        assert_eq!(cloud.is_gone(&failure), is_gone, "{code}");
    }
}

#[test]
fn the_words_for_a_state_mean_what_is_billed() {
    let listed = |state: &str| {
        let text = json!({"InstanceId": "ins-1", "InstanceState": state,
            "PublicIpAddresses": ["192.0.2.7"], "Placement": {"Zone": "eu-frankfurt-1"}});
        let listed = serde_json::from_value::<Instance>(text).map(Instance::listed);
        listed.map(|it| (it.life, it.reached.is_some())).ok()
    };
    for (state, life) in [
        ("PENDING", Life::Starting),
        ("STARTING", Life::Starting),
        ("STOPPED", Life::Running),
        ("REBOOTING", Life::Running),
        ("SHUTDOWN", Life::Binned),
        ("TERMINATING", Life::Going),
        ("LAUNCH_FAILED", Life::Gone),
    ] {
        assert_eq!(listed(state), Some((life, false)), "{state}");
    }
    assert_eq!(listed("RUNNING"), Some((Life::Running, true)));
}
