//! Every way a deploy can go wrong, and that it costs nothing.

use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Stack, User, fresh_key, until};

/// An offer that others can stand in for at the same price and on the same terms, so that a second try finds one.
async fn replaceable(user: &User) -> Outcome<Value> {
    let page = user.get("/offers?gpu=RTX%204090&gpu_count=1&sort=price_desc&limit=50").await?;
    let page = page.with_status(200)?;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    let stands_in = |offer: &Value, quoted: &Value| {
        let least = ["gpu_memory_gib", "vcpus", "ram_gib"];
        let terms = ["billing_increment_secs", "minimum_secs"];
        let stopped = "rate_usd_micros_per_gib_hour";
        let price = "provider_rate_usd_micros_per_hour";
        offer["id"] != quoted["id"]
            && offer["gpu"] == quoted["gpu"]
            && offer["spot"] == quoted["spot"]
            && offer[price].as_i64() <= quoted[price].as_i64()
            && offer["disk"]["max_gib"].as_i64() >= Some(200)
            && offer["disk"]["included_gib"].as_i64() >= Some(20)
            && (offer["stoppable"] == true || quoted["stoppable"] == false)
            && (offer["region"] == quoted["region"] || quoted["region"] == "unspecified")
            && offer["disk"][stopped].as_i64() <= quoted["disk"][stopped].as_i64()
            && terms.iter().all(|it| offer["terms"][it].as_i64() <= quoted["terms"][it].as_i64())
            && least.iter().all(|name| offer[name].as_i64() >= quoted[name].as_i64())
    };
    let offers: Vec<_> = items.iter().map(|item| &item["offer"]).collect();
    let found = offers.iter().find(|quoted| offers.iter().any(|offer| stands_in(offer, quoted)));
    found.map(|offer| (**offer).clone()).ok_or_else(|| "nothing stands in for anything".into())
}

fn outcomes(pod: &Value) -> Vec<&str> {
    let attempts = pod["attempts"].as_array().into_iter().flatten();
    attempts.filter_map(|attempt| attempt["outcome"].as_str()).collect()
}

/// The pod failed for `reason`, its owner was told, and the wallet is what it was.
async fn assert_unwound(user: &User, pod: &str, reason: &str, wallet: &Value) -> Outcome<Value> {
    let failed = user.settled(pod, "failed").await?;
    assert_eq!(failed["reason"]["code"], reason, "{failed}");
    assert!(failed["reason"]["message"].as_str().is_some_and(|text| text.ends_with('.')));
    let back = until("the hold to be released", async || {
        let wallet = user.wallet().await?;
        Ok((wallet["held_usd_micros"] == 0).then_some(wallet))
    })
    .await?;
    assert_eq!(back, *wallet);
    let mail = user.stack.mail(&user.email, "trial could not be deployed").await?;
    assert!(mail.text.contains("back in your wallet"), "{mail:?}");
    assert!(!failed["attempts"].to_string().contains("launched"), "{failed}");
    Ok(failed)
}

#[tokio::test]
async fn a_sold_out_offer_is_followed_by_the_next() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let offer = replaceable(&user).await?;
    let pod = user.deploy(&offer, Some("first_offer_sold_out")).await?;
    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(outcomes(&ready), ["refused", "launched"]);
    assert_eq!(ready["price"]["rate_usd_micros_per_hour"], ready["hold_usd_micros"]);
    Ok(())
}

#[tokio::test]
async fn a_raised_price_is_refused_and_the_next_offer_taken() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let offer = replaceable(&user).await?;
    let pod = user.deploy(&offer, Some("price_raised")).await?;
    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(outcomes(&ready), ["refused", "launched"]);
    assert_eq!(ready["price"]["rate_usd_micros_per_hour"], offer["rate_usd_micros_per_hour"]);
    Ok(())
}

#[tokio::test]
async fn with_no_capacity_anywhere_the_money_comes_back() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let wallet = user.wallet().await?;
    let offer = replaceable(&user).await?;
    let pod = user.deploy(&offer, Some("all_offers_sold_out")).await?;
    let failed = assert_unwound(&user, &pod, "no_capacity", &wallet).await?;
    let outcomes = outcomes(&failed);
    assert!((2..=4).contains(&outcomes.len()), "{failed}");
    assert!(outcomes.iter().all(|outcome| *outcome == "refused"), "{failed}");
    Ok(())
}

#[tokio::test]
async fn a_machine_that_never_answers_costs_nothing() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(&stack.brief().await?).join().await?;
    let wallet = user.wallet().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, Some("never_ready")).await?;
    let failed = assert_unwound(&user, &pod, "probe_timed_out", &wallet).await?;
    assert_eq!(outcomes(&failed), ["ended"]);
    let token = "a".repeat(32);
    user.try_activate(&pod, &token).await?.refused(400, "token_invalid")?;
    Ok(())
}

#[tokio::test]
async fn a_slow_machine_is_waited_for() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, Some("slow_start")).await?;
    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(outcomes(&ready), ["launched"]);
    Ok(())
}

#[tokio::test]
async fn an_empty_wallet_deploys_nothing() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let offer = user.offer("gpu_count_min=8&sort=price_desc").await?;
    let quote = user.quote(&offer).await?;
    let body = json!({"quote_id": quote["id"], "name": "trial"});
    assert!(quote["hold_usd_micros"].as_i64() > Some(50_000_000), "{quote}");
    let before = user.wallet().await?;
    user.try_deploy(&fresh_key()?, &body).await?.refused(402, "insufficient_funds")?;
    assert_eq!(user.wallet().await?, before);
    let pods = user.get("/pods").await?.with_status(200)?;
    assert_eq!(pods["items"], json!([]));
    Ok(())
}

#[tokio::test]
async fn a_pod_that_is_not_activated_is_given_back_and_nothing_is_charged() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(&stack.brief().await?).join().await?;
    let before = user.wallet().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, None).await?;
    let ready = user.settled(&pod, "ready").await?;
    let deadline = ready["deadline_at"].as_str().unwrap_or_default().parse::<jiff::Timestamp>()?;
    let token = stack.activation_token(&pod).await?;
    until("the activation deadline", async || Ok((runtime::clock::now() > deadline).then_some(())))
        .await?;
    user.try_activate(&pod, &token).await?.refused(410, "activation_expired")?;
    stack.sweep(runtime::clock::now()).await?;
    let given_back = async || Ok((user.pod(&pod).await?["state"] != "ready").then_some(()));
    until("the pod to be given back", given_back).await?;
    assert_unwound(&user, &pod, "activation_expired", &before).await?;
    Ok(())
}

#[tokio::test]
async fn an_expired_quote_deploys_nothing() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(&stack.hasty().await?).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let quote = user.quote(&offer).await?;
    let expiry = quote["expires_at"].as_str().unwrap_or_default().parse::<jiff::Timestamp>()?;
    until("the quote to expire", async || Ok((runtime::clock::now() > expiry).then_some(())))
        .await?;
    let body = json!({"quote_id": quote["id"], "name": "trial"});
    user.try_deploy(&fresh_key()?, &body).await?.refused(410, "quote_expired")?;
    Ok(())
}

#[tokio::test]
async fn ten_cents_pay_for_no_hour() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let changed = [("signup_grant_usd_micros", json!(100_000))];
    let host = stack.tenant("poor", domain::Mode::Sandbox, &changed).await?;
    let user = stack.visitor(&host).join().await?;
    assert_eq!(user.wallet().await?["available_usd_micros"], 100_000);
    let offer = user.offer("gpu=H100&gpu_count=1").await?;
    let quote = user.quote(&offer).await?;
    let body = json!({"quote_id": quote["id"], "name": "trial"});
    user.try_deploy(&fresh_key()?, &body).await?.refused(402, "insufficient_funds")?;
    Ok(())
}
