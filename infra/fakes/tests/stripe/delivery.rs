//! Events on their way to the webhook.

use fakes::BoxError;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use testkit::{Fault, Refusal};

use crate::world::World;

fn now() -> Timestamp {
    runtime::clock::now()
}

#[tokio::test]
async fn an_event_is_signed_so_that_the_product_believes_it() -> Result<(), BoxError> {
    let world = World::new().await?;
    let customer = world.customer().await?;
    let told = world.told("customer.created", 1).await?.remove(0);
    world.account.verify(&told.body, &told.signature, now())?;
    assert_eq!(told.event()["data"]["object"]["id"], customer.as_str());
    let refused = |body: &str, signature: &str, at| {
        world.account.verify(body, signature, at).map_err(|error| error.code)
    };
    let wrong = Err("signature_invalid");
    assert_eq!(refused(&format!("{} ", told.body), &told.signature, now()), wrong);
    assert_eq!(refused(&told.body, "t=1,v1=00", now()), wrong);
    assert_eq!(refused(&told.body, "", now()), wrong);
    let late = now() + SignedDuration::from_secs(302);
    assert_eq!(refused(&told.body, &told.signature, late), wrong);
    let rotated = told.signature.replace(",v1=", ",v1=00,v1=");
    assert_eq!(refused(&told.body, &rotated, now()), Ok(()));
    Ok(())
}

#[tokio::test]
async fn an_event_is_told_again_until_it_is_taken() -> Result<(), BoxError> {
    let world = World::with_failures(2).await?;
    world.customer().await?;
    let told = world.told("customer.created", 3).await?;
    let ids: Vec<_> = told.iter().map(|one| one.event()["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    Ok(())
}

#[tokio::test]
async fn events_are_held_repeated_and_reversed_as_told() -> Result<(), BoxError> {
    let world = World::new().await?;
    let customer = world.customer().await?;
    world.control("hold", json!({"customer": customer})).await?;
    world.fault(Fault::twice(1).on("webhook").named(&customer)).await?;
    for token in ["pm_card_visa", "pm_card_mastercard"] {
        world.account.add_card(&customer, token, token).await?;
    }
    world.told("customer.created", 1).await?;
    assert!(world.told("payment_method.attached", 0).await?.is_empty());
    world.control("release", json!({"customer": customer, "reversed": true})).await?;
    let told = world.told("payment_method.attached", 4).await?;
    let brand = |at: usize| told[at].event()["data"]["object"]["card"]["brand"].clone();
    assert_eq!((brand(0), brand(3)), (json!("mastercard"), json!("visa")));
    Ok(())
}

#[tokio::test]
async fn an_event_may_be_lost_or_late() -> Result<(), BoxError> {
    let world = World::new().await?;
    let customer = world.customer().await?;
    world.told("customer.created", 1).await?;
    world.fault(Fault::silent().on("webhook").named(&customer).times(1)).await?;
    world.fault(Fault::slow(300).on("webhook").named(&customer)).await?;
    let began = std::time::Instant::now();
    for token in ["pm_card_visa", "pm_card_mastercard"] {
        world.account.add_card(&customer, token, token).await?;
    }
    let told = world.told("payment_method.attached", 1).await?;
    assert!(began.elapsed() >= std::time::Duration::from_millis(300));
    let brand = told[0].event()["data"]["object"]["card"]["brand"].clone();
    assert_eq!((told.len(), brand), (1, json!("mastercard")));
    Ok(())
}

#[tokio::test]
async fn stripe_refuses_a_fault_that_it_could_not_commit() -> Result<(), BoxError> {
    let world = World::new().await?;
    let no_act = Fault::silent();
    let sold_out = Fault::refuse(Refusal::NoCapacity).on("payment_intents");
    let paid_twice = Fault::twice(1).on("payment_intents");
    let refused_event = Fault::status(500).on("webhook");
    for fault in [no_act, sold_out, paid_twice, refused_event] {
        assert!(world.fault(fault.clone()).await.is_err(), "{fault:?}");
    }
    Ok(())
}
