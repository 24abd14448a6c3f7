//! Payment intents: taking money. <https://docs.stripe.com/api/payment_intents>

use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend, shown};
use super::cards::{self, Outcome};
use super::refusal::Refusal;
use super::requests::unknown;
use super::{customers, subscriptions};

/// The least that a card can pay, in cents.
const AMOUNT_MIN: i64 = 50;

/// Money to be taken.
pub(super) struct Payment<'a> {
    pub(super) amount: i64,
    pub(super) customer: &'a str,
    pub(super) method: &'a Value,
    pub(super) off_session: bool,
}

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["payment_intents"]) => create(account, call),
        ("POST", ["payment_intents", id, "confirm"]) => {
            let intent = account.find("payment_intent", id)?;
            if intent["status"] != "requires_action" {
                return Err(Refusal::invalid("intent", "There is nothing to confirm."));
            }
            Ok(authenticated(account, intent, call.now))
        }
        ("POST", ["payment_intents", id, "cancel"]) => {
            let intent = account.find("payment_intent", id)?;
            Ok(cancelled(account, intent, call.now))
        }
        ("GET", ["payment_intents", id]) => account.find("payment_intent", id),
        ("GET", ["payment_intents"]) => {
            let customer = call.form.get("customer");
            let fits = |one: &Value| customer.is_none_or(|customer| one["customer"] == customer);
            account.page("payment_intent", call, fits)
        }
        _ => Err(unknown(call)),
    }
}

fn create(account: &mut Account, call: &Call) -> Answer {
    let form = &call.form;
    let amount = form.number("amount").filter(|amount| *amount >= AMOUNT_MIN);
    let amount = amount.ok_or_else(|| Refusal::invalid("amount", "The amount is too small."))?;
    let customer = form.get("customer").unwrap_or_default();
    account.find("customer", customer)?;
    let method = form.get("payment_method").unwrap_or_default();
    let method = match cards::number_of(method) {
        Some(_) => {
            let method = customers::card(account, call, method)?;
            account.put(&method);
            method
        }
        None => customers::owned(account, method, customer)?,
    };
    let off_session = form.is("off_session");
    let payment = Payment { amount, customer, method: &method, off_session };
    let intent = open(account, call, &payment);
    account.emit("payment_intent.created", &intent, call.now);
    if !form.is("confirm") {
        return Ok(intent);
    }
    let intent = take(account, call, intent, &payment);
    match intent["last_payment_error"].clone() {
        Value::Null => Ok(intent),
        error => Err(Refusal::card(&error).with("payment_intent", shown(&intent))),
    }
}

/// A payment that is not taken yet.
pub(super) fn open(account: &mut Account, call: &Call, payment: &Payment<'_>) -> Value {
    let mut intent = account.new_object("payment_intent", "pi", call);
    let secret = format!("{}_secret_{}", intent["id"].as_str().unwrap_or_default(), call.now);
    extend(
        &mut intent,
        json!({
            "amount": payment.amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "application": null,
            "application_fee_amount": null,
            "automatic_payment_methods": null,
            "canceled_at": null,
            "cancellation_reason": null,
            "capture_method": "automatic_async",
            "client_secret": secret,
            "confirmation_method": "automatic",
            "currency": "usd",
            "customer": payment.customer,
            "description": call.form.get("description"),
            "last_payment_error": null,
            "latest_charge": null,
            "next_action": null,
            "on_behalf_of": null,
            "payment_method": payment.method["id"],
            "payment_method_types": ["card"],
            "processing": null,
            "receipt_email": null,
            "review": null,
            "setup_future_usage": null,
            "shipping": null,
            "source": null,
            "statement_descriptor": null,
            "status": "requires_confirmation",
            "transfer_data": null,
            "transfer_group": null,
        }),
    );
    account.put(&intent);
    intent
}

/// Tries to take a payment; `last_payment_error` says why it was not.
pub(super) fn take(
    account: &mut Account,
    call: &Call,
    mut intent: Value,
    payment: &Payment<'_>,
) -> Value {
    let outcome = if call.declines {
        Outcome::Declined(cards::declined())
    } else {
        cards::paid(payment.method, payment.off_session)
    };
    match outcome {
        Outcome::Paid => succeeded(account, intent, call.now),
        Outcome::NeedsAction => {
            intent["status"] = "requires_action".into();
            intent["next_action"] = json!({"type": "use_stripe_sdk", "use_stripe_sdk": {}});
            account.put(&intent);
            account.emit("payment_intent.requires_action", &intent, call.now);
            intent
        }
        Outcome::Declined(error) => {
            intent["status"] = "requires_payment_method".into();
            intent["payment_method"] = Value::Null;
            intent["last_payment_error"] = error;
            account.put(&intent);
            account.emit("payment_intent.payment_failed", &intent, call.now);
            intent
        }
    }
}

fn succeeded(account: &mut Account, mut intent: Value, now: i64) -> Value {
    intent["status"] = "succeeded".into();
    intent["next_action"] = Value::Null;
    intent["amount_received"] = intent["amount"].clone();
    intent["latest_charge"] = account.id("ch").into();
    account.put(&intent);
    account.emit("payment_intent.succeeded", &intent, now);
    intent
}

/// The card's owner agreed: the payment is taken, and the invoice it is for is paid.
pub(super) fn authenticated(account: &mut Account, intent: Value, now: i64) -> Value {
    let intent = succeeded(account, intent, now);
    subscriptions::paid(account, &intent, now);
    intent
}

pub(super) fn cancelled(account: &mut Account, mut intent: Value, now: i64) -> Value {
    if intent["status"] != "succeeded" {
        intent["status"] = "canceled".into();
        intent["canceled_at"] = now.into();
        account.put(&intent);
        account.emit("payment_intent.canceled", &intent, now);
    }
    intent
}
