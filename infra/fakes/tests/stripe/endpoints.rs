//! What each endpoint does, and what goes wrong with it.

use adapters::stripe::{Payment, PaymentAccount};
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{CardCharge, SubscriptionStatus, TopUp, TopUpStatus, from_cents};
use domain::money::plan::PlanId;
use fakes::BoxError;
use jiff::Timestamp;
use serde_json::json;
use testkit::{Fault, Lie, Refusal};

use crate::world::World;

fn top_up(number: u8) -> TopUpId {
    TopUpId::new(Timestamp::UNIX_EPOCH, [number; 10])
}

/// Pays for the top-up of this number: so many cents, with this card of a customer.
async fn pay(
    account: &PaymentAccount,
    number: u8,
    (customer_id, card_id): (&str, &str),
    cents: i64,
) -> Result<Payment, domain::Error> {
    let (customer_id, card_id) = (customer_id.to_owned(), card_id.to_owned());
    let charge = CardCharge { customer_id, card_id, keeps_card: false };
    let amount = from_cents(cents)?;
    account.pay(&TopUp::new(top_up(number), amount, None, Timestamp::UNIX_EPOCH)?, &charge).await
}

#[tokio::test]
async fn products_and_prices_read_as_plans() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (month, year) = world.sell().await?;
    let products = world.account.products().await?;
    assert_eq!(products.len(), 1);
    assert_eq!(products[0].metadata["tier"], "pro");
    let mut prices: Vec<_> =
        products[0].prices.iter().map(|price| (price.id.clone(), price.amount)).collect();
    prices.sort();
    assert_eq!(prices, [(month, UsdMicros(29_000_000)), (year, UsdMicros(290_000_000))]);
    Ok(())
}

#[tokio::test]
async fn a_card_is_attached_made_default_and_detached() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    assert_eq!(world.customer().await?, customer);
    let intent = account.create_setup_intent(&customer, "setup_one").await?;
    assert!(intent.client_secret.starts_with(&intent.id));
    let refused = account.paying_card(&customer).await.map_err(|error| error.code);
    assert_eq!(refused, Err("no_payment_method"));
    let card = account.add_card(&customer, "pm_card_visa", "one").await?;
    assert_eq!((card.brand.as_str(), card.last4.as_str()), ("visa", "4242"));
    assert_eq!(account.cards(&customer).await?, std::slice::from_ref(&card));
    assert_eq!(account.paying_card(&customer).await?, card.id);
    account.remove_card(&customer, &card.id, "two").await?;
    assert_eq!(account.cards(&customer).await?, []);
    for (token, code) in [("pm_card_chargeDeclined", "card_declined"), ("pm_no", "not_found")] {
        let refused = account.add_card(&customer, token, token).await.map_err(|error| error.code);
        assert_eq!(refused, Err(code));
    }
    Ok(())
}

#[tokio::test]
async fn a_payment_is_taken_declined_or_waits() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let paid = pay(account, 1, (&customer, &card), 500).await?;
    assert_eq!((paid.status, paid.received), (TopUpStatus::Succeeded, UsdMicros(5_000_000)));
    assert_eq!(paid.top_up_id, Some(top_up(1)));
    let same = pay(account, 1, (&customer, &card), 500).await?;
    assert_eq!(same.id, paid.id);
    let other = pay(account, 1, (&customer, &card), 600).await.map_err(|error| error.code);
    assert_eq!(other.err(), Some("idempotency_mismatch"));
    let poor = account.add_card(&customer, "pm_card_chargeCustomerFail", "two").await?.id;
    let declined = pay(account, 2, (&customer, &poor), 500).await;
    assert_eq!(declined.map_err(|error| error.code).err(), Some("card_declined"));
    let asks = account.add_card(&customer, "pm_card_threeDSecure2Required", "three").await?.id;
    let waits = pay(account, 3, (&customer, &asks), 500).await?;
    assert_eq!(waits.status, TopUpStatus::RequiresAction);
    assert!(waits.client_secret.is_some());
    world.raw(&format!("payment_intents/{}/confirm", waits.id), None, "").await?;
    assert_eq!(account.payment(&waits.id).await?.status, TopUpStatus::Succeeded);
    let unknown = account.payment("pi_none").await.map_err(|error| error.code);
    assert_eq!(unknown.err(), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn the_payment_for_a_top_up_is_found_among_a_customers_later_ones() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let start = runtime::clock::now();
    let paid = pay(account, 0, (&customer, &card), 500).await?;
    // More than one page of them.
    for number in 1..=101 {
        pay(account, number, (&customer, &card), 500).await?;
    }
    let find = async |number: u8, since: Timestamp| {
        let found = account.payment_for(&top_up(number), &customer, since).await?;
        Ok::<_, BoxError>(found.map(|payment| payment.id))
    };
    assert_eq!(find(0, start).await?.as_ref(), Some(&paid.id));
    assert_eq!(find(102, start).await?, None, "it was never paid");
    let tomorrow = start + jiff::SignedDuration::from_hours(24);
    assert_eq!(find(0, tomorrow).await?, None, "it is not later than that");
    let poor = account.add_card(&customer, "pm_card_chargeCustomerFail", "two").await?.id;
    let declined = pay(account, 102, (&customer, &poor), 500).await;
    assert_eq!(declined.map_err(|error| error.code).err(), Some("card_declined"));
    let found = account.payment_for(&top_up(102), &customer, start).await?;
    assert_eq!(found.map(|payment| payment.status), Some(TopUpStatus::Declined));
    Ok(())
}

#[tokio::test]
async fn a_subscription_begins_changes_renews_and_ends() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let (month, year) = world.sell().await?;
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let begun = account.subscribe(&customer, &card, &month, "key").await?.subscription;
    assert_eq!((begun.plan, begun.status), (PlanId::Pro, SubscriptionStatus::Active));
    assert_eq!(begun.attempt_key.as_deref(), Some("key"));
    assert_eq!(account.subscriptions(&customer).await?, std::slice::from_ref(&begun));
    let changed = account.change(&begun, &year, begun.created_at, "change").await?;
    assert!(changed.current_period_end > begun.current_period_end);
    let ends = account.end_with_period(&changed, true, "cancel").await?;
    assert!(ends.cancel_at_period_end);
    let stays = account.end_with_period(&changed, false, "undo").await?;
    let advance = async |outcome: &str| {
        let act = json!({"subscription": begun.id, "outcome": outcome});
        world.control("advance", act).await?;
        Ok::<_, BoxError>(account.subscriptions(&customer).await?.remove(0))
    };
    let renewed = advance("paid").await?;
    assert!(renewed.current_period_end > stays.current_period_end);
    assert_eq!(advance("failed").await?.status, SubscriptionStatus::PastDue);
    assert_eq!(advance("unpaid").await?.status, SubscriptionStatus::Unpaid);
    assert_eq!(advance("canceled").await?.status, SubscriptionStatus::Canceled);
    Ok(())
}

#[tokio::test]
async fn a_preview_and_the_change_agree_to_the_cent_and_credit_is_spent_next()
-> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let (month, year) = world.sell().await?;
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let first = account.preview_first(&customer, &year).await?;
    assert_eq!(first.due_usd_micros, UsdMicros(290_000_000));
    let yearly = account.subscribe(&customer, &card, &year, "key").await?.subscription;
    let newest = async || -> Result<serde_json::Value, BoxError> {
        let of = json!({"object": "invoice", "customer": customer});
        Ok(world.control("objects", of).await?[0].clone())
    };
    // Thirty days later, a day of which counts another time if the instants were not the same.
    let at = yearly.created_at.checked_add(jiff::SignedDuration::from_hours(30 * 24))?;
    let drafted = account.preview_change(&yearly, &month, at).await?;
    let unused = drafted.lines[0].amount_usd_micros.0;
    assert!((-267_000_000..-266_000_000).contains(&unused), "{drafted:?}");
    assert_eq!(drafted.due_usd_micros, UsdMicros(0));
    let monthly = account.change(&yearly, &month, at, "change").await?;
    let invoice = newest().await?;
    assert_eq!(invoice["amount_due"], 0, "{invoice}");
    assert_eq!(invoice["total"], drafted.total_usd_micros.0 / 10_000, "{invoice}");
    let renewal = account.preview_renewal(&monthly).await?;
    assert_eq!(renewal.starting_usd_micros, drafted.total_usd_micros);
    assert_eq!(renewal.due_usd_micros, UsdMicros(0));
    let act = json!({"subscription": monthly.id, "outcome": "paid"});
    world.control("advance", act).await?;
    let left = newest().await?["ending_balance"].as_i64().unwrap_or_default();
    assert_eq!(left, drafted.total_usd_micros.0 / 10_000 + 2_900);
    Ok(())
}

#[tokio::test]
async fn a_card_is_stored_by_paying_only_if_that_was_asked_for() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let once = pay(account, 1, (&customer, "pm_card_visa"), 500).await?;
    assert_eq!((once.status, once.kept_card_id), (TopUpStatus::Succeeded, None));
    assert_eq!(account.cards(&customer).await?, []);
    let keep = async |number: u8, card_id: &str| {
        let (customer_id, card_id) = (customer.clone(), card_id.to_owned());
        let charge = CardCharge { customer_id, card_id, keeps_card: true };
        let (id, start) = (top_up(number), Timestamp::UNIX_EPOCH);
        account.pay(&TopUp::new(id, UsdMicros(5_000_000), None, start)?, &charge).await
    };
    let poor = keep(2, "pm_card_chargeCustomerFail").await;
    assert_eq!(poor.map_err(|error| error.code).err(), Some("card_declined"));
    assert_eq!(account.cards(&customer).await?, []);
    let kept = keep(3, "pm_card_visa").await?.kept_card_id;
    let cards = account.cards(&customer).await?;
    assert_eq!(cards.iter().map(|card| Some(card.id.clone())).collect::<Vec<_>>(), [kept]);
    assert!(!cards[0].is_default);
    account.default_to(&customer, &cards[0].id, "key").await?;
    assert_eq!(account.paying_card(&customer).await?, cards[0].id);
    let other = account.add_card(&customer, "pm_card_amex", "two").await?.id;
    account.default_to(&customer, &cards[0].id, "key-2").await?;
    assert_eq!(account.paying_card(&customer).await?, other);
    Ok(())
}

#[tokio::test]
async fn a_first_payment_waits_or_leaves_nothing() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let (month, _) = world.sell().await?;
    let poor = account.add_card(&customer, "pm_card_chargeCustomerFail", "one").await?.id;
    let declined = account.subscribe(&customer, &poor, &month, "key-1").await;
    assert_eq!(declined.map_err(|error| error.code).err(), Some("card_declined"));
    let left = account.subscriptions(&customer).await?;
    assert!(left.iter().all(|one| one.status == SubscriptionStatus::Canceled), "{left:?}");
    let asks = account.add_card(&customer, "pm_card_threeDSecure2Required", "two").await?.id;
    let waits = account.subscribe(&customer, &asks, &month, "key-2").await?;
    assert_eq!(waits.subscription.status, SubscriptionStatus::Incomplete);
    let secret = waits.client_secret.unwrap_or_default();
    let intent = secret.split("_secret_").next().unwrap_or_default();
    world.control("authenticate", json!({"intent": intent})).await?;
    let resumed = account.resume(&waits.subscription).await?;
    assert_eq!(resumed.subscription.status, SubscriptionStatus::Active);
    Ok(())
}

#[tokio::test]
async fn a_key_stands_for_one_request() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (status, first) = world.raw("customers", Some("key"), "email=a@example.com").await?;
    assert_eq!(status, 200);
    assert_eq!(world.raw("customers", Some("key"), "email=a@example.com").await?.1, first);
    let (status, other) = world.raw("customers", Some("key"), "email=b@example.com").await?;
    assert_eq!((status, &other["error"]["type"]), (400, &json!("idempotency_error")));
    assert_ne!(world.raw("customers", None, "email=a@example.com").await?.1["id"], first["id"]);
    let (status, missing) = world.raw("payment_methods/pm_no/attach", None, "").await?;
    assert_eq!((status, &missing["error"]["code"]), (404, &json!("resource_missing")));
    let (status, _) = world.raw("charges", None, "").await?;
    assert_eq!(status, 404);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let faults = [Fault::status(500).after(), Fault::status(503)];
    for (number, fault) in faults.into_iter().enumerate() {
        let number = u8::try_from(number)?;
        world.fault(fault.clone().on("payment_intents").times(2)).await?;
        let paid = pay(account, number, (&customer, &card), 500).await?;
        assert_eq!(paid.status, TopUpStatus::Succeeded, "{fault:?}");
    }
    world.fault(Fault::refuse(Refusal::Declined).on("payment_intents").times(1)).await?;
    let declined = pay(account, 9, (&customer, &card), 500).await;
    assert_eq!(declined.map_err(|error| error.code).err(), Some("card_declined"));
    let of = json!({"object": "payment_intent", "customer": customer});
    let intents = world.control("objects", of).await?;
    assert_eq!(intents.as_array().map(Vec::len), Some(3), "{intents}");
    Ok(())
}

#[tokio::test]
async fn a_time_out_after_the_effect_makes_no_second_payment() -> Result<(), BoxError> {
    let world = World::new().await?;
    let (account, customer) = (&world.account, world.customer().await?);
    let card = account.add_card(&customer, "pm_card_visa", "one").await?.id;
    world.fault(Fault::silent().after().on("payment_intents").times(1)).await?;
    pay(account, 1, (&customer, &card), 500).await?;
    let of = json!({"object": "payment_intent", "customer": customer});
    let intents = world.control("objects", of).await?;
    assert_eq!(intents.as_array().map(Vec::len), Some(1), "{intents}");
    Ok(())
}

#[tokio::test]
async fn a_payment_is_refused_spoilt_or_lied_about_as_told() -> Result<(), BoxError> {
    let world = World::new().await?;
    let customer = world.customer().await?;
    let card = world.account.add_card(&customer, "pm_card_visa", "one").await?.id;
    let form = format!("amount=500&customer={customer}&payment_method={card}&confirm=true");
    let lie = Lie::Field { pointer: "/status".to_owned(), value: json!("canceled") };
    let cases = [
        (Fault::refuse(Refusal::RateLimited), 429, "rate_limit", 0),
        (Fault::malformed(), 200, "", 0),
        (Fault::malformed().after(), 200, "", 1),
        (Fault::slow(50), 200, "succeeded", 1),
        (Fault::slow(50).after(), 200, "succeeded", 1),
        (Fault::lie(lie), 200, "canceled", 1),
        (Fault::refuse(Refusal::Declined).after(), 402, "card_declined", 1),
    ];
    for (fault, status, told, payments) in cases {
        world.fault(fault.clone().on("payment_intents").times(1)).await?;
        let of = json!({"object": "payment_intent", "customer": customer});
        let before = world.control("objects", of.clone()).await?;
        let (answered, body) = world.raw("payment_intents", None, &form).await?;
        let said = body["error"]["code"].as_str().or(body["status"].as_str()).unwrap_or_default();
        assert_eq!((answered, said), (status, told), "{fault:?}");
        let after = world.control("objects", of).await?;
        let made = after.as_array().map(Vec::len).unwrap_or_default()
            - before.as_array().map(Vec::len).unwrap_or_default();
        assert_eq!(made, payments, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_of_reading_spares_writing() -> Result<(), BoxError> {
    let world = World::new().await?;
    world.fault(Fault::status(500).on("products.read").times(9)).await?;
    world.sell().await?;
    let unread = world.account.products().await.map_err(|error| error.code);
    assert_eq!(unread.err(), Some("unavailable"));
    Ok(())
}

#[tokio::test]
async fn everything_survives_a_restart() -> Result<(), BoxError> {
    let world = World::new().await?;
    let customer = world.customer().await?;
    let card = world.account.add_card(&customer, "pm_card_visa", "one").await?;
    let again = world.restarted()?;
    assert_eq!(again.cards(&customer).await?, std::slice::from_ref(&card));
    let same = again.add_card(&customer, "pm_card_visa", "one").await?;
    assert_eq!(same.id, card.id);
    Ok(())
}

#[tokio::test]
async fn nothing_is_opened_by_another_key() -> Result<(), BoxError> {
    use adapters::stripe::{AccountSecret, PaymentAccount};
    let world = World::new().await?;
    let customer = world.customer().await?;
    let other = AccountSecret {
        secret_key: "sk_test_other".to_owned(),
        publishable_key: None,
        webhook_secret: String::new(),
        base_url: format!("{}/", world.url),
    };
    let other = PaymentAccount::open(&other, domain::Mode::Sandbox)?;
    let refused = other.cards(&customer).await.map_err(|error| error.code);
    assert_eq!(refused, Err("internal"));
    Ok(())
}
