//! What the payment provider tells: only it is believed, and only once.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, DEMO, Fault, LocalStripe, Outcome, Stack, User, Visitor, fresh_key, until};

/// An event about a customer, which makes the product look at what is true of them.
fn event(id: &str, customer: &str) -> Value {
    json!({
        "id": id,
        "object": "event",
        // Older than any version we know: only the outside of an event is read.
        "api_version": "2016-07-06",
        "created": 1_700_000_000,
        "data": {"object": {"id": "sub_x", "object": "subscription", "customer": customer}},
        "livemode": false,
        "type": "customer.subscription.updated",
    })
}

async fn tell(
    visitor: &Visitor,
    path: &str,
    signature: Option<String>,
    body: &str,
) -> Outcome<Answer> {
    let path = format!("/webhooks/stripe/{path}");
    let signature = signature.map(|text| ("stripe-signature", text));
    let headers: Vec<_> = signature.iter().map(|(name, text)| (*name, text.as_str())).collect();
    visitor.send(Method::POST, &path, &headers, Some(body.to_owned())).await
}

fn now() -> i64 {
    runtime::clock::now().as_second()
}

/// A visitor who could be Stripe, its account, and an event's name nobody used.
async fn teller() -> Outcome<(Visitor, LocalStripe, String)> {
    let stack = Stack::from_env()?;
    let stripe = stack.stripe().await?;
    Ok((stack.visitor(DEMO), stripe, format!("evt_{}", fresh_key()?)))
}

#[tokio::test]
async fn only_what_was_signed_lately_with_the_right_secret_is_believed() -> Outcome<()> {
    let (visitor, stripe, id) = teller().await?;
    let body = event(&id, "cus_nobody").to_string();
    let account = stripe.account.clone();
    let at = now();
    let right = stripe.signature(at, &body);
    let forged: String = right.chars().rev().collect();
    let old = at - 310;
    let early = at + 310;
    for wrong in [
        None,
        Some(String::new()),
        Some("t=,v1=".to_owned()),
        Some(format!("t={at}")),
        Some(format!("v1={right}")),
        Some(format!("t={at},v0={right}")),
        Some(format!("t={at},v1={forged}")),
        Some(format!("t={},v1={right}", at + 1)),
        Some(format!("t={old},v1={}", stripe.signature(old, &body))),
        Some(format!("t={early},v1={}", stripe.signature(early, &body))),
        Some(format!("t={at},v1={}", stripe.signature(at, &format!("{body} ")))),
        Some(format!("t=-9223372036854775808,v1={right}")),
    ] {
        let answer = tell(&visitor, &account, wrong.clone(), &body).await?;
        answer.refused(400, "signature_invalid").map_err(|why| format!("{wrong:?}: {why}"))?;
    }
    // While a secret is replaced there are two signatures, and either is enough.
    let both = format!("t={at},v1={forged},v1={right}");
    tell(&visitor, &account, Some(both), &body).await?.with_status(200)?;
    // The same again is fine: it is safe with us.
    let again = format!("t={at},v1={right}");
    tell(&visitor, &account, Some(again), &body).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn what_is_no_event_of_this_account_is_refused() -> Outcome<()> {
    let (visitor, stripe, id) = teller().await?;
    let account = &stripe.account;
    let signed = async |path: &str, body: &str| {
        let header = format!("t={},v1={}", now(), stripe.signature(now(), body));
        tell(&visitor, path, Some(header), body).await
    };
    let body = event(&id, "cus_nobody").to_string();
    let live = account.replace("sandbox", "live");
    for path in
        [&live, "ten_00000000000000000000000000/sandbox", "x/sandbox", &format!("{account}x")]
    {
        signed(path, &body).await?.refused(404, "not_found")?;
    }
    for body in ["", "{}", "[]", "null", "{\"id\":\"evt_1\"}"] {
        signed(account, body).await?.refused(400, "event_invalid")?;
    }
    let mut other = event(&id, "cus_nobody");
    other["livemode"] = json!(true);
    signed(account, &other.to_string()).await?.refused(400, "event_mode")?;
    let large = event(&id, &"x".repeat(600_000)).to_string();
    signed(account, &large).await?.refused(413, "payload_too_large")
}

/// A user with a card, and its customer at Stripe, of whom we are told nothing until it is released.
async fn unheard() -> Outcome<(User, LocalStripe, String)> {
    let stack = Stack::from_env()?;
    let stripe = stack.stripe().await?;
    let user = stack.visitor(DEMO).join().await?;
    user.try_card("pm_card_visa").await?.with_status(201)?;
    let customer = stripe.customer(&user).await?;
    stripe.hold(&customer).await?;
    Ok((user, stripe, customer))
}

async fn subscriber(stack: &Stack) -> Outcome<User> {
    let user = stack.visitor(DEMO).join().await?;
    let body = json!({"plan": "pro", "interval": "month", "payment_method_id": "pm_card_visa"});
    user.try_subscribe(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_plan("pro").await?;
    Ok(user)
}

#[tokio::test]
async fn an_old_event_changes_nothing_because_what_is_true_is_read() -> Outcome<()> {
    let (visitor, stripe, id) = teller().await?;
    let user = subscriber(&visitor.stack).await?;
    let customer = stripe.customer(&user).await?;
    // It says that the subscription is over, which it is not.
    let mut body = event(&id, &customer);
    body["type"] = json!("customer.subscription.deleted");
    let body = body.to_string();
    let header = format!("t={},v1={}", now(), stripe.signature(now(), &body));
    tell(&visitor, &stripe.account, Some(header), &body).await?.with_status(200)?;
    until("the event to be dealt with", async || {
        let tables = visitor.stack.tables().await?;
        let done = tables.lines().any(|line| line.contains(&id) && line.contains("plan written"));
        Ok(done.then_some(()))
    })
    .await?;
    assert_eq!(user.me().await?["plan"]["id"], "pro");
    Ok(())
}

#[tokio::test]
async fn a_subscription_is_the_same_in_whatever_order_it_is_told() -> Outcome<()> {
    let (user, stripe, customer) = unheard().await?;
    stripe.fault(Fault::twice(1).on("webhook").named(&customer)).await?;
    let body = json!({"plan": "pro", "interval": "month", "payment_method_id": null});
    user.try_subscribe(&fresh_key()?, &body).await?.with_status(201)?;
    let better = json!({"plan": "enterprise", "interval": "month"});
    user.post("/billing/subscription/change", &better).await?.with_status(200)?;
    // Money first: nothing is granted before it is told.
    assert_eq!(user.me().await?["plan"]["id"], "free");
    stripe.control("release", json!({"customer": customer, "reversed": true})).await?;
    user.has_plan("enterprise").await?;
    stripe.control("redeliver", json!({"customer": customer})).await?;
    user.post_nothing("/billing/subscription/cancel").await?.with_status(200)?;
    until("the cancellation", async || {
        let page = user.get("/billing/subscription").await?.with_status(200)?;
        Ok((page["subscription"]["cancel_at_period_end"] == true).then_some(()))
    })
    .await?;
    assert_eq!(user.me().await?["plan"]["id"], "enterprise");
    Ok(())
}

#[tokio::test]
async fn a_payment_whose_event_was_cut_off_after_the_ledger_is_credited_once() -> Outcome<()> {
    let (user, stripe, customer) = unheard().await?;
    stripe.fault(Fault::twice(1).on("webhook").named(&customer)).await?;
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": null});
    user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    let payments = stripe.objects("payment_intent", &customer).await?;
    let payment = payments[0]["id"].as_str().ok_or("no payment")?;
    // What the function does first, and nothing of what it does after.
    user.credit(&format!("stripe#{payment}"), 5_000_000).await?;
    stripe.control("release", json!({"customer": customer})).await?;
    // The mail follows the ledger's answer, so the event came past it a second time.
    user.stack.mail(&user.email, "$5.00 was added to your wallet").await?;
    let more = json!({"amount_usd_micros": 6_000_000, "payment_method_id": null});
    user.try_top_up(&fresh_key()?, &more).await?.with_status(201)?;
    user.has_cash(11_000_000).await?;
    let paid = stripe.objects("payment_intent", &customer).await?;
    assert_eq!(paid.len(), 2, "{paid:?}");
    Ok(())
}

#[tokio::test]
async fn a_payment_that_no_webhook_told_of_is_found_by_the_hourly_check() -> Outcome<()> {
    let (user, stripe, customer) = unheard().await?;
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": null});
    user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    assert_eq!(user.wallet().await?["cash_usd_micros"], 0);
    // A schedule tells whole seconds.
    let later = runtime::clock::now() + jiff::SignedDuration::from_secs(3_602);
    user.stack.invoke_schedule("every-payment-check", later).await?;
    user.has_cash(5_000_000).await?;
    user.stack.mail(&user.email, "$5.00 was added to your wallet").await?;
    // The webhook comes in the end, and finds all done.
    stripe.control("release", json!({"customer": customer})).await?;
    let more = json!({"amount_usd_micros": 6_000_000, "payment_method_id": null});
    user.try_top_up(&fresh_key()?, &more).await?.with_status(201)?;
    user.has_cash(11_000_000).await
}

#[tokio::test]
async fn a_refund_is_kept_for_the_operator_and_takes_nothing_by_itself() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let stripe = stack.stripe().await?;
    let user = stack.visitor(DEMO).join().await?;
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": "pm_card_visa"});
    user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_cash(5_000_000).await?;
    let customer = stripe.customer(&user).await?;
    let paid = stripe.objects("payment_intent", &customer).await?;
    stripe.control("refund", json!({"payment_intent": paid[0]["id"]})).await?;
    until("the refund to be noted", async || {
        let tables = stack.tables().await?;
        Ok(tables.contains("needs the operator").then_some(()))
    })
    .await?;
    assert_eq!(user.wallet().await?["cash_usd_micros"], 5_000_000);
    Ok(())
}
