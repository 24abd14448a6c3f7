//! The control endpoints: `POST /control/<act>` with JSON that names the account.
//!
//! | act | does |
//! | --- | --- |
//! | `accounts` | opens an account, or changes its keys and webhook |
//! | `hold`, `release` | keeps a customer's events back, and lets them go, `reversed` or not |
//! | `redeliver` | delivers all events of a customer once more |
//! | `forget` | forgets the idempotency keys that have a `part` in them, as after a day |
//! | `advance` | lets a subscription's period pass, with the `outcome` of its renewal |
//! | `authenticate` | confirms a payment or a card in its owner's name |
//! | `refund` | refunds a payment |
//! | `requests`, `objects` | shows what was asked, and what there is |

use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::account::{Account, Call, Event, shown};
use super::form::Form;
use super::refusal::{Refusal, answered};
use super::state::Stripe;
use super::{payment_intents, setup_intents, subscriptions};

#[derive(Deserialize)]
struct Opened {
    secret_key: String,
    publishable_key: String,
    webhook_url: String,
    webhook_secret: String,
}

/// Carries out a control request and answers it.
pub(super) async fn answer(stripe: &Stripe, act: &str, body: &Value) -> Response {
    let name = body["account"].as_str().unwrap_or_default();
    let mut world = stripe.world.lock().await;
    if act == "accounts" {
        world.accounts.entry(name.to_owned()).or_default();
    }
    let Some(account) = world.accounts.get_mut(name) else {
        return answered(404, &Refusal::missing("account", name).body);
    };
    let outcome = done(account, act, body);
    if world.save().is_err() {
        return answered(500, &Refusal::broken(500).body);
    }
    drop(world);
    stripe.news.notify_one();
    match outcome {
        Ok(value) => answered(200, &value),
        Err(refusal) => answered(refusal.status, &refusal.body),
    }
}

fn done(account: &mut Account, act: &str, body: &Value) -> Result<Value, Refusal> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let path = vec!["control".to_owned()];
    let (method, now) = ("POST".to_owned(), runtime::clock::now().as_second());
    let call = Call { method, path, form: Form::default(), now, declines: false };
    match act {
        "accounts" => {
            let opened: Opened = read(body)?;
            account.secret_key = opened.secret_key;
            account.publishable_key = opened.publishable_key;
            account.webhook_url = opened.webhook_url;
            account.webhook_secret = opened.webhook_secret;
        }
        "hold" => {
            account.held.insert(text("customer").to_owned());
        }
        "release" => released(account, text("customer"), body["reversed"] == true),
        "redeliver" => {
            let of_it = |event: &&mut Event| event.customer.as_deref() == Some(text("customer"));
            account.events.iter_mut().filter(of_it).for_each(|event| event.due += 1);
        }
        "forget" => account.replies.retain(|key, _| !key.contains(text("part"))),
        "advance" => {
            let (id, outcome) = (text("subscription"), text("outcome"));
            return subscriptions::advanced(account, &call, id, outcome);
        }
        "authenticate" => return authenticated(account, text("intent"), call.now),
        "refund" => return refunded(account, &call, text("payment_intent")),
        "requests" => {
            let customer = &body["customer"];
            let of_it = |one: &&Value| customer.is_null() || one["customer"] == *customer;
            return Ok(account.requests.iter().filter(of_it).cloned().collect());
        }
        "objects" => {
            let user = text("user_id");
            let kind = text("object");
            let fits = |one: &Value| {
                (user.is_empty() || one["metadata"]["user_id"] == user)
                    && (body["customer"].is_null() || one["customer"] == body["customer"])
            };
            return Ok(account.all(kind, fits).iter().map(shown).collect());
        }
        _ => return Err(Refusal::missing("control", act)),
    }
    Ok(json!({}))
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_json::from_value(body.clone())
        .map_err(|error| Refusal::invalid("body", &error.to_string()))
}

/// Releases the held events of a customer, in their order or reversed.
fn released(account: &mut Account, customer: &str, reversed: bool) {
    account.held.remove(customer);
    let is_of_it = |event: &Event| event.is_held && event.customer.as_deref() == Some(customer);
    let (mut held, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut account.events).into_iter().partition(is_of_it);
    if reversed {
        held.reverse();
    }
    for event in &mut held {
        event.is_held = false;
    }
    account.events = rest.into_iter().chain(held).collect();
}

fn authenticated(account: &mut Account, id: &str, now: i64) -> Result<Value, Refusal> {
    let intent = account.get(id).cloned().ok_or_else(|| Refusal::missing("intent", id))?;
    if intent["status"] != "requires_action" {
        return Err(Refusal::invalid("intent", "It waits for nobody."));
    }
    if intent["object"] == "setup_intent" {
        setup_intents::authenticated(account, intent, now)
    } else {
        Ok(payment_intents::authenticated(account, intent, now))
    }
}

/// Refunds a payment, as an operator does in Stripe's dashboard.
fn refunded(account: &mut Account, call: &Call, id: &str) -> Result<Value, Refusal> {
    let intent = account.find("payment_intent", id)?;
    let charge = json!({
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": intent["amount"],
        "billing_details": {},
        "captured": true,
        "created": intent["created"],
        "currency": "usd",
        "customer": intent["customer"],
        "disputed": false,
        "livemode": intent["livemode"],
        "metadata": {},
        "paid": true,
        "payment_intent": id,
        "refunded": true,
        "status": "succeeded",
    });
    account.put(&charge);
    account.emit("charge.refunded", &charge, call.now);
    Ok(charge)
}
