//! What is peculiar to Exoscale: its signature, its two lists, and what an operation says.

use reqwest::Url;

use super::*;
use crate::sample;

#[test]
fn a_request_is_signed_as_exoscale_documents() -> Result<(), Box<dyn std::error::Error>> {
    let id = "a02baf5a-a3e4-49a0-857b-8a08d276c1c0";
    let url =
        Url::parse(&format!("https://api-ch-gva-2.exoscale.com/v2/resource/{id}?p2=v2&p1=v1"))?;
    let at_secs = 1_599_140_767 - SIGNED_FOR_SECS;
    let unsigned = Unsigned { method: "GET", url: &url, body: "", at_secs };
    let headers = sign(&unsigned, ("example-key", "example-secret"));
    let expected = "EXO2-HMAC-SHA256 credential=example-key,signed-query-args=p1;p2,\
        expires=1599140767,signature=vPVxcXrf2my0TLdJ8WPIGa/vLld+FiJN+xtMs/vofHg=";
    assert_eq!(headers, [("authorization", expected.to_owned())]);
    Ok(())
}

#[test]
fn the_address_of_an_api_names_its_zone() {
    let named = |url| zone(url).unwrap_or_default();
    assert_eq!(named("https://api-ch-gva-2.exoscale.com/v2"), "ch-gva-2");
    assert_eq!(named("http://127.0.0.1:14700/exoscale/api-de-fra-1/v2"), "de-fra-1");
    for none in ["https://exoscale.com/v2", "https://api-.exoscale.com/v2"] {
        assert_eq!(zone(none), None, "{none}");
    }
}

fn sold(changes: &Value) -> Vec<(String, u32, u32, i64)> {
    let mut sold = json!({
        "id": "71004023", "family": "gpua5000", "size": "extra-large", "cpus": 12, "gpus": 2,
        "memory": 60_129_542_144_u64, "authorized": true, "zones": ["at-vie-2", "de-fra-1"],
    });
    if let (Value::Object(sold), Value::Object(changes)) = (&mut sold, changes.clone()) {
        sold.extend(changes);
    }
    let usd = json!({"usd": {
        "volume": "0.0001404",
        "running_large": "0.1",
        "running_gpu3_small": "zero",
        // As with older families, there may be one more separator.
        "running_gpu_a5000_extra_large": "1.8125",
    }, "eur": {}});
    let prices: Prices = serde_json::from_value(usd).unwrap_or_else(|error| panic!("{error}"));
    let sold: Type = serde_json::from_value(sold).unwrap_or_else(|error| panic!("{error}"));
    let offers = sample::offers(Exoscale::CLOUD, &sold.plans("de-fra-1", &prices));
    let rate = |it: &domain::market::offer::Offer| it.provider_rate_usd_micros_per_hour.0;
    offers
        .into_iter()
        .map(|it| (it.gpu.clone(), it.gpu_memory_gib, it.ram_gib, rate(&it)))
        .collect()
}

#[test]
fn a_type_is_joined_with_its_price_and_that_of_its_disk() {
    let rate = 1_812_500 + 21_060;
    assert_eq!(sold(&json!({})), [("RTX A5000".to_owned(), 24, 56, rate)]);
}

#[test]
fn what_we_may_not_use_or_is_elsewhere_or_unknown_or_without_a_price_is_not_sold() {
    for changes in [
        json!({"authorized": false}),
        json!({"zones": ["at-vie-2"]}),
        json!({"family": "gpu2"}),
        json!({"family": "standard", "gpus": 0, "size": "large"}),
        json!({"family": "gpu3", "size": "small"}),
        json!({"size": "huge"}),
    ] {
        assert_eq!(sold(&changes), [], "{changes}");
    }
}

#[test]
fn an_operation_that_failed_is_a_refusal() {
    let cloud = Exoscale {
        zone: String::new(),
        image: String::new(),
        security_group: String::new(),
        prices_url: String::new(),
    };
    let made = |told: Value| Operation::deserialize(told).ok().and_then(Operation::made);
    let reference = json!({"id": "i"});
    let pending = made(json!({"state": "pending", "reference": reference}));
    assert!(matches!(pending, Some(Ok(id)) if id == "i"));
    let refused = |reason| {
        let told = json!({"state": "failure", "reason": reason, "reference": reference});
        made(told).and_then(Result::err).map(|failure| cloud.refused(failure))
    };
    assert!(matches!(refused("unavailable"), Some(LaunchError::NoCapacity)));
    assert!(matches!(refused("forbidden"), Some(LaunchError::QuotaReached)));
    assert!(matches!(refused("incorrect"), Some(LaunchError::Failed(_))));
    assert!(made(json!({"state": "pending"})).is_none());
}
