//! What an account must name, what is sold, and where a machine is reached.

use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;

use super::*;
use crate::account::Exchange;
use crate::plan::Seller;

fn account(client_id: &str, project: &str) -> Result<String, &'static str> {
    let text = json!({"cloud": "e2e-networks", "base_url": "", "client_id": client_id,
        "api_key": "token", "project": project, "image": "i"});
    let account = serde_json::from_value(text).map_err(|_| "account")?;
    E2eNetworks::of(&account).map(|it| it.path("/nodes/"))
}

#[test]
fn an_account_names_its_key_its_project_and_one_location() {
    let path = "/nodes/?apikey=a-key&project_id=123&location=Delhi".to_owned();
    assert_eq!(account("a-key", "123/Delhi"), Ok(path));
    assert_eq!(account("a&key", "123/Delhi"), Err("client_id"));
    for wrong in ["123", "123/", "/Delhi", "123/Delhi&page_no=2", "123/Delhi/Mumbai"] {
        assert_eq!(account("a-key", wrong), Err("project"), "{wrong}");
    }
}

fn sold(changes: Value) -> Vec<(String, u32, u32, i64)> {
    let mut plan = json!({
        "name": "GDC.2xH100-50.500GB", "plan": "GDC-2xH100-Ubuntu-22.04-Delhi",
        "image": "Ubuntu-22.04-GPU", "currency": "INR", "available_inventory_status": true,
        "specs": {"cpu": 50, "ram": "500.00", "disk_space": 3_000, "price_per_hour": 498.5},
        "gpu_card_details": {"UNIT_COUNT": 2, "CARD_TYPE": "Nvidia-H100"},
    });
    if let (Value::Object(plan), Value::Object(changes)) = (&mut plan, changes) {
        plan.extend(changes);
    }
    let Ok(sold) = serde_json::from_value::<Sold>(plan) else { return Vec::new() };
    let exchange = Exchange {
        currency: RUPEES.to_owned(),
        usd: "0.0125".to_owned(),
        as_of: "2026-11-20".to_owned(),
    };
    let terms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
    let (cloud, name) = (E2eNetworks::CLOUD, "E2E Networks");
    let seller = Seller { cloud, name, terms, stoppable: false, exchange: Some(&exchange) };
    let [sold, listed] = sold.plans("Delhi");
    assert_eq!(listed.offers(&seller, Timestamp::UNIX_EPOCH), []);
    assert_eq!(listed.rate(&seller), sold.rate(&seller));
    let offers = sold.offers(&seller, Timestamp::UNIX_EPOCH).into_iter().map(|it| {
        assert_eq!((it.vcpus, it.ram_gib, it.disk.included_gib), (50, 500, 3_000));
        let UsdMicrosPerHour(rate) = it.provider_rate_usd_micros_per_hour;
        (it.gpu, it.gpu_memory_gib, it.gpu_count.0 / 1_000, rate)
    });
    offers.collect()
}

#[test]
fn a_plan_is_sold_for_its_rupees_in_dollars() {
    let h100 = [("H100".to_owned(), 80, 2, 6_231_250)];
    assert_eq!(sold(json!({})), h100);
    let card = json!({"UNIT_COUNT": "2", "CARD_TYPE": "Nvidia-H100"});
    assert_eq!(sold(json!({"gpu_card_details": card})), h100);
    for changes in [
        json!({"currency": "USD"}),
        json!({"currency": null}),
        json!({"available_inventory_status": false}),
        json!({"gpu_card_details": {}}),
        json!({"specs": {"cpu": 50, "ram": "500.00", "disk_space": 3_000,
            "price_per_hour": 0}}),
    ] {
        assert_eq!(sold(changes.clone()), [], "{changes}");
    }
}

#[test]
fn what_is_made_in_several_sizes_is_sold_only_under_a_name_that_tells_its_own() {
    let card = json!({"UNIT_COUNT": 2, "CARD_TYPE": "Nvidia-A100"});
    assert_eq!(sold(json!({"gpu_card_details": card})), []);
    let large = sold(json!({"gpu_card_details": card, "name": "GDC.2xA10080-32.230GB"}));
    assert_eq!(large, [("A100".to_owned(), 80, 2, 6_231_250)]);
}

#[test]
fn a_refusal_tells_what_it_is_about_and_no_script() {
    let why = |told: Value| serde_json::from_value::<Envelope>(told).ok().map(|it| it.why());
    let script = format!("#!/bin/sh\n{}\nexport TOKEN=its-token\n", "#".repeat(60));
    let fields = why(json!({"message": "Invalid", "errors": {"start_scripts": [script.clone()]}}));
    assert_eq!(fields, Some("Invalid: start_scripts".to_owned()));
    let text = why(json!({"message": "Invalid", "errors": script.clone()}));
    assert!(text.is_some_and(|it| it.starts_with("Invalid: #!") && !it.contains("its-token")));
    let list = why(json!({"message": "Invalid", "errors": [script]}));
    assert_eq!(list, Some("Invalid: ".to_owned()));
}

#[test]
fn only_a_refusal_about_the_node_says_that_it_is_gone() {
    let text = json!({"cloud": "e2e-networks", "base_url": "", "client_id": "a-key",
        "api_key": "token", "project": "123/Delhi", "image": "i"});
    let account = serde_json::from_value(text).ok();
    let Some(Ok(cloud)) = account.as_ref().map(E2eNetworks::of) else { panic!("no account") };
    for (status, message, is_gone) in [
        (404, "", true),
        (412, "Node not found", true),
        (400, "Project not found", false),
        (403, "API key not found", false),
    ] {
        assert_eq!(cloud.is_gone(&Failure::refused(status, "", message)), is_gone, "{message}");
    }
}

#[test]
fn a_machine_is_reached_while_it_runs_and_costs_something_unless_it_is_gone() {
    let node = |status: &str, ip: Value| {
        let text = json!({"id": 7, "name": "n", "status": status, "public_ip_address": ip});
        let listed = serde_json::from_value::<Node>(text).map(Node::listed);
        listed.map(|it| (it.life, it.reached)).ok()
    };
    let (ip, here) = (json!("192.0.2.7"), Reached::at(Some("192.0.2.7")));
    assert_eq!(node("Running", ip.clone()), Some((Life::Running, here)));
    for none in [json!(null), json!([]), json!("[]"), json!("")] {
        assert_eq!(node("Running", none), Some((Life::Running, None)));
    }
    for (status, life) in [
        ("Creating", Life::Starting),
        ("Powered off", Life::Running),
        ("Reinstalling", Life::Running),
        ("Terminating", Life::Going),
        ("Terminated", Life::Gone),
    ] {
        assert_eq!(node(status, ip.clone()), Some((life, None)), "{status}");
    }
}
