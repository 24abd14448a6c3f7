//! `web/src/landing/gpus.json` says what each GPU costs where.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/src/landing/gpus.json")
}

fn models(gpus: &Value) -> &[Value] {
    gpus["models"].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn the_committed_prices_are_those_of_the_shipped_catalogue() {
    let gpus = contract_tests::gpus().expect("prices");
    let text = serde_json::to_string_pretty(&gpus).expect("JSON") + "\n";
    let found = fs::read_to_string(committed()).unwrap_or_default();
    assert!(found == text, "web/src/landing/gpus.json is out of date: run `make openapi`");
}

#[test]
fn each_listing_is_of_whole_gpus_at_a_price_and_stands_once() {
    let gpus = contract_tests::gpus().expect("prices");
    let found = models(&gpus);
    assert!(found.len() > 60, "{}", found.len());
    for model in found {
        let listings = model["listings"].as_array().expect("listings");
        assert!(!listings.is_empty(), "{model}");
        let mut seen = BTreeSet::new();
        for listing in listings {
            let fields = ["provider", "gpu_count", "gpu_memory_gib", "spot"];
            assert!(seen.insert(fields.map(|name| listing[name].to_string())), "{listing}");
            assert!(listing["gpu_count"].as_u64() >= Some(1), "{listing}");
            let rate = listing["provider_rate_usd_micros_per_hour"].as_i64();
            assert!(rate > Some(0), "{listing}");
            assert!(listing["as_of"].as_str() <= gpus["as_of"].as_str(), "{listing}");
        }
    }
    let names: Vec<_> = found.iter().map(|model| model["name"].as_str()).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(names.contains(&Some("H100 SXM")), "{names:?}");
}

#[test]
fn of_several_regions_the_cheapest_is_listed() {
    let gpus = contract_tests::gpus().expect("prices");
    let rows = providers::shipped::read(providers::shipped::CATALOGUE).expect("a catalogue").rows;
    let whole = rows.iter().filter(|row| row.gpu_count.0 == 1_000 && !row.spot);
    let of = |provider: &str, gpu: &str| {
        let same = whole.clone().filter(|row| row.provider == provider && row.gpu.name == gpu);
        same.map(|row| row.provider_rate_usd_micros_per_hour.0).min()
    };
    let several = models(&gpus).iter().flat_map(|model| {
        let listings = model["listings"].as_array().into_iter().flatten();
        listings.map(move |listing| (model["name"].as_str(), listing))
    });
    let mut compared = 0;
    for (name, listing) in several {
        let many = listing["regions"].as_u64() > Some(1);
        if !many || listing["gpu_count"] != 1 || listing["spot"] == true {
            continue;
        }
        let provider = listing["provider"].as_str().expect("a provider");
        let rate = listing["provider_rate_usd_micros_per_hour"].as_i64();
        // A cloud that sells a GPU with two memories has two listings; the cheapest is one of them.
        assert!(rate >= of(provider, name.expect("a name")), "{listing}");
        compared += i32::from(rate == of(provider, name.expect("a name")));
    }
    assert!(compared > 5, "{compared}");
}
