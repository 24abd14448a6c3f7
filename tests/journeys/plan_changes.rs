//! What a plan costs is said before it is paid, and only a card that pays becomes the default.

use serde_json::{Value, json};
use testkit::{LocalStripe, Outcome, fresh_key};

use crate::billing::{id, member, monthly, subscriber};

/// The newest invoice of a customer.
async fn newest_invoice(stripe: &LocalStripe, customer: &str) -> Outcome<Value> {
    let all = stripe.objects("invoice", customer).await?;
    Ok(all.into_iter().next().ok_or("no invoice")?)
}

#[tokio::test]
async fn a_plan_costs_what_its_preview_said() -> Outcome<()> {
    let (user, stripe) = member().await?;
    let preview = async |plan: &str, interval: &str| {
        let body = json!({"plan": plan, "interval": interval});
        user.post("/billing/subscription/preview", &body).await?.with_status(200)
    };
    let cents = |amount: &Value| amount.as_i64().unwrap_or_default() / 10_000;
    let first = preview("pro", "month").await?;
    assert_eq!((cents(&first["due_now_usd_micros"]), &first["card"]), (2_900, &Value::Null));
    assert_eq!(cents(&first["next_charge"]["amount_usd_micros"]), 2_900);
    let body = monthly("pro", Some("pm_card_visa"));
    user.try_subscribe(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_plan("pro").await?;
    let customer = stripe.customer(&user).await?;

    // Up at once, then down again: what was paid too much becomes credit, and is spent first.
    for (plan, interval) in [("enterprise", "month"), ("pro", "month"), ("pro", "year")] {
        let shown = preview(plan, interval).await?;
        assert_eq!(shown["card"]["last4"], "4242", "{shown}");
        let body = json!({"plan": plan, "interval": interval, "as_of": shown["as_of"]});
        let changed = user.post("/billing/subscription/change", &body).await?.with_status(200)?;
        assert_eq!((&changed["plan"], &changed["interval"]), (&json!(plan), &json!(interval)));
        let invoice = newest_invoice(&stripe, &customer).await?;
        assert_eq!(invoice["amount_due"], cents(&shown["due_now_usd_micros"]), "{shown} {invoice}");
        let left = -invoice["ending_balance"].as_i64().unwrap_or_default();
        assert_eq!(left, cents(&shown["credit_left_usd_micros"]), "{shown} {invoice}");
        let next = preview(plan, interval).await?;
        assert_eq!(
            next["next_charge"]["amount_usd_micros"],
            shown["next_charge"]["amount_usd_micros"]
        );
        assert_eq!(next["due_now_usd_micros"], 0, "{next}");
    }
    let stale = json!({"plan": "enterprise", "interval": "year", "as_of": "2020-01-01T00:00:00Z"});
    let refused = user.post("/billing/subscription/change", &stale).await?;
    refused.refused(409, "preview_expired")?;
    let promised = preview("pro", "year").await?;
    let all = stripe.objects("subscription", &customer).await?;
    let advance = json!({"subscription": all[0]["id"], "outcome": "paid"});
    stripe.control("advance", advance).await?;
    let renewal = newest_invoice(&stripe, &customer).await?;
    assert_eq!(renewal["amount_due"], cents(&promised["next_charge"]["amount_usd_micros"]));
    Ok(())
}

#[tokio::test]
async fn a_card_becomes_the_default_when_it_has_paid_and_pays_the_plan_when_chosen() -> Outcome<()>
{
    let (user, stripe, customer) = subscriber().await?;
    let cards = async || {
        let page = user.get("/billing/payment-methods").await?.with_status(200)?;
        Ok::<_, testkit::BoxError>(page["items"].as_array().cloned().unwrap_or_default())
    };
    let kept = cards().await?;
    assert_eq!((kept.len(), &kept[0]["is_default"]), (1, &json!(true)), "{kept:?}");
    // Paying once with another card changes nothing, though its owner agreed that it is stored.
    let body = json!({"amount_usd_micros": 5_000_000, "payment_method_id": "pm_card_mastercard",
        "keep_card": true});
    user.try_top_up(&fresh_key()?, &body).await?.with_status(201)?;
    user.has_cash(5_000_000).await?;
    let both = cards().await?;
    assert_eq!(both.len(), 2, "{both:?}");
    let default = |cards: &[Value]| {
        let one = cards.iter().find(|card| card["is_default"] == true);
        one.map(|card| card["brand"].clone())
    };
    assert_eq!(default(&both), Some(json!("visa")));
    let other = both.iter().find(|card| card["brand"] == "mastercard").ok_or("no other card")?;
    user.try_card(id(other)).await?.with_status(201)?;
    assert_eq!(default(&cards().await?), Some(json!("mastercard")));
    let all = stripe.objects("subscription", &customer).await?;
    assert_eq!(all[0]["default_payment_method"], other["id"], "{all:?}");
    Ok(())
}
