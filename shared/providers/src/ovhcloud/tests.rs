//! What is peculiar to `OVHcloud`: its signature, and what a flavor and the catalogue make together.

use reqwest::Url;
use serde_json::Value;

use super::*;
use crate::sample;

#[test]
fn a_request_is_signed_over_all_that_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let url = Url::parse("https://eu.api.ovh.com/1.0/domains/")?;
    let unsigned = Unsigned { method: "GET", url: &url, body: "", at_secs: 1_366_560_945 };
    // The example of its documentation.
    let name = "7kbG7Bk7S9Nt7ZSV:MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1";
    let headers = sign(&unsigned, (name, "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF"));
    let told: BTreeMap<_, _> = headers.into_iter().collect();
    assert_eq!(told.get("x-ovh-application").map(String::as_str), Some("7kbG7Bk7S9Nt7ZSV"));
    assert_eq!(told.get("x-ovh-timestamp").map(String::as_str), Some("1366560945"));
    let expected = "$1$d3705e8afb27a0d2970a322b96550abfc67bb798";
    assert_eq!(told.get("x-ovh-signature").map(String::as_str), Some(expected));
    Ok(())
}

/// GPU, GiB of one, thousandths of GPUs, vCPUs with GiB of memory and of disk, and the rate.
type Told = (String, u32, u32, [u32; 3], i64);

fn merge(into: &mut Value, changes: &Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (key, value) in changes {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, changes) => *into = changes.clone(),
    }
}

/// What is offered of one flavor, which differs as `flavor` says, as its row does as `addon` says.
fn offered(flavor: &Value, addon: &Value) -> Vec<Told> {
    offered_for("EUR", flavor, addon)
}

fn offered_for(currency: &str, flavor: &Value, addon: &Value) -> Vec<Told> {
    let mut sold = json!({
        "id": "f", "name": "l4-180", "region": "GRA11", "vcpus": 45, "ram": 180_000, "disk": 400,
        "available": true, "quota": 2, "osType": "linux", "type": "ovh.gpu",
        "planCodes": {"hourly": "l4-180.consumption", "monthly": null},
    });
    let mut row = json!({
        "planCode": "l4-180.consumption",
        "pricings": [{"price": 150_000_001, "interval": 1, "intervalUnit": "hour"}],
        "blobs": {"commercial": {"brick": "gpu"}, "tags": ["active"], "technical": {
            "gpu": {"model": "L4", "number": 2, "memory": {"size": 24}}, "memory": {"size": 180},
        }},
    });
    merge(&mut sold, flavor);
    merge(&mut row, addon);
    let other = json!({"planCode": "volume.classic.consumption", "pricings": [], "blobs": null});
    let told = json!({"locale": {"currencyCode": currency}, "addons": [other, row]});
    let catalogue: Catalogue = serde_json::from_value(told).unwrap_or_else(|it| panic!("{it}"));
    let sold: Flavor = serde_json::from_value(sold).unwrap_or_else(|it| panic!("{it}"));
    let plans = sold.plans(&catalogue).into_iter().flatten().collect::<Vec<_>>();
    let offers = sample::offers(OvhCloud::CLOUD, &plans).into_iter();
    let told = offers.map(|it| {
        assert_eq!((it.instance_type.as_str(), it.region.as_str()), ("l4-180/f", "GRA11"));
        let size = [it.vcpus, it.ram_gib, it.disk.included_gib];
        let rate = it.provider_rate_usd_micros_per_hour.0;
        (it.gpu, it.gpu_memory_gib, it.gpu_count.0, size, rate)
    });
    told.collect()
}

#[test]
fn a_flavor_is_joined_with_its_gpu_and_its_price() {
    let expected = [("L4".to_owned(), 24, 2_000, [45, 180, 400], 1_500_001)];
    assert_eq!(offered(&json!({}), &json!({})), expected);
    // Whether the memory of one GPU or of both is told.
    let both = json!({"blobs": {"technical": {"gpu": {"memory": {"size": 48}}}}});
    assert_eq!(offered(&json!({}), &both), expected);
}

#[test]
fn what_cannot_be_had_or_is_no_hourly_machine_with_a_gpu_is_not_offered() {
    assert_eq!(offered_for("USD", &json!({}), &json!({})), []);
    for flavor in [
        json!({"available": false}),
        json!({"quota": 0}),
        json!({"osType": "windows"}),
        json!({"planCodes": {"hourly": null}}),
        json!({"planCodes": {"hourly": "other.consumption"}}),
    ] {
        assert_eq!(offered(&flavor, &json!({})), [], "{flavor}");
    }
    for addon in [
        json!({"blobs": {"commercial": {"brick": "ai-serving"}}}),
        json!({"blobs": {"tags": ["coming_soon"]}}),
        json!({"blobs": {"technical": {"gpu": {"model": "Abacus"}}}}),
        json!({"blobs": {"technical": {"gpu": {"number": 0}}}}),
        json!({"pricings": []}),
        json!({"pricings": [{"price": 0}]}),
        json!({"pricings": [{"price": 1}, {"price": 2}]}),
    ] {
        assert_eq!(offered(&json!({}), &addon), [], "{addon}");
    }
}
