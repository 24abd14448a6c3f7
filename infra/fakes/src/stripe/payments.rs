//! Payments, whether a payment intent or a subscription's invoice asks for them.
//! <https://docs.stripe.com/api/payment_intents/object>

use serde_json::{Value, json};

use super::account::{Account, Call, extend};
use super::cards::{self, Outcome};

/// A payment to be taken.
pub(super) struct Payment<'a> {
    pub(super) amount: i64,
    pub(super) customer: &'a str,
    pub(super) method: &'a Value,
    pub(super) off_session: bool,
}

/// Opens a payment that is not taken yet.
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
            "setup_future_usage": call.form.get("setup_future_usage"),
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

/// Marks a payment as taken.
pub(super) fn succeeded(account: &mut Account, mut intent: Value, now: i64) -> Value {
    intent["status"] = "succeeded".into();
    intent["next_action"] = Value::Null;
    intent["amount_received"] = intent["amount"].clone();
    intent["latest_charge"] = account.id("ch").into();
    account.put(&intent);
    let method = intent["payment_method"].as_str().and_then(|id| account.get(id)).cloned();
    if let (Some(mut method), false) = (method, intent["setup_future_usage"].is_null()) {
        // Paying with a card that is to be stored stores it.
        method["customer"] = intent["customer"].clone();
        method["_authenticated"] = true.into();
        account.put(&method);
        account.emit("payment_method.attached", &method, now);
    }
    account.emit("payment_intent.succeeded", &intent, now);
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
