//! Customers and payment methods. <https://docs.stripe.com/api/customers>

use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend};
use super::cards::{self, Outcome};
use super::refusal::Refusal;

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["customers"]) => Ok(create(account, call)),
        ("POST", ["customers", id]) => update(account, call, id),
        ("GET", ["customers", id]) => account.find("customer", id),
        ("GET", ["customers"]) => account.page("customer", call, |_| true),
        ("GET", ["customers", id, "payment_methods"]) => list_cards(account, call, id),
        ("POST", ["payment_methods"]) => create_card(account, call),
        ("POST", ["payment_methods", id, "attach"]) => attach(account, call, id),
        ("POST", ["payment_methods", id, "detach"]) => detach(account, call, id),
        ("GET", ["payment_methods", id]) => card(account, call, id),
        ("GET", ["payment_methods"]) => {
            let customer = call.form.get("customer").unwrap_or_default();
            list_cards(account, call, customer)
        }
        _ => Err(call.unknown()),
    }
}

fn create(account: &mut Account, call: &Call) -> Value {
    let mut customer = account.new_object("customer", "cus", call);
    extend(
        &mut customer,
        json!({
            "address": null,
            "balance": 0,
            "currency": null,
            "default_source": null,
            "delinquent": false,
            "description": call.form.get("description"),
            "discount": null,
            "email": call.form.get("email"),
            "invoice_prefix": "LOCAL",
            "invoice_settings": {"custom_fields": null, "default_payment_method": null,
                "footer": null, "rendering_options": null},
            "name": call.form.get("name"),
            "next_invoice_sequence": 1,
            "phone": null,
            "preferred_locales": [],
            "shipping": null,
            "tax_exempt": "none",
            "test_clock": null,
        }),
    );
    account.put(&customer);
    account.emit("customer.created", &customer, call.now);
    customer
}

fn update(account: &mut Account, call: &Call, id: &str) -> Answer {
    let mut customer = account.find("customer", id)?;
    for field in ["email", "name", "description"] {
        if let Some(text) = call.form.get(field) {
            customer[field] = text.into();
        }
    }
    if let Some(method) = call.form.get("invoice_settings[default_payment_method]") {
        owned(account, method, id)?;
        customer["invoice_settings"]["default_payment_method"] = method.into();
    }
    account.put(&customer);
    account.emit("customer.updated", &customer, call.now);
    Ok(customer)
}

fn list_cards(account: &Account, call: &Call, customer: &str) -> Answer {
    account.find("customer", customer)?;
    account.page("payment_method", call, |one| one["customer"] == customer)
}

/// A card that belongs to a customer.
pub(super) fn owned(account: &Account, id: &str, customer: &str) -> Answer {
    let method = account.find("payment_method", id)?;
    if method["customer"] == customer {
        return Ok(method);
    }
    let message = "The payment method does not belong to the customer.";
    Err(Refusal::invalid("payment_method", message))
}

/// A card that belongs to a customer or to nobody yet.
pub(super) fn offered(account: &Account, id: &str, customer: &str) -> Answer {
    let method = account.find("payment_method", id)?;
    if method["customer"].is_null() { Ok(method) } else { owned(account, id, customer) }
}

/// A new payment method of a test card, which belongs to nobody yet.
fn fresh(account: &mut Account, call: &Call, number: &str) -> Answer {
    let shown = cards::shown(number).ok_or_else(|| {
        Refusal::card(&json!({
            "type": "card_error", "code": "incorrect_number",
            "message": "Your card number is incorrect.",
        }))
    })?;
    let mut method = account.new_object("payment_method", "pm", call);
    extend(
        &mut method,
        json!({
            "allow_redisplay": "unspecified",
            "billing_details": {"address": {"city": null, "country": null, "line1": null,
                "line2": null, "postal_code": null, "state": null},
                "email": null, "name": null, "phone": null, "tax_id": null},
            "card": shown,
            "customer": null,
            "type": "card",
            "_number": number,
            "_authenticated": false,
        }),
    );
    Ok(method)
}

/// A card by its identifier, or a new one by the token of a test card.
pub(super) fn card(account: &mut Account, call: &Call, id: &str) -> Answer {
    match cards::number_of(id) {
        Some(number) => fresh(account, call, number),
        None => account.find("payment_method", id),
    }
}

fn create_card(account: &mut Account, call: &Call) -> Answer {
    let number = call.form.get("card[number]").unwrap_or_default().replace(' ', "");
    let method = fresh(account, call, &number)?;
    account.put(&method);
    Ok(method)
}

/// Gives a card to a customer.
pub(super) fn give(account: &mut Account, mut method: Value, customer: &str, now: i64) -> Answer {
    account.find("customer", customer)?;
    match method["customer"].as_str() {
        Some(owner) if owner != customer => {
            let message = "The payment method is attached to another customer.";
            return Err(Refusal::invalid("payment_method", message));
        }
        _ => {}
    }
    if let Outcome::Declined(error) = cards::stored(&method) {
        return Err(Refusal::card(&error));
    }
    method["customer"] = customer.into();
    account.put(&method);
    account.emit("payment_method.attached", &method, now);
    Ok(method)
}

fn attach(account: &mut Account, call: &Call, id: &str) -> Answer {
    let method = card(account, call, id)?;
    let customer = call.form.get("customer").unwrap_or_default();
    give(account, method, customer, call.now)
}

fn detach(account: &mut Account, call: &Call, id: &str) -> Answer {
    let mut method = account.find("payment_method", id)?;
    let owner = method["customer"].as_str().unwrap_or_default().to_owned();
    if let Ok(mut customer) = account.find("customer", &owner)
        && customer["invoice_settings"]["default_payment_method"] == id
    {
        customer["invoice_settings"]["default_payment_method"] = Value::Null;
        account.put(&customer);
    }
    method["customer"] = Value::Null;
    account.put(&method);
    account.emit("payment_method.detached", &method, call.now);
    Ok(method)
}
