//! From the landing page to a running pod.

use serde_json::{Value, json};
use testkit::{DEMO, Outcome, PASSWORD, Stack, User, fresh_address, fresh_key};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@example.com";

#[tokio::test]
async fn a_stranger_finds_prices_and_plans() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let board = visitor.get("/providers/featured").await?;
    let featured = board.with_status(200)?;
    assert!(board.header("cache-control").contains("public"), "{}", board.tell());
    assert!(featured["items"].as_array().is_some_and(|items| items.len() >= 5), "{featured}");
    let plans = visitor.get("/billing/plans").await?.with_status(200)?;
    let ids: Vec<_> = plans["items"].as_array().into_iter().flatten().map(|p| &p["id"]).collect();
    assert_eq!(ids, ["free", "pro", "enterprise"]);
    let clouds = visitor.get("/providers").await?.with_status(200)?;
    assert!(clouds["items"].as_array().is_some_and(|items| items.len() > 5), "{clouds}");
    let offer = visitor.offer("gpu=RTX%204090&gpu_count=1").await?;
    let id = offer["id"].as_str().unwrap_or_default();
    let shown = visitor.get(&format!("/offers/{id}")).await?.with_status(200)?;
    assert_eq!(shown["gpu"], "RTX 4090");
    let free = offer["rate_usd_micros_per_hour"].as_i64();
    let pro = visitor.get(&format!("/offers/{id}?plan=pro")).await?.with_status(200)?;
    assert!(pro["rate_usd_micros_per_hour"].as_i64() < free, "{pro}");
    Ok(())
}

#[tokio::test]
async fn a_person_registers_deploys_and_activates_a_pod() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(DEMO);
    let email = fresh_address("ada")?;
    let registered = visitor.register(&email).await?.with_status(202)?;
    assert_eq!(registered["next"], "login");
    let user = visitor.login(&email, PASSWORD).await?;
    let me = user.me().await?;
    assert_eq!((&me["email"], &me["plan"]["id"]), (&json!(email), &json!("free")));
    assert_eq!(me["tenant"]["mode"], "SANDBOX");
    let granted = me["wallet"]["available_usd_micros"].as_i64().unwrap_or_default();
    assert_eq!(granted, 50_000_000);

    let quote = configure(&user).await?;
    let hold = quote["hold_usd_micros"].as_i64().unwrap_or_default();
    let key = fresh_key()?;
    let body = json!({"quote_id": quote["id"], "name": "first"});
    let accepted = user.try_deploy(&key, &body).await?.with_status(202)?;
    let pod = accepted["id"].as_str().unwrap_or_default().to_owned();
    let again = user.try_deploy(&key, &body).await?.with_status(202)?;
    assert_eq!(again["id"], accepted["id"]);
    let other = json!({"quote_id": quote["id"], "name": "second"});
    user.try_deploy(&key, &other).await?.refused(409, "idempotency_mismatch")?;
    user.try_deploy(&fresh_key()?, &other).await?.refused(409, "quote_used")?;

    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(ready["connection"], Value::Null);
    let wallet = user.wallet().await?;
    assert_eq!(wallet["held_usd_micros"], hold);
    assert_eq!(wallet["available_usd_micros"], granted - hold);

    let token = user.activation_token("first").await?;
    let wrong = "a".repeat(32);
    user.try_activate(&pod, &wrong).await?.refused(400, "token_invalid")?;
    let activated = user.try_activate(&pod, &token).await?;
    assert_eq!(activated.header("cache-control"), "no-store");
    assert_connection(&activated.with_status(200)?["connection"]);
    user.try_activate(&pod, &token).await?.refused(409, "activation_used")?;

    let shown = user.get(&format!("/pods/{pod}")).await?;
    assert_eq!(shown.header("cache-control"), "no-store");
    let shown = shown.with_status(200)?;
    assert_eq!(shown["state"], "running");
    assert_connection(&shown["connection"]);
    assert_eq!(user.wallet().await?["held_usd_micros"], hold);
    assert_history(&user, &pod).await?;
    let list = user.get("/pods").await?.with_status(200)?;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["connection"]),
        (&json!(pod), &Value::Null)
    );
    stack.mail(&email, "first is running").await?;
    Ok(())
}

/// An SSH key, a draft, an estimate, and the quote it promised.
async fn configure(user: &User) -> Outcome<Value> {
    let templates = user.get("/pods/templates").await?.with_status(200)?;
    assert_eq!(templates["items"].as_array().map(Vec::len), Some(3));
    let key = user.post("/ssh-keys", &json!({"name": "laptop", "public_key": KEY})).await?;
    let key = key.with_status(201)?;
    assert!(key["fingerprint"].as_str().is_some_and(|print| print.starts_with("SHA256:")));
    let offer = user.offer("gpu=RTX%204090&gpu_count=1&sort=price_asc").await?;
    let fields = json!({"name": "first", "offer_id": offer["id"]});
    let draft = user.post("/pods/drafts", &fields).await?.with_status(201)?;
    let path = format!("/pods/drafts/{}", draft["id"].as_str().unwrap_or_default());
    let fields = json!({"name": "first", "offer_id": offer["id"], "template_id": "jupyter",
        "ssh_key_ids": [key["id"]]});
    let saved =
        user.put(&path, &json!({"version": 1, "fields": fields})).await?.with_status(200)?;
    assert_eq!(
        (&saved["version"], &saved["fields"]["template_id"]),
        (&json!(2), &json!("jupyter"))
    );
    user.put(&path, &json!({"version": 1, "fields": fields}))
        .await?
        .refused(409, "draft_changed")?;
    assert_eq!(user.get(&path).await?.with_status(200)?, saved);

    let asked =
        json!({"offer_id": offer["id"], "template_id": "jupyter", "ssh_key_ids": [key["id"]]});
    let estimate = user.post("/pods/estimate", &asked).await?.with_status(200)?;
    let quote = user.post("/pods/quotes", &asked).await?.with_status(201)?;
    assert_eq!(quote["price"], estimate["price"]);
    assert_eq!(quote["template_name"], "PyTorch with Jupyter");
    assert_eq!(quote["ssh_keys"], 1);
    assert_eq!(quote["offer_simulated"], offer["simulated"]);
    assert_eq!(quote["hold_usd_micros"], estimate["hold_usd_micros"]);
    assert_eq!(quote["hold_usd_micros"], quote["price"]["rate_usd_micros_per_hour"]);
    let id = quote["id"].as_str().unwrap_or_default();
    assert_eq!(user.get(&format!("/pods/quotes/{id}")).await?.with_status(200)?, quote);
    user.delete(&path).await?.with_status(204)?;
    user.get(&path).await?.refused(404, "not_found")?;
    Ok(quote)
}

fn assert_connection(connection: &Value) {
    assert_eq!(connection["address"]["simulated"], true, "{connection}");
    assert!(connection["ssh_command"].as_str().is_some_and(|ssh| ssh.starts_with("ssh -p ")));
    assert!(connection["jupyter_url"].as_str().is_some_and(|url| url.contains("/?token=")));
}

async fn assert_history(user: &User, pod: &str) -> Outcome<()> {
    let events = user.events(pod).await?;
    let kinds: Vec<_> = events.iter().filter_map(|event| event["kind"].as_str()).collect();
    let told = [
        "pod.pending",
        "pod.provisioning",
        "pod.attempt_started",
        "pod.attempt_launched",
        "pod.answered",
        "pod.ready",
        "pod.running",
    ];
    assert_eq!(kinds, told);
    let sequence: Vec<_> = events.iter().filter_map(|event| event["sequence"].as_u64()).collect();
    assert_eq!(sequence, [1, 2, 3, 4, 5, 6, 7]);
    Ok(())
}
