//! Paying by card: for a plan and into the wallet.

use serde_json::{Value, json};
use testkit::{DEMO, Fault, LocalStripe, Outcome, Refusal, Stack, User, fresh_key, until};

const NO_CARD: &str = "pm_00000000000000000000000000";

pub(crate) async fn member() -> Outcome<(User, LocalStripe)> {
    let stack = Stack::from_env()?;
    Ok((stack.visitor(DEMO).join().await?, stack.stripe().await?))
}

pub(crate) fn monthly(plan: &str, card: Option<&str>) -> Value {
    json!({"plan": plan, "interval": "month", "payment_method_id": card})
}

/// A member who pays for PRO by the month.
pub(crate) async fn subscriber() -> Outcome<(User, LocalStripe, String)> {
    let (user, stripe) = member().await?;
    let body = monthly("pro", Some("pm_card_visa"));
    let answer = user.try_subscribe(&fresh_key()?, &body).await?.with_status(201)?;
    assert_eq!(answer["status"], "active", "{answer}");
    assert_eq!(answer["client_secret"], Value::Null);
    user.has_plan("pro").await?;
    let customer = stripe.customer(&user).await?;
    Ok((user, stripe, customer))
}

async fn subscription(user: &User) -> Outcome<Value> {
    let page = user.get("/billing/subscription").await?.with_status(200)?;
    Ok(page["subscription"].clone())
}

/// Waits until the product knows of a subscription that `fits`.
async fn subscribed(user: &User, what: &str, fits: impl Fn(&Value) -> bool) -> Outcome<Value> {
    until(what, async || Ok(Some(subscription(user).await?).filter(&fits))).await
}

pub(crate) fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_card_is_stored_listed_and_forgotten() -> Outcome<()> {
    let (user, stripe) = member().await?;
    let cards = async || user.get("/billing/payment-methods").await?.with_status(200);
    assert_eq!(cards().await?["items"], json!([]));
    let intent = user.post_nothing("/billing/setup-intent").await?.with_status(201)?;
    assert_eq!(intent["publishable_key"], Value::Null);
    // Where a page speaks to the payment provider, it confirms like this: without our secret key.
    let url = format!("{}/v1/setup_intents/{}/confirm", stripe.url, id(&intent));
    let secret = intent["client_secret"].as_str().unwrap_or_default();
    let confirm = reqwest::Client::new()
        .post(url)
        .bearer_auth(stripe.publishable_key())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("client_secret={secret}&payment_method_data[card][number]=4242424242424242"));
    let confirmed: Value = confirm.send().await?.error_for_status()?.json().await?;
    assert_eq!(confirmed["status"], "succeeded", "{confirmed}");
    let stored = confirmed["payment_method"].as_str().unwrap_or_default();
    let card = user.try_card(stored).await?.with_status(201)?;
    assert_eq!((&card["last4"], &card["is_default"]), (&json!("4242"), &json!(true)));
    let other = user.try_card("pm_card_mastercard").await?.with_status(201)?;
    let page = cards().await?;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    assert_eq!(items.len(), 2, "{page}");
    let default: Vec<_> = items.iter().filter(|card| card["is_default"] == true).collect();
    assert_eq!(default.iter().map(|card| id(card)).collect::<Vec<_>>(), [id(&other)]);
    let path = format!("/billing/payment-methods/{}", id(&card));
    user.delete(&path).await?.with_status(204)?;
    user.delete(&path).await?.refused(404, "not_found")?;
    assert_eq!(cards().await?["items"].as_array().map(Vec::len), Some(1));
    user.try_card(NO_CARD).await?.refused(404, "not_found")?;
    user.try_card("visa").await?.refused(400, "payment_method_invalid")?;
    user.try_card("pm_card_chargeDeclined").await?.refused(402, "card_declined")
}

#[tokio::test]
async fn another_persons_card_and_top_up_are_not_there() -> Outcome<()> {
    let (owner, _) = member().await?;
    let (other, _) = member().await?;
    let card = owner.try_card("pm_card_visa").await?.with_status(201)?;
    other.try_card("pm_card_visa").await?.with_status(201)?;
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": null});
    let top_up = owner.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    other.try_card(id(&card)).await?.refused(404, "not_found")?;
    let path = format!("/billing/payment-methods/{}", id(&card));
    other.delete(&path).await?.refused(404, "not_found")?;
    let path = format!("/billing/top-ups/{}", id(&top_up));
    other.get(&path).await?.refused(404, "not_found")?;
    let stolen = json!({"amount_usd_micros": 5_000_000, "payment_method_id": card["id"]});
    other.try_top_up(&fresh_key()?, &stolen).await?.refused(404, "not_found")?;
    owner.get(&path).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn a_subscriber_gets_the_plan_changes_it_and_lets_it_end() -> Outcome<()> {
    let (user, stripe, customer) = subscriber().await?;
    assert_eq!(subscription(&user).await?["plan"], "pro");
    user.stack.mail(&user.email, "Your plan").await?;
    let again = user.try_subscribe(&fresh_key()?, &monthly("pro", None)).await?;
    again.refused(409, "already_subscribed")?;

    let yearly = json!({"plan": "enterprise", "interval": "year"});
    let changed = user.post("/billing/subscription/change", &yearly).await?.with_status(200)?;
    assert_eq!((&changed["plan"], &changed["interval"]), (&json!("enterprise"), &json!("year")));
    user.has_plan("enterprise").await?;
    let free = json!({"plan": "free", "interval": "month"});
    user.post("/billing/subscription/change", &free).await?.refused(400, "plan_free")?;

    let cancelled = user.post_nothing("/billing/subscription/cancel").await?.with_status(200)?;
    assert_eq!(cancelled["cancel_at_period_end"], true);
    subscribed(&user, "the cancellation", |one| one["cancel_at_period_end"] == true).await?;
    user.post("/billing/subscription/change", &yearly).await?.with_status(200)?;
    subscribed(&user, "the undoing", |one| one["cancel_at_period_end"] == false).await?;
    user.post_nothing("/billing/subscription/cancel").await?.with_status(200)?;

    let all = stripe.objects("subscription", &customer).await?;
    assert_eq!(all.len(), 1, "{all:?}");
    let advance = json!({"subscription": all[0]["id"], "outcome": "paid"});
    stripe.control("advance", advance).await?;
    user.has_plan("free").await?;
    assert_eq!(subscription(&user).await?["status"], "canceled");
    let cancel = user.post_nothing("/billing/subscription/cancel").await?;
    cancel.refused(409, "not_subscribed")?;
    user.post("/billing/subscription/change", &yearly).await?.refused(409, "not_subscribed")
}

#[tokio::test]
async fn a_renewal_that_fails_is_told_and_takes_the_plan_only_at_the_end() -> Outcome<()> {
    let (user, stripe, customer) = subscriber().await?;
    let one = stripe.objects("subscription", &customer).await?;
    let advance = async |outcome: &str| {
        let act = json!({"subscription": one[0]["id"], "outcome": outcome});
        stripe.control("advance", act).await
    };
    let first = subscription(&user).await?["current_period_end"].clone();
    advance("paid").await?;
    subscribed(&user, "the renewal", |one| one["current_period_end"] != first).await?;
    user.has_plan("pro").await?;
    advance("failed").await?;
    subscribed(&user, "the failure", |one| one["status"] == "past_due").await?;
    user.stack.mail(&user.email, "Your payment failed").await?;
    assert_eq!(user.me().await?["plan"]["id"], "pro");
    advance("unpaid").await?;
    user.has_plan("free").await?;
    Ok(())
}

#[tokio::test]
async fn a_declined_card_leaves_nothing_behind() -> Outcome<()> {
    let (user, stripe) = member().await?;
    for card in ["pm_card_chargeDeclined", "pm_card_chargeCustomerFail"] {
        let key = fresh_key()?;
        let body = monthly("pro", Some(card));
        user.try_subscribe(&key, &body).await?.refused(402, "card_declined")?;
        user.try_subscribe(&key, &body).await?.refused(402, "card_declined")?;
        let key = fresh_key()?;
        let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": card});
        user.try_top_up(&key, &body).await?.refused(402, "card_declined")?;
        user.try_top_up(&key, &body).await?.refused(402, "card_declined")?;
    }
    let customer = stripe.customer(&user).await?;
    let all = stripe.objects("subscription", &customer).await?;
    assert!(all.iter().all(|one| one["status"] == "incomplete_expired"), "{all:?}");
    let paid = stripe.objects("payment_intent", &customer).await?;
    assert!(paid.iter().all(|one| one["amount_received"] == 0), "{paid:?}");
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let body = monthly("pro", None);
    user.try_subscribe(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_plan("pro").await?;
    let decline = Fault::refuse(Refusal::Declined).on("subscriptions").named(&customer);
    stripe.fault(decline.times(1)).await?;
    let better = json!({"plan": "enterprise", "interval": "month"});
    // The test card of a subscription pays, so the decline is the local Stripe's own.
    let changed = user.post("/billing/subscription/change", &better).await?;
    changed.refused(402, "card_declined")?;
    assert_eq!(subscription(&user).await?["plan"], "pro");
    assert_eq!(user.wallet().await?["cash_usd_micros"], 0);
    Ok(())
}

#[tokio::test]
async fn a_card_that_asks_its_owner_waits_for_them() -> Outcome<()> {
    let (user, stripe) = member().await?;
    let asks = "pm_card_authenticationRequiredOnSetup";
    let key = fresh_key()?;
    let body = monthly("pro", Some(asks));
    let waiting = user.try_subscribe(&key, &body).await?.with_status(201)?;
    assert_eq!(waiting["status"], "incomplete", "{waiting}");
    let secret = waiting["client_secret"].as_str().unwrap_or_default();
    let intent = secret.split("_secret_").next().unwrap_or_default();
    assert_eq!(user.me().await?["plan"]["id"], "free");
    // Whoever comes again is shown what waits, under the same key or naming no other card.
    for (key, body) in [(key, &body), (fresh_key()?, &monthly("pro", None))] {
        let same = user.try_subscribe(&key, body).await?.with_status(201)?;
        assert_eq!(same["client_secret"], waiting["client_secret"]);
    }
    stripe.control("authenticate", json!({"intent": intent})).await?;
    user.has_plan("pro").await?;

    let body = json!({"amount_usd_micros": 20_000_000, "payment_method_id": null});
    let top_up = user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    assert_eq!(top_up["status"], "requires_action", "{top_up}");
    let path = format!("/billing/top-ups/{}", id(&top_up));
    let shown = user.get(&path).await?.with_status(200)?;
    assert_eq!(shown["client_secret"], top_up["client_secret"]);
    let secret = top_up["client_secret"].as_str().unwrap_or_default();
    let intent = secret.split("_secret_").next().unwrap_or_default();
    assert_eq!(user.wallet().await?["cash_usd_micros"], 0);
    stripe.control("authenticate", json!({"intent": intent})).await?;
    user.has_cash(20_000_000).await?;
    assert_eq!(user.get(&path).await?.with_status(200)?["status"], "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_card_named_anew_takes_the_place_of_one_that_waits() -> Outcome<()> {
    let (user, stripe) = member().await?;
    let asks = monthly("pro", Some("pm_card_authenticationRequiredOnSetup"));
    let waiting = user.try_subscribe(&fresh_key()?, &asks).await?.with_status(201)?;
    assert_eq!(waiting["status"], "incomplete", "{waiting}");
    let pays = monthly("pro", Some("pm_card_visa"));
    let begun = user.try_subscribe(&fresh_key()?, &pays).await?.with_status(201)?;
    assert_eq!(begun["status"], "active", "{begun}");
    user.has_plan("pro").await?;
    let all = stripe.objects("subscription", &stripe.customer(&user).await?).await?;
    let active = all.iter().filter(|one| one["status"] == "active").count();
    assert_eq!((active, all.len()), (1, 2), "{all:?}");
    Ok(())
}

#[tokio::test]
async fn a_top_up_is_in_the_wallet_once_however_it_is_told() -> Outcome<()> {
    let (user, stripe) = member().await?;
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let customer = stripe.customer(&user).await?;
    stripe.hold(&customer).await?;
    stripe.fault(Fault::twice(2).on("webhook").named(&customer)).await?;
    let key = fresh_key()?;
    let body = json!({"amount_usd_micros": 20_000_000, "payment_method_id": null});
    let top_up = user.try_top_up(&key, &body).await?.with_status(201)?;
    assert_eq!(top_up["status"], "succeeded", "{top_up}");
    // Nothing is in the wallet before the proof of it.
    assert_eq!(user.wallet().await?["cash_usd_micros"], 0);
    stripe.control("release", json!({"customer": customer, "reversed": true})).await?;
    user.has_cash(20_000_000).await?;
    stripe.control("redeliver", json!({"customer": customer})).await?;
    let same = user.try_top_up(&key, &body).await?.with_status(201)?;
    assert_eq!(same["id"], top_up["id"]);
    let other = json!({"amount_usd_micros": 21_000_000, "payment_method_id": null});
    user.try_top_up(&key, &other).await?.refused(409, "idempotency_mismatch")?;
    user.stack.mail(&user.email, "$20.00 was added to your wallet").await?;
    // Whatever is still delivered comes before the proof of another top-up.
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": null});
    user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_cash(25_000_000).await?;
    let paid = stripe.objects("payment_intent", &customer).await?;
    assert_eq!(paid.len(), 2, "{paid:?}");
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_payment() -> Outcome<()> {
    let (user, stripe) = member().await?;
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let customer = stripe.customer(&user).await?;
    let faulty = [Fault::status(500).after(), Fault::status(503)];
    for (fault, amount) in faulty.into_iter().zip([5_000_000, 6_000_000]) {
        let fault = fault.on("payment_intents").named(&customer);
        let key = fresh_key()?;
        let body = json!({"amount_usd_micros": amount, "payment_method_id": null});
        // As often as one call is tried: the request fails, and is sent again by the page.
        stripe.fault(fault.clone().times(3)).await?;
        let lost = user.try_top_up(&key, &body).await?;
        assert_eq!((lost.status, lost.code().as_str()), (503, "unavailable"), "{}", lost.tell());
        user.try_top_up(&key, &body).await?.with_status(201)?;
        // Fewer failures than tries are nobody's business.
        stripe.fault(fault.times(1)).await?;
        user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    }
    user.has_cash(22_000_000).await?;
    let paid = stripe.objects("payment_intent", &customer).await?;
    assert_eq!(paid.len(), 4, "{paid:?}");

    let key = fresh_key()?;
    let body = monthly("pro", None);
    let unheard = Fault::status(500).after().on("subscriptions").named(&customer);
    stripe.fault(unheard.times(3)).await?;
    let lost = user.try_subscribe(&key, &body).await?;
    assert_eq!((lost.status, lost.code().as_str()), (503, "unavailable"), "{}", lost.tell());
    let other = user.try_subscribe(&fresh_key()?, &body).await?;
    other.refused(409, "subscription_in_progress")?;
    let begun = user.try_subscribe(&key, &body).await?.with_status(201)?;
    assert_eq!(begun["status"], "active", "{begun}");
    user.has_plan("pro").await?;
    let all = stripe.objects("subscription", &customer).await?;
    assert_eq!(all.len(), 1, "{all:?}");
    for call in stripe.requests(&customer).await? {
        let named = call["idempotency_key"].as_str().is_some_and(|key| key.len() > 8);
        assert!(call["method"] != "POST" || named, "{call}");
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_paid_is_refused() -> Outcome<()> {
    let (user, _) = member().await?;
    let key = fresh_key()?;
    for amount in [0_u64, 4_999_999, 5_000_001, 10_000_010_000, u64::MAX] {
        let body = json!({"amount_usd_micros": amount, "payment_method_id": null});
        user.try_top_up(&key, &body).await?.refused(400, "amount_invalid")?;
    }
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": null});
    user.try_top_up("short", &body).await?.refused(400, "idempotency_key_invalid")?;
    user.try_top_up(&key, &body).await?.refused(409, "no_payment_method")?;
    let named = json!({"amount_usd_micros": 5_000_000, "payment_method_id": "x"});
    user.try_top_up(&key, &named).await?.refused(400, "payment_method_invalid")?;
    let subscribe = async |body: &Value| user.try_subscribe(&key, body).await;
    subscribe(&monthly("free", None)).await?.refused(400, "plan_free")?;
    subscribe(&monthly("pro", Some("x"))).await?.refused(400, "payment_method_invalid")?;
    subscribe(&monthly("pro", None)).await?.refused(409, "no_payment_method")?;
    subscribe(&monthly("enterprise", None)).await?.refused(409, "idempotency_mismatch")
}

#[tokio::test]
async fn a_broker_without_an_account_takes_no_cards_and_shows_its_plans() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let host = stack.cardless().await?;
    let user = stack.visitor(&host).join().await?;
    let plans = user.get("/billing/plans").await?.with_status(200)?;
    assert_eq!(plans["items"].as_array().map(Vec::len), Some(3), "{plans}");
    assert_eq!(plans["as_of"], Value::Null);
    let unavailable = "payments_unavailable";
    user.post_nothing("/billing/setup-intent").await?.refused(409, unavailable)?;
    user.get("/billing/payment-methods").await?.refused(409, unavailable)?;
    user.try_card("pm_card_visa").await?.refused(409, unavailable)?;
    user.try_subscribe(&fresh_key()?, &monthly("pro", None)).await?.refused(409, unavailable)?;
    assert_eq!(subscription(&user).await?, Value::Null);
    Ok(())
}

#[tokio::test]
async fn the_plans_are_those_on_sale_at_stripe() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(DEMO);
    let plans = until("the plans to be read", async || {
        let plans = visitor.get("/billing/plans").await?.with_status(200)?;
        Ok((!plans["as_of"].is_null()).then_some(plans))
    })
    .await?;
    let items = plans["items"].as_array().cloned().unwrap_or_default();
    assert_eq!(items.iter().map(id).collect::<Vec<_>>(), ["free", "pro", "enterprise"]);
    let pro = &items[1];
    assert_eq!(pro["monthly_usd_micros"], 29_000_000, "{pro}");
    assert!(pro["monthly_price_id"].as_str().is_some_and(|id| id.starts_with("price_")), "{pro}");
    assert_eq!(items[0]["monthly_price_id"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_price_that_is_withdrawn_is_not_sold_any_more() -> Outcome<()> {
    let (user, stripe) = member().await?;
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let pro = async || -> Outcome<Value> {
        let plans = user.get("/billing/plans").await?.with_status(200)?;
        let items = plans["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|plan| plan["id"] == "pro").ok_or_else(|| "no plan PRO".into())
    };
    let price = until("the price of a year", async || {
        Ok(pro().await?["annual_price_id"].as_str().map(str::to_owned))
    })
    .await?;
    let path = format!("prices/{price}");
    stripe.call(&path, "active=false").await?;
    until("the price to go", async || Ok(pro().await?["annual_price_id"].is_null().then_some(())))
        .await?;
    let body = json!({"plan": "pro", "interval": "year", "payment_method_id": null});
    let refused = user.try_subscribe(&fresh_key()?, &body).await?;
    stripe.call(&path, "active=true").await?;
    refused.refused(409, "plan_not_sold")?;
    until("the price to be back", async || {
        Ok((pro().await?["annual_price_id"] == price).then_some(()))
    })
    .await
}
