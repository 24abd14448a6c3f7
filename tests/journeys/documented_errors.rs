//! Every error the OpenAPI document names can be provoked.

use domain::Mode;
use domain::id::SnapshotId;
use domain::market::offer::{Offer, OfferId, Stock};
use serde_json::{Value, json};
use testkit::{DEMO, LIVE, Outcome, Stack, User, fresh_address, fresh_key, until};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

async fn member() -> Outcome<User> {
    Stack::from_env()?.visitor(DEMO).join().await
}

#[test]
fn every_documented_code_is_named_by_a_journey() {
    let document: Value =
        serde_json::from_str(include_str!("../../web/openapi.json")).unwrap_or_default();
    let journeys = [
        include_str!("activation.rs"),
        include_str!("activity.rs"),
        include_str!("billing.rs"),
        include_str!("browsing.rs"),
        include_str!("deploy_failures.rs"),
        include_str!("documented_errors.rs"),
        include_str!("invoices.rs"),
        include_str!("live_cloud.rs"),
        include_str!("live_failures.rs"),
        include_str!("live_wanted.rs"),
        include_str!("notifications.rs"),
        include_str!("other_people.rs"),
        include_str!("plan_changes.rs"),
        include_str!("realtime.rs"),
        include_str!("sign_up_to_running_pod.rs"),
        include_str!("verification.rs"),
        include_str!("webhooks.rs"),
        include_str!("wrong_input.rs"),
        // A day has to pass for some, which only a test of the function's own can let it do.
        include_str!("../../functions/api-billing/tests/repeats.rs"),
    ];
    let mut codes = 0;
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, operation) in paths.flat_map(|(path, all)| {
        all.as_object().into_iter().flatten().map(move |(_, operation)| (path, operation))
    }) {
        let responses = operation["responses"].as_object().into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| status.starts_with('4')) {
            let text = response["description"].as_str().unwrap_or_default();
            for code in text.split('`').skip(1).step_by(2) {
                let named = format!("\"{code}\"");
                let provoked = journeys.iter().any(|journey| journey.contains(&named));
                assert!(provoked, "nothing provokes {status} {code} of {path}");
                codes += 1;
            }
        }
    }
    assert!(codes > 50, "{codes}");
}

#[tokio::test]
async fn a_registration_keeps_the_rules() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let email = fresh_address("ada")?;
    let good = json!({"email": email, "password": testkit::PASSWORD, "name": "Ada"});
    let long = "a".repeat(101);
    for (field, value, code) in [
        ("email", "ada", "email_invalid"),
        ("email", "ada@host", "email_invalid"),
        ("password", "too short", "password_invalid"),
        ("password", &email, "password_invalid"),
        ("name", "", "name_invalid"),
        ("name", &long, "name_invalid"),
    ] {
        let mut body = good.clone();
        body[field] = json!(value);
        visitor.post("/auth/register", &body).await?.refused(400, code)?;
    }
    for path in ["/auth/resend", "/auth/password/forgot"] {
        visitor.post(path, &json!({"email": "ada"})).await?.refused(400, "email_invalid")?;
    }
    let verify = json!({"email": "ada", "code": "123456", "password": testkit::PASSWORD});
    visitor.post("/auth/verify", &verify).await?.refused(400, "email_invalid")?;
    let reset = json!({"email": email, "code": "123456", "new_password": "short"});
    visitor.post("/auth/password/reset", &reset).await?.refused(400, "password_invalid")
}

#[tokio::test]
async fn a_configuration_keeps_the_clouds_limits() -> Outcome<()> {
    let user = member().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    // Another journey takes the sold-out offers off the market for a moment.
    let gone = until("a sold-out offer", async || {
        let market = user.stack.market().await?;
        let market = market.newest(Mode::Sandbox, runtime::clock::now()).await?;
        let gone = market.snapshot().offers.iter().find(|offer| offer.stock == Stock::None);
        Ok(gone.map(|offer| json!(offer.id)))
    })
    .await?;
    let asked = |offer_id: &Value, disk_gib: Option<u64>| json!({"offer_id": offer_id, "template_id": "ssh", "disk_gib": disk_gib});
    let too_large = offer["disk"]["max_gib"].as_u64().unwrap_or_default() + 1;
    let mut many = asked(&offer["id"], None);
    let key = user.post("/ssh-keys", &json!({"name": "k", "public_key": KEY})).await?;
    many["ssh_key_ids"] = json!(vec![key.with_status(201)?["id"].clone(); 6]);
    let mut unknown = asked(&offer["id"], None);
    unknown["template_id"] = json!("no-such-template");
    for path in ["/pods/estimate", "/pods/quotes"] {
        let ask = async |body: &Value| user.post(path, body).await;
        ask(&asked(&offer["id"], Some(1))).await?.refused(400, "disk_too_small")?;
        ask(&asked(&offer["id"], Some(too_large))).await?.refused(400, "disk_too_large")?;
        ask(&many).await?.refused(400, "too_many_ssh_keys")?;
        ask(&unknown).await?.refused(404, "not_found")?;
        ask(&asked(&json!("off_0"), None)).await?.refused(404, "not_found")?;
        let sold_out = until("the sold-out offer", async || {
            let answer = ask(&asked(&gone, None)).await?;
            Ok((answer.status != 404).then_some(answer))
        });
        sold_out.await?.refused(409, "sold_out")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_draft_keeps_the_limits() -> Outcome<()> {
    let user = member().await?;
    let long = "x".repeat(65);
    let keys = vec!["key_00000000000000000000000000"; 6];
    let cases = [
        (json!({"name": ""}), "name_invalid"),
        (json!({"name": long}), "name_invalid"),
        (json!({"offer_id": long}), "reference_invalid"),
        (json!({"template_id": ""}), "reference_invalid"),
        (json!({"ssh_key_ids": keys}), "too_many_ssh_keys"),
    ];
    let draft = user.post("/pods/drafts", &json!({})).await?.with_status(201)?;
    let path = format!("/pods/drafts/{}", draft["id"].as_str().unwrap_or_default());
    for (fields, code) in cases {
        user.post("/pods/drafts", &fields).await?.refused(400, code)?;
        let save = json!({"version": 1, "fields": fields});
        user.put(&path, &save).await?.refused(400, code)?;
    }
    for _ in 1..50 {
        user.post("/pods/drafts", &json!({})).await?.with_status(201)?;
    }
    user.post("/pods/drafts", &json!({})).await?.refused(409, "too_many_drafts")?;
    user.delete(&path).await?.with_status(204)?;
    user.post("/pods/drafts", &json!({})).await?.with_status(201)?;
    Ok(())
}

/// A well-formed key that differs for each number below 64.
fn key(number: usize) -> String {
    let mut key = KEY.to_owned();
    let at = key.len() - 12;
    key.replace_range(at..=at, &char::from(BASE64[number]).to_string());
    key
}

#[tokio::test]
async fn a_key_keeps_the_limits() -> Outcome<()> {
    let user = member().await?;
    let add = async |name: &str, key: &str| {
        user.post("/ssh-keys", &json!({"name": name, "public_key": key})).await
    };
    add("", KEY).await?.refused(400, "name_invalid")?;
    add("k", "ssh-ed25519 AAAA").await?.refused(400, "ssh_key_invalid")?;
    add("k", "hello").await?.refused(400, "ssh_key_invalid")?;
    let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA";
    add("k", private).await?.refused(400, "ssh_key_private")?;
    add("k", &key(0)).await?.with_status(201)?;
    add("again", &key(0)).await?.refused(409, "ssh_key_exists")?;
    for number in 1..20 {
        add("k", &key(number)).await?.with_status(201)?;
    }
    add("k", &key(20)).await?.refused(409, "too_many_ssh_keys")
}

#[tokio::test]
async fn pods_are_paged_and_deployed_within_the_limits() -> Outcome<()> {
    let user = member().await?;
    for limit in ["0", "51"] {
        user.get(&format!("/pods?limit={limit}")).await?.refused(400, "invalid_limit")?;
    }
    user.get("/pods?cursor=x").await?.refused(400, "invalid_query")?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let quote = user.quote(&offer).await?;
    let nameless = json!({"quote_id": quote["id"], "name": ""});
    user.try_deploy(&fresh_key()?, &nameless).await?.refused(400, "name_invalid")?;
    let body = json!({"quote_id": quote["id"], "name": "trial"});
    for key in ["short", &"k".repeat(65)] {
        user.try_deploy(key, &body).await?.refused(400, "idempotency_key_invalid")?;
    }
    user.post("/pods", &body).await?.refused(400, "idempotency_key_invalid")
}

#[tokio::test]
async fn a_second_deploy_waits_and_a_spent_budget_refuses() -> Outcome<()> {
    let user = member().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let first = user.deploy(&offer, Some("slow_start")).await?;
    let asked = json!({"quote_id": user.quote(&offer).await?["id"], "name": "second"});
    user.try_deploy(&fresh_key()?, &asked).await?.refused(409, "pod_unactivated")?;
    user.delete(&format!("/pods/{first}")).await?.with_status(202)?;
    user.try_deploy(&fresh_key()?, &asked).await?.with_status(202)?;

    // A cent a day: no machine may wait for its activation.
    let changed = [("activation_carry_daily_usd_micros", json!(10_000))];
    let stack = Stack::from_env()?;
    let stingy = stack.tenant("stingy", Mode::Sandbox, &changed).await?;
    let user = stack.visitor(&stingy).join().await?;
    let asked = json!({"quote_id": user.quote(&offer).await?["id"], "name": "trial"});
    user.try_deploy(&fresh_key()?, &asked).await?.refused(429, "activation_budget_spent")
}

#[tokio::test]
async fn a_pod_that_is_not_ready_cannot_be_activated() -> Outcome<()> {
    let user = member().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, Some("slow_start")).await?;
    let token = user.stack.activation_token(&pod).await?;
    user.try_activate(&pod, &token).await?.refused(409, "pod_state")?;
    user.settled(&pod, "ready").await?;
    user.try_activate(&pod, &token).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn a_live_pod_cannot_pretend_and_needs_a_connected_cloud() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(LIVE).join().await?;
    user.pay_in(Mode::Live, 50).await?;
    let wallet = user.wallet().await?;
    // The market of a minute ago, when this cloud was still connected; the next refresh drops it.
    let market = stack.market().await?;
    let quote = until("a quote on a cloud that is gone", async || {
        let now = runtime::clock::now();
        let mut snapshot = market.last(Mode::Live).await?.ok_or("no LIVE market")?;
        let gone = snapshot.offers.iter().find(|offer| offer.gpu == "A10").cloned();
        let gone = gone.ok_or("no offer of an A10")?;
        let id = OfferId("off_0000000000000000000d".to_owned());
        snapshot.offers.retain(|offer| offer.id != id);
        // Of a model that the connected cloud does not have, so that nobody else finds it.
        let (provider, gpu) = ("nimbus".to_owned(), "RTX 4090".to_owned());
        snapshot.offers.push(Offer { id: id.clone(), provider, gpu, ..gone });
        snapshot.id = SnapshotId::new(now, runtime::ids::entropy()?);
        market.publish(Mode::Live, &snapshot, now).await?;
        let asked = user.quote(&json!({"id": id})).await;
        Ok(asked.ok())
    })
    .await?;
    let body = json!({"quote_id": quote["id"], "name": "trial", "scenario": "slow_start"});
    user.try_deploy(&fresh_key()?, &body).await?.refused(400, "scenario_sandbox_only")?;
    let body = json!({"quote_id": quote["id"], "name": "trial"});
    let pod = user.try_deploy(&fresh_key()?, &body).await?.with_status(202)?;
    let pod = pod["id"].as_str().unwrap_or_default();
    let failed = user.settled(pod, "failed").await?;
    assert_eq!(failed["reason"]["code"], "no_live_provider", "{failed}");
    stack.mail(&user.email, "trial could not be deployed").await?;
    assert_eq!(user.wallet().await?, wallet);
    Ok(())
}
