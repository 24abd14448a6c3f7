//! Subscriptions. <https://docs.stripe.com/api/subscriptions>

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend};
use super::invoices::{self, Bill, Line};
use super::payments::{self, Payment};
use super::refusal::Refusal;
use super::{cards, customers};

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let one = match (call.method.as_str(), path.as_slice()) {
        ("POST", ["subscriptions"]) => create(account, call)?,
        ("POST", ["subscriptions", id]) => update(account, call, id)?,
        ("DELETE", ["subscriptions", id]) => {
            let one = account.find("subscription", id)?;
            ended(account, one, call.now)
        }
        ("GET", ["subscriptions", id]) => account.find("subscription", id)?,
        ("GET", ["subscriptions"]) => {
            return account.page("subscription", call, |one| fits(one, call));
        }
        _ => return Err(call.unknown()),
    };
    Ok(expanded(account, one, call))
}

fn fits(one: &Value, call: &Call) -> bool {
    let of_customer = call.form.get("customer").is_none_or(|customer| one["customer"] == customer);
    of_customer
        && match call.form.get("status") {
            Some("all") => true,
            Some(status) => one["status"] == status,
            None => one["status"] != "canceled",
        }
}

fn expanded(account: &Account, mut one: Value, call: &Call) -> Value {
    if call.form.expands("latest_invoice")
        && let Some(invoice) = one["latest_invoice"].as_str().and_then(|id| account.get(id))
    {
        let with_payments = call.form.expands("latest_invoice.payments");
        one["latest_invoice"] = invoices::expanded(account, invoice.clone(), with_payments);
    }
    one
}

/// When a period that begins at `start` ends.
pub(super) fn period_end(start: i64, interval: &str) -> i64 {
    let span = if interval == "year" { Span::new().years(1) } else { Span::new().months(1) };
    let start_at = Timestamp::from_second(start).unwrap_or_default().to_zoned(TimeZone::UTC);
    start_at.checked_add(span).map_or(start, |end| end.timestamp().as_second())
}

/// An item with its price, from `start` on.
fn item(id: &str, subscription: &str, price: &Value, start: i64) -> Value {
    let interval = price["recurring"]["interval"].as_str().unwrap_or("month");
    json!({
        "id": id,
        "object": "subscription_item",
        "billing_thresholds": null,
        "created": start,
        "current_period_start": start,
        "current_period_end": period_end(start, interval),
        "discounts": [],
        "metadata": {},
        "plan": {
            "id": price["id"], "object": "plan", "active": true, "amount": price["unit_amount"],
            "amount_decimal": price["unit_amount_decimal"], "billing_scheme": "per_unit",
            "created": price["created"], "currency": "usd", "interval": interval,
            "interval_count": 1, "livemode": price["livemode"], "metadata": {}, "meter": null,
            "nickname": null, "product": price["product"], "tiers_mode": null,
            "transform_usage": null, "trial_period_days": null, "usage_type": "licensed",
        },
        "price": price,
        "quantity": 1,
        "subscription": subscription,
        "tax_rates": [],
    })
}

fn recurring(account: &Account, id: &str) -> Answer {
    let price = account.find("price", id)?;
    if price["type"] == "recurring" && price["active"] == true {
        return Ok(price);
    }
    Err(Refusal::invalid("items[0][price]", "The price is not recurring, or not active."))
}

fn create(account: &mut Account, call: &Call) -> Answer {
    let form = &call.form;
    let customer_id = form.get("customer").unwrap_or_default().to_owned();
    let customer = account.find("customer", &customer_id)?;
    let price = recurring(account, form.get("items[0][price]").unwrap_or_default())?;
    let default = customer["invoice_settings"]["default_payment_method"].as_str();
    let method = form.get("default_payment_method").or(default).ok_or_else(|| {
        Refusal::invalid("default_payment_method", "The customer has no payment method.")
    })?;
    let method = customers::owned(account, method, &customer_id)?;
    let mut one = account.new_object("subscription", "sub", call);
    let id = one["id"].as_str().unwrap_or_default().to_owned();
    let items = vec![item(&account.id("si"), &id, &price, call.now)];
    extend(
        &mut one,
        json!({
            "application": null,
            "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
            "billing_cycle_anchor": call.now,
            "billing_mode": {"type": "flexible"},
            "billing_schedules": [],
            "cancel_at": null,
            "cancel_at_period_end": form.is("cancel_at_period_end"),
            "canceled_at": null,
            "collection_method": "charge_automatically",
            "currency": "usd",
            "customer": customer_id,
            "default_payment_method": method["id"],
            "default_source": null,
            "description": null,
            "discounts": [],
            "ended_at": null,
            "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}},
            "items": {"object": "list", "data": items, "has_more": false,
                "url": format!("/v1/subscription_items?subscription={id}")},
            "latest_invoice": null,
            "next_pending_invoice_item_invoice": null,
            "on_behalf_of": null,
            "pause_collection": null,
            "pending_setup_intent": null,
            "pending_update": null,
            "schedule": null,
            "start_date": call.now,
            "status": "incomplete",
            "trial_end": null,
            "trial_start": null,
        }),
    );
    account.put(&one);
    let lines = [period(&one["items"]["data"][0])];
    let (one, intent) = billed(account, call, one, &lines, "subscription_create")?;
    account.emit("customer.subscription.created", &one, call.now);
    if let Some(error) = unpaid(call, &intent) {
        ended(account, one, call.now);
        return Err(Refusal::card(&error));
    }
    Ok(one)
}

/// Why a payment was not made that has to be made at once.
fn unpaid(call: &Call, intent: &Value) -> Option<Value> {
    let must = call.form.get("payment_behavior") == Some("error_if_incomplete");
    if intent.is_null() || intent["status"] == "succeeded" || !must {
        return None;
    }
    let error = intent["last_payment_error"].clone();
    Some(if error.is_null() { cards::declined() } else { error })
}

/// What a whole period of an item costs.
fn period(item: &Value) -> Line {
    Line {
        amount: item["price"]["unit_amount"].as_i64().unwrap_or_default(),
        start: item["current_period_start"].as_i64().unwrap_or_default(),
        end: item["current_period_end"].as_i64().unwrap_or_default(),
        is_proration: false,
    }
}

/// Invoices a subscription, tries to take what is due, and sets the state that follows; the payment
/// is null if nothing is due.
fn billed(
    account: &mut Account,
    call: &Call,
    mut one: Value,
    lines: &[Line],
    reason: &str,
) -> Result<(Value, Value), Refusal> {
    let plain = Call { form: super::form::Form::default(), ..call.clone() };
    let customer_id = one["customer"].as_str().unwrap_or_default().to_owned();
    let mut customer = account.find("customer", &customer_id)?;
    let starting = customer["balance"].as_i64().unwrap_or_default();
    let bill = Bill { subscription: &one, lines, reason, starting };
    let sum = bill.sum();
    let intent = if sum.due == 0 {
        None
    } else {
        let method = one["default_payment_method"].as_str();
        let default = customer["invoice_settings"]["default_payment_method"].as_str();
        let method = method.or(default).unwrap_or_default();
        let method = customers::owned(account, method, &customer_id)?;
        let off_session = reason == "subscription_cycle";
        let payment =
            Payment { amount: sum.due, customer: &customer_id, method: &method, off_session };
        let intent = payments::open(account, &plain, &payment);
        Some(payments::take(account, &plain, intent, &payment))
    };
    let invoice = invoices::create(account, &plain, &bill, intent.as_ref());
    customer["balance"] = sum.ending.into();
    account.put(&customer);
    one["latest_invoice"] = invoice["id"].clone();
    let intent = intent.unwrap_or_default();
    let status = match (intent.is_null() || intent["status"] == "succeeded", reason) {
        (true, _) => "active",
        (false, "subscription_create") => "incomplete",
        (false, _) => "past_due",
    };
    one["status"] = status.into();
    account.put(&one);
    Ok((one, intent))
}

/// Marks the subscription as paid for whose invoice this payment was made.
pub(super) fn paid(account: &mut Account, intent: &Value, now: i64) {
    let ours = |invoice: &Value| invoice["_intent"] == intent["id"] && invoice["status"] == "open";
    let Some(invoice) = account.all("invoice", ours).into_iter().next() else {
        return;
    };
    let invoice = invoices::settled(account, invoice, now);
    let id = invoice["_subscription"].as_str().unwrap_or_default().to_owned();
    if let Ok(mut one) = account.find("subscription", &id)
        && one["status"] != "canceled"
    {
        one["status"] = "active".into();
        account.put(&one);
        account.emit("customer.subscription.updated", &one, now);
    }
}

fn update(account: &mut Account, call: &Call, id: &str) -> Answer {
    let mut one = account.find("subscription", id)?;
    if one["status"] == "canceled" {
        return Err(Refusal::invalid("id", "A canceled subscription can only be looked at."));
    }
    if let Some(price) = call.form.get("items[0][price]") {
        let price = recurring(account, price)?;
        one = repriced(account, call, one, &price)?;
    }
    if let Some(ends) = call.form.get("cancel_at_period_end") {
        one["cancel_at_period_end"] = (ends == "true").into();
        let at = &one["items"]["data"][0]["current_period_end"];
        one["cancel_at"] = if ends == "true" { at.clone() } else { Value::Null };
    }
    if let Some(method) = call.form.get("default_payment_method") {
        customers::owned(account, method, one["customer"].as_str().unwrap_or_default())?;
        one["default_payment_method"] = method.into();
    }
    for (key, text) in call.form.under("metadata") {
        one["metadata"][key] = text.into();
    }
    account.put(&one);
    account.emit("customer.subscription.updated", &one, call.now);
    Ok(one)
}

/// An item at another price, and what that is invoiced with: `at` is when the old price ends.
fn reprice(old: &Value, price: &Value, at: i64, now: i64) -> (Value, Vec<Line>) {
    let text = |name: &str| old[name].as_str().unwrap_or_default();
    let Line { amount, start, end, .. } = period(old);
    let left = |amount: i64| amount * (end - at).clamp(0, end - start) / (end - start).max(1);
    let rest = |amount: i64| Line { amount: left(amount), start: at, end, is_proration: true };
    let unused = Line { amount: -left(amount), ..rest(0) };
    if old["price"]["recurring"]["interval"] == price["recurring"]["interval"] {
        let mut new = item(text("id"), text("subscription"), price, start);
        new["current_period_end"] = end.into();
        let new_price = price["unit_amount"].as_i64().unwrap_or_default();
        (new, vec![unused, rest(new_price)])
    } else {
        // Another interval begins a period of its own, which is paid as a whole.
        let new = item(text("id"), text("subscription"), price, now);
        let whole = period(&new);
        (new, vec![unused, whole])
    }
}

/// Changes the price of a subscription; the difference for the rest of the period is paid, or
/// becomes credit.
fn repriced(account: &mut Account, call: &Call, mut one: Value, price: &Value) -> Answer {
    let at = call.form.number("proration_date").unwrap_or(call.now);
    let (new, lines) = reprice(&one["items"]["data"][0], price, at, call.now);
    let before = one.clone();
    one["items"]["data"] = json!([new]);
    if call.form.get("proration_behavior") != Some("always_invoice") {
        return Ok(one);
    }
    let customer = account.find("customer", one["customer"].as_str().unwrap_or_default())?;
    let (one, intent) = billed(account, call, one, &lines, "subscription_update")?;
    if let Some(error) = unpaid(call, &intent) {
        account.put(&before);
        account.put(&customer);
        return Err(Refusal::card(&error));
    }
    Ok(one)
}

/// The invoice that a new subscription, a change or a renewal would be paid with. Nothing is made.
/// <https://docs.stripe.com/api/invoices/create_preview>
pub(super) fn previewed(account: &mut Account, call: &Call) -> Answer {
    let form = &call.form;
    let details = |name: &str| form.get(&format!("subscription_details{name}"));
    let price = details("[items][0][price]").map(|id| recurring(account, id)).transpose()?;
    let (one, lines) = match (form.get("subscription"), price) {
        (Some(id), price) => {
            let mut one = account.find("subscription", id)?;
            let old = one["items"]["data"][0].clone();
            let lines = match price {
                Some(price) => {
                    let at = form.number("subscription_details[proration_date]");
                    let (new, lines) = reprice(&old, &price, at.unwrap_or(call.now), call.now);
                    one["items"]["data"] = json!([new]);
                    lines
                }
                None if one["cancel_at_period_end"] == true
                    && details("[cancel_at_period_end]") != Some("false") =>
                {
                    return Err(Refusal::invalid("subscription", "No upcoming invoices."));
                }
                None => vec![period(&next_period(&old))],
            };
            (one, lines)
        }
        (None, Some(price)) => {
            let new = item("si_preview", "sub_preview", &price, call.now);
            let lines = vec![period(&new)];
            (
                json!({"id": "sub_preview", "customer": form.get("customer"), "items": {"data": [new]}}),
                lines,
            )
        }
        (None, None) => return Err(Refusal::invalid("subscription", "There is no subscription.")),
    };
    let customer = account.find("customer", one["customer"].as_str().unwrap_or_default())?;
    let starting = customer["balance"].as_i64().unwrap_or_default();
    let bill = Bill { subscription: &one, lines: &lines, reason: "upcoming", starting };
    Ok(invoices::drafted(account, call, &bill))
}

/// The item in the period after its present one.
fn next_period(old: &Value) -> Value {
    let mut new = old.clone();
    let start = old["current_period_end"].as_i64().unwrap_or_default();
    let interval = old["price"]["recurring"]["interval"].as_str().unwrap_or("month");
    new["current_period_start"] = start.into();
    new["current_period_end"] = period_end(start, interval).into();
    new
}

/// Ends a subscription.
pub(super) fn ended(account: &mut Account, mut one: Value, now: i64) -> Value {
    let intent = one["latest_invoice"]
        .as_str()
        .and_then(|id| account.get(id))
        .and_then(|invoice| invoice["_intent"].as_str())
        .and_then(|id| account.get(id))
        .cloned();
    if let Some(intent) = intent.filter(|_| one["status"] == "incomplete") {
        payments::cancelled(account, intent, now);
    }
    let expired = one["status"] == "incomplete";
    one["status"] = if expired { "incomplete_expired" } else { "canceled" }.into();
    one["canceled_at"] = now.into();
    one["ended_at"] = now.into();
    account.put(&one);
    account.emit("customer.subscription.deleted", &one, now);
    one
}

/// Lets a period pass: the subscription ends or is renewed, and the renewal is paid or not.
pub(super) fn advanced(account: &mut Account, call: &Call, id: &str, outcome: &str) -> Answer {
    let mut one = account.find("subscription", id)?;
    if one["cancel_at_period_end"] == true || outcome == "canceled" {
        return Ok(ended(account, one, call.now));
    }
    if outcome == "unpaid" {
        one["status"] = "unpaid".into();
        account.put(&one);
        account.emit("customer.subscription.updated", &one, call.now);
        return Ok(one);
    }
    let new = next_period(&one["items"]["data"][0]);
    let lines = [period(&new)];
    one["items"]["data"] = json!([new]);
    let call = Call { declines: outcome == "failed", ..call.clone() };
    let (one, _) = billed(account, &call, one, &lines, "subscription_cycle")?;
    account.emit("customer.subscription.updated", &one, call.now);
    Ok(one)
}
