//! Setup intents: storing a card. <https://docs.stripe.com/api/setup_intents>

use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend};
use super::cards::{self, Outcome};
use super::customers;
use super::refusal::Refusal;

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["setup_intents"]) => create(account, call),
        ("POST", ["setup_intents", id, "confirm"]) => {
            let intent = account.find("setup_intent", id)?;
            confirm(account, call, intent)
        }
        ("GET", ["setup_intents", id]) => account.find("setup_intent", id),
        ("GET", ["setup_intents"]) => account.page("setup_intent", call, |_| true),
        _ => Err(call.unknown()),
    }
}

fn create(account: &mut Account, call: &Call) -> Answer {
    let customer = call.form.get("customer");
    if let Some(customer) = customer {
        account.find("customer", customer)?;
    }
    let mut intent = account.new_object("setup_intent", "seti", call);
    let secret = format!("{}_secret_{}", intent["id"].as_str().unwrap_or_default(), call.now);
    extend(
        &mut intent,
        json!({
            "application": null,
            "automatic_payment_methods": null,
            "cancellation_reason": null,
            "client_secret": secret,
            "customer": customer,
            "description": null,
            "flow_directions": null,
            "last_setup_error": null,
            "latest_attempt": null,
            "mandate": null,
            "next_action": null,
            "on_behalf_of": null,
            "payment_method": null,
            "payment_method_types": ["card"],
            "single_use_mandate": null,
            "status": "requires_payment_method",
            "usage": call.form.get("usage").unwrap_or("off_session"),
        }),
    );
    account.put(&intent);
    account.emit("setup_intent.created", &intent, call.now);
    if call.form.is("confirm") { confirm(account, call, intent) } else { Ok(intent) }
}

fn confirm(account: &mut Account, call: &Call, mut intent: Value) -> Answer {
    if intent["status"] == "requires_action" {
        return authenticated(account, intent, call.now);
    }
    if intent["status"] != "requires_payment_method" {
        return Err(Refusal::invalid("intent", "The setup intent cannot be confirmed now."));
    }
    let named = call.form.get("payment_method");
    let number = call.form.get("payment_method_data[card][number]");
    let method = match (named, number) {
        (Some(id), _) => customers::card(account, call, id)?,
        (None, Some(number)) => {
            let body = super::form::Form::parse(&format!("card[number]={number}"));
            let path = vec!["payment_methods".to_owned()];
            customers::answer(account, &Call { form: body, path, ..call.clone() })?
        }
        (None, None) => {
            return Err(Refusal::invalid("payment_method", "Missing: payment_method."));
        }
    };
    if let Outcome::Declined(error) = cards::stored(&method) {
        intent["last_setup_error"] = error.clone();
        account.put(&intent);
        account.emit("setup_intent.setup_failed", &intent, call.now);
        return Err(Refusal::card(&error).with("setup_intent", super::account::shown(&intent)));
    }
    account.put(&method);
    intent["payment_method"] = method["id"].clone();
    if cards::asks(&method) {
        intent["status"] = "requires_action".into();
        intent["next_action"] = json!({"type": "use_stripe_sdk", "use_stripe_sdk": {}});
        account.put(&intent);
        account.emit("setup_intent.requires_action", &intent, call.now);
        return Ok(intent);
    }
    authenticated(account, intent, call.now)
}

/// Stores the card, whose owner agreed.
pub(super) fn authenticated(account: &mut Account, mut intent: Value, now: i64) -> Answer {
    let id = intent["payment_method"].as_str().unwrap_or_default().to_owned();
    let mut method = account.find("payment_method", &id)?;
    method["_authenticated"] = true.into();
    account.put(&method);
    if let Some(customer) = intent["customer"].as_str() {
        customers::give(account, method, customer, now)?;
    }
    intent["status"] = "succeeded".into();
    intent["next_action"] = Value::Null;
    account.put(&intent);
    account.emit("setup_intent.succeeded", &intent, now);
    Ok(intent)
}
