//! The endpoints of payment intents. <https://docs.stripe.com/api/payment_intents>

use serde_json::Value;

use super::account::{Account, Answer, Call, shown};
use super::invoices::AMOUNT_MIN;
use super::payments::{self, Payment};
use super::refusal::Refusal;
use super::{cards, customers, subscriptions};

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
            Ok(payments::cancelled(account, intent, call.now))
        }
        ("GET", ["payment_intents", id]) => account.find("payment_intent", id),
        ("GET", ["payment_intents"]) => {
            let (customer, since) = (call.form.get("customer"), call.form.number("created[gte]"));
            let is_since =
                |one: &Value| since.is_none_or(|since| one["created"].as_i64() >= Some(since));
            let fits = |one: &Value| {
                customer.is_none_or(|customer| one["customer"] == customer) && is_since(one)
            };
            account.page("payment_intent", call, fits)
        }
        _ => Err(call.unknown()),
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
        None => customers::offered(account, method, customer)?,
    };
    let off_session = form.is("off_session");
    let payment = Payment { amount, customer, method: &method, off_session };
    let intent = payments::open(account, call, &payment);
    account.emit("payment_intent.created", &intent, call.now);
    if !form.is("confirm") {
        return Ok(intent);
    }
    let intent = payments::take(account, call, intent, &payment);
    match intent["last_payment_error"].clone() {
        Value::Null => Ok(intent),
        error => Err(Refusal::card(&error).with("payment_intent", shown(&intent))),
    }
}

/// Takes the payment, whose card's owner agreed, and marks its invoice as paid.
pub(super) fn authenticated(account: &mut Account, intent: Value, now: i64) -> Value {
    let intent = payments::succeeded(account, intent, now);
    subscriptions::paid(account, &intent, now);
    intent
}
