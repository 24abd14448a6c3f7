//! Invoices of subscriptions, and events. <https://docs.stripe.com/api/invoices>

use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend};

/// What an invoice is for.
pub(super) struct Bill<'a> {
    pub(super) subscription: &'a Value,
    /// Cents.
    pub(super) amount: i64,
    /// `subscription_create`, `subscription_cycle` or `subscription_update`.
    pub(super) reason: &'a str,
    pub(super) intent: &'a Value,
}

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let of_customer =
        |one: &Value| call.form.get("customer").is_none_or(|customer| one["customer"] == customer);
    match (call.method.as_str(), path.as_slice()) {
        ("GET", ["invoices", id]) => {
            let invoice = account.find("invoice", id)?;
            Ok(expanded(account, invoice, call.form.expands("payments")))
        }
        ("GET", ["invoices"]) => account.page("invoice", call, of_customer),
        ("GET", ["events", id]) => account.find("event", id),
        ("GET", ["events"]) => {
            let fits = |one: &Value| {
                let of_type = call.form.get("type").is_none_or(|kind| one["type"] == kind);
                let since = call.form.number("created[gte]").unwrap_or(0);
                of_type && one["created"].as_i64() >= Some(since)
            };
            account.page("event", call, fits)
        }
        _ => Err(call.unknown()),
    }
}

/// Makes the invoice of a subscription; it is paid if its payment is.
pub(super) fn create(account: &mut Account, call: &Call, bill: &Bill<'_>) -> Value {
    let empty = Call { form: super::form::Form::default(), ..call.clone() };
    let mut invoice = account.new_object("invoice", "in", &empty);
    let item = &bill.subscription["items"]["data"][0];
    let (start, end) = (&item["current_period_start"], &item["current_period_end"]);
    let line = json!({
        "id": account.id("il"),
        "object": "line_item",
        "amount": bill.amount,
        "currency": "usd",
        "description": "Subscription",
        "discount_amounts": [],
        "discountable": true,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": account.is_live(),
        "metadata": {},
        "parent": null,
        "period": {"start": start, "end": end},
        "pretax_credit_amounts": [],
        "pricing": {"type": "price_details", "unit_amount_decimal": bill.amount.to_string(),
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]}},
        "quantity": 1,
        "subtotal": bill.amount,
        "taxes": [],
    });
    let lines_url = format!("/v1/invoices/{}/lines", invoice["id"].as_str().unwrap_or_default());
    let customer = bill.subscription["customer"].as_str().unwrap_or_default();
    let email = account.get(customer).map(|customer| customer["email"].clone());
    extend(
        &mut invoice,
        json!({
            "amount_due": bill.amount,
            "amount_overpaid": 0,
            "amount_paid": 0,
            "amount_remaining": bill.amount,
            "amount_shipping": 0,
            "attempt_count": 1,
            "attempted": true,
            "auto_advance": false,
            "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null,
                "provider": null, "status": null},
            "billing_reason": bill.reason,
            "collection_method": "charge_automatically",
            "currency": "usd",
            "customer": customer,
            "customer_email": email,
            "default_tax_rates": [],
            "discounts": [],
            "ending_balance": 0,
            "hosted_invoice_url": null,
            "invoice_pdf": null,
            "issuer": {"type": "self"},
            "lines": {"object": "list", "data": [line], "has_more": false,
                "url": lines_url},
            "next_payment_attempt": null,
            "number": format!("LOCAL-{}", call.now),
            "parent": {"type": "subscription_details", "quote_details": null,
                "subscription_details": {"metadata": {}, "subscription": bill.subscription["id"]}},
            "payment_settings": {"default_mandate": null, "payment_method_options": null,
                "payment_method_types": null},
            "period_start": start,
            "period_end": end,
            "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0,
            "starting_balance": 0,
            "status": "open",
            "status_transitions": {"finalized_at": call.now, "marked_uncollectible_at": null,
                "paid_at": null, "voided_at": null},
            "subtotal": bill.amount,
            "total": bill.amount,
            "total_discount_amounts": [],
            "total_taxes": [],
            "_intent": bill.intent["id"],
            "_subscription": bill.subscription["id"],
        }),
    );
    account.put(&invoice);
    if bill.intent["status"] == "succeeded" || bill.amount == 0 {
        return settled(account, invoice, call.now);
    }
    if bill.intent["status"] == "requires_payment_method" {
        account.emit("invoice.payment_failed", &invoice, call.now);
    } else {
        account.emit("invoice.payment_action_required", &invoice, call.now);
    }
    invoice
}

/// Marks an invoice as paid.
pub(super) fn settled(account: &mut Account, mut invoice: Value, now: i64) -> Value {
    invoice["status"] = "paid".into();
    invoice["amount_paid"] = invoice["amount_due"].clone();
    invoice["amount_remaining"] = 0.into();
    invoice["status_transitions"]["paid_at"] = now.into();
    account.put(&invoice);
    account.emit("invoice.paid", &invoice, now);
    account.emit("invoice.payment_succeeded", &invoice, now);
    invoice
}

/// An invoice, with its payments if the request asks for them.
pub(super) fn expanded(account: &Account, mut invoice: Value, with_payments: bool) -> Value {
    if with_payments {
        let intent = invoice["_intent"].as_str().and_then(|id| account.get(id));
        let payment = intent.map(|intent| {
            let paid = intent["status"] == "succeeded";
            json!({
                "id": format!("inpay_{}", intent["id"].as_str().unwrap_or_default()),
                "object": "invoice_payment",
                "amount_paid": if paid { intent["amount"].clone() } else { Value::Null },
                "amount_requested": intent["amount"],
                "created": intent["created"],
                "currency": "usd",
                "invoice": invoice["id"],
                "is_default": true,
                "livemode": intent["livemode"],
                "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
                "status": if paid { "paid" } else { "open" },
                "status_transitions": {"canceled_at": null, "paid_at": null},
            })
        });
        let data: Vec<Value> = payment.into_iter().collect();
        let url = "/v1/invoice_payments";
        invoice["payments"] =
            json!({"object": "list", "data": data, "has_more": false, "url": url});
    }
    super::account::shown(&invoice)
}
