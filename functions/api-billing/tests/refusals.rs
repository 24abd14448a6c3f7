//! What `api-billing` refuses, against the local AWS and the local Stripe that `make test` brings
//! up.

use api_billing::{App, router};
use axum::Router;
use serde_json::json;
use testkit::{Call, DEMO, Member, Outcome, Stack};

/// A key of the length that the shortest one has.
const KEY: &str = "key-0001";

async fn desk(host: &str) -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(host).await?;
    Ok((router(app), member, stack))
}

fn subscribe(plan: &str, card: Option<&str>) -> Call {
    let body = json!({"plan": plan, "interval": "month", "payment_method_id": card});
    Call::post("/billing/subscribe", &body)
}

fn top_up(amount_usd_micros: u64, card: Option<&str>) -> Call {
    let body = json!({"amount_usd_micros": amount_usd_micros, "payment_method_id": card});
    Call::post("/billing/top-ups", &body)
}

#[tokio::test]
async fn a_subscription_to_free_without_a_card_or_without_a_key_is_refused() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let ask = async |call: Call| call.by(&router, &member).await;
    ask(subscribe("pro", None)).await?.refused(400, "idempotency_key_invalid")?;
    let short = subscribe("pro", None).with_key("key-001");
    ask(short).await?.refused(400, "idempotency_key_invalid")?;
    ask(subscribe("gold", None).with_key(KEY)).await?.refused(400, "invalid_body")?;
    ask(subscribe("free", None).with_key(KEY)).await?.refused(400, "plan_free")?;
    for card in ["card_1", "pm_", "pm_../x"] {
        let refused = ask(subscribe("pro", Some(card)).with_key(KEY)).await?;
        refused.refused(400, "payment_method_invalid")?;
    }
    ask(subscribe("pro", None).with_key(KEY)).await?.refused(409, "no_payment_method")
}

#[tokio::test]
async fn who_has_no_subscription_changes_none() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let change = |plan: &str| {
        Call::post("/billing/subscription/change", &json!({"plan": plan, "interval": "month"}))
    };
    let preview = |plan: &str| {
        Call::post("/billing/subscription/preview", &json!({"plan": plan, "interval": "month"}))
    };
    preview("free").by(&router, &member).await?.refused(400, "plan_free")?;
    preview("gold").by(&router, &member).await?.refused(400, "invalid_body")?;
    change("pro").by(&router, &member).await?.refused(409, "not_subscribed")?;
    change("free").by(&router, &member).await?.refused(400, "plan_free")?;
    let cancel = Call::post("/billing/subscription/cancel", &json!({}));
    cancel.by(&router, &member).await?.refused(409, "not_subscribed")
}

#[tokio::test]
async fn a_second_subscription_and_a_key_used_for_another_are_refused() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let card = Some("pm_card_visa");
    let ask = async |call: Call| call.by(&router, &member).await;
    ask(subscribe("pro", card).with_key(KEY)).await?.with_status(201)?;
    let repeated = ask(subscribe("pro", card).with_key(KEY)).await?;
    repeated.with_status(201)?;
    let other = ask(subscribe("enterprise", card).with_key(KEY)).await?;
    other.refused(409, "idempotency_mismatch")?;
    let second = ask(subscribe("enterprise", card).with_key("key-0002")).await?;
    second.refused(409, "already_subscribed")
}

#[tokio::test]
async fn a_change_at_amounts_that_do_not_stand_any_more_is_refused() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let ask = async |call: Call| call.by(&router, &member).await;
    ask(subscribe("pro", Some("pm_card_visa")).with_key(KEY)).await?.with_status(201)?;
    for as_of in ["2020-01-01T00:00:00Z", "9998-01-01T00:00:00Z"] {
        let body = json!({"plan": "enterprise", "interval": "month", "as_of": as_of});
        let change = Call::post("/billing/subscription/change", &body);
        ask(change).await?.refused(409, "preview_expired")?;
    }
    let body = json!({"plan": "enterprise", "interval": "month", "as_of": "yesterday"});
    ask(Call::post("/billing/subscription/change", &body)).await?.refused(400, "invalid_body")
}

#[tokio::test]
async fn only_a_card_that_was_agreed_to_and_pays_is_stored() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let ask = async |call: Call| call.by(&router, &member).await;
    let cards = async || {
        let page = ask(Call::get("/billing/payment-methods")).await?.with_status(200)?;
        Ok::<_, testkit::BoxError>(page["items"].as_array().cloned().unwrap_or_default())
    };
    let poor = Some("pm_card_chargeCustomerFail");
    ask(subscribe("pro", poor).with_key(KEY)).await?.refused(402, "card_declined")?;
    ask(top_up(5_000_000, poor).with_key("key-0002")).await?.refused(402, "card_declined")?;
    assert!(cards().await?.is_empty(), "a card that was declined is stored");
    let once = top_up(5_000_000, Some("pm_card_visa")).with_key("key-0003");
    ask(once).await?.with_status(201)?;
    assert!(cards().await?.is_empty(), "nobody agreed to storing the card");
    let asks = Some("pm_card_threeDSecure2Required");
    ask(subscribe("pro", asks).with_key("key-0004")).await?.with_status(201)?;
    let unconfirmed = cards().await?;
    assert!(unconfirmed.iter().all(|card| card["is_default"] == false), "{unconfirmed:?}");
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": "pm_card_mastercard",
        "keep_card": true});
    let agreed = Call::post("/billing/top-ups", &body).with_key("key-0005");
    ask(agreed).await?.with_status(201)?;
    let kept = cards().await?;
    assert!(kept.iter().any(|card| card["brand"] == "mastercard"), "{kept:?}");
    Ok(())
}

#[tokio::test]
async fn a_top_up_outside_its_limits_is_400_and_its_key_stands_for_one() -> Outcome<()> {
    let (router, member, _) = desk(DEMO).await?;
    let ask = async |call: Call| call.by(&router, &member).await;
    for micros in [0, 4_990_000, 5_000_001, 10_000_010_000, u64::MAX] {
        let refused = ask(top_up(micros, None).with_key(KEY)).await?;
        refused.refused(400, "amount_invalid")?;
    }
    ask(top_up(5_000_000, None).with_key(KEY)).await?.refused(409, "no_payment_method")?;
    let other = ask(top_up(6_000_000, None).with_key(KEY)).await?;
    other.refused(409, "idempotency_mismatch")?;
    ask(Call::get("/billing/top-ups/top_01m7xj289xxdzepe4qvet7jvee"))
        .await?
        .refused(404, "not_found")
}

#[tokio::test]
async fn a_tenant_without_an_account_takes_no_payments() -> Outcome<()> {
    let host = Stack::from_env()?.cardless().await?;
    let (router, member, _) = desk(&host).await?;
    for call in [
        subscribe("pro", None).with_key(KEY),
        top_up(5_000_000, None).with_key(KEY),
        Call::get("/billing/payment-methods"),
        Call::post("/billing/subscription/preview", &json!({"plan": "pro", "interval": "month"})),
        Call::post("/billing/setup-intent", &json!({})),
    ] {
        call.by(&router, &member).await?.refused(409, "payments_unavailable")?;
    }
    Ok(())
}

#[tokio::test]
async fn nobody_but_a_member_pays() -> Outcome<()> {
    let (router, member, stack) = desk(DEMO).await?;
    let call = Call::get("/billing/subscription");
    call.by_nobody(&router, DEMO).await?.refused(401, "unauthenticated")?;
    let stranger = Member { host: stack.cardless().await?, ..member };
    call.by(&router, &stranger).await?.refused(403, "not_a_member")
}
