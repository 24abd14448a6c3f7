//! The test cards, and how a payment with each one ends.
//! <https://docs.stripe.com/testing>

use serde_json::{Value, json};

/// What a card does when it has to pay.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Behaviour {
    Pays,
    /// Declines to pay, and cannot be stored either.
    Declines,
    /// Can be stored, but declines to pay.
    DeclinesToPay,
    /// Asks its owner first.
    Asks,
}

/// How a payment ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Paid,
    Declined(Value),
    NeedsAction,
}

struct TestCard {
    token: &'static str,
    number: &'static str,
    brand: &'static str,
    behaviour: Behaviour,
}

const fn card(
    token: &'static str,
    number: &'static str,
    brand: &'static str,
    behaviour: Behaviour,
) -> TestCard {
    TestCard { token, number, brand, behaviour }
}

const CARDS: [TestCard; 10] = [
    card("pm_card_visa", "4242424242424242", "visa", Behaviour::Pays),
    card("pm_card_visa_debit", "4000056655665556", "visa", Behaviour::Pays),
    card("pm_card_mastercard", "5555555555554444", "mastercard", Behaviour::Pays),
    card("pm_card_amex", "378282246310005", "amex", Behaviour::Pays),
    card("pm_card_chargeDeclined", "4000000000000002", "visa", Behaviour::Declines),
    card("pm_card_visa_chargeDeclined", "4000000000000002", "visa", Behaviour::Declines),
    card("pm_card_chargeCustomerFail", "4000000000000341", "visa", Behaviour::DeclinesToPay),
    card("pm_card_authenticationRequiredOnSetup", "4000002500003155", "visa", Behaviour::Asks),
    card("pm_card_authenticationRequired", "4000002760003184", "visa", Behaviour::Asks),
    card("pm_card_threeDSecure2Required", "4000000000003220", "visa", Behaviour::Asks),
];

/// The number behind a test token.
pub(super) fn number_of(token: &str) -> Option<&'static str> {
    CARDS.iter().find(|card| card.token == token).map(|card| card.number)
}

fn behaviour(method: &Value) -> Behaviour {
    let number = method["_number"].as_str().unwrap_or_default();
    let known = CARDS.iter().find(|card| card.number == number);
    known.map_or(Behaviour::Declines, |card| card.behaviour)
}

/// The `card` of a payment method; `None` if no test card has this number.
pub(super) fn shown(number: &str) -> Option<Value> {
    let card = CARDS.iter().find(|card| card.number == number)?;
    Some(json!({
        "brand": card.brand,
        "checks": {"address_line1_check": null, "address_postal_code_check": null,
            "cvc_check": "pass"},
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": format!("local{}", number.get(number.len().saturating_sub(8)..)?),
        "funding": "credit",
        "generated_from": null,
        "last4": number.get(number.len().saturating_sub(4)..)?,
        "networks": {"available": [card.brand], "preferred": null},
        "three_d_secure_usage": {"supported": true},
        "wallet": null,
    }))
}

pub(super) fn declined() -> Value {
    json!({
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
        "doc_url": "https://docs.stripe.com/error-codes/card-declined",
    })
}

fn authentication_required() -> Value {
    json!({
        "type": "card_error",
        "code": "authentication_required",
        "decline_code": "authentication_required",
        "message": "Your card was declined. This transaction requires authentication.",
    })
}

/// Whether a card can be stored, or why not.
pub(super) fn stored(method: &Value) -> Outcome {
    match behaviour(method) {
        Behaviour::Declines => Outcome::Declined(declined()),
        Behaviour::Pays | Behaviour::DeclinesToPay | Behaviour::Asks => Outcome::Paid,
    }
}

/// Whether storing a card for later asks its owner.
pub(super) fn asks(method: &Value) -> bool {
    behaviour(method) == Behaviour::Asks
}

/// How a payment ends, depending on whether the card's owner is at the page.
pub(super) fn paid(method: &Value, off_session: bool) -> Outcome {
    match behaviour(method) {
        Behaviour::Pays => Outcome::Paid,
        Behaviour::Declines | Behaviour::DeclinesToPay => Outcome::Declined(declined()),
        Behaviour::Asks if !off_session => Outcome::NeedsAction,
        Behaviour::Asks if method["_authenticated"] == true => Outcome::Paid,
        Behaviour::Asks => Outcome::Declined(authentication_required()),
    }
}
