//! Products and prices. <https://docs.stripe.com/api/products>

use serde_json::{Value, json};

use super::account::{Account, Answer, Call, extend};
use super::refusal::Refusal;

pub(super) fn answer(account: &mut Account, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["products"]) => create_product(account, call),
        ("POST", ["prices"]) => create_price(account, call),
        ("POST", ["products", id]) => update(account, call, "product", id),
        ("POST", ["prices", id]) => update(account, call, "price", id),
        ("GET", ["products", id]) => account.find("product", id),
        ("GET", ["prices", id]) => account.find("price", id),
        ("GET", ["products"]) => account.page("product", call, |one| fits(one, call)),
        ("GET", ["prices"]) => account.page("price", call, |one| fits(one, call)),
        _ => Err(call.unknown()),
    }
}

fn fits(one: &Value, call: &Call) -> bool {
    let active = call.form.get("active").is_none_or(|text| one["active"] == (text == "true"));
    active && call.form.get("product").is_none_or(|product| one["product"] == product)
}

fn create_product(account: &mut Account, call: &Call) -> Answer {
    let name = call.form.get("name").ok_or_else(|| Refusal::invalid("name", "Missing: name."))?;
    let mut product = account.new_object("product", "prod", call);
    if let Some(id) = call.form.get("id") {
        product["id"] = id.into();
    }
    extend(
        &mut product,
        json!({
            "active": true,
            "default_price": null,
            "description": call.form.get("description"),
            "images": [],
            "marketing_features": [],
            "name": name,
            "package_dimensions": null,
            "shippable": null,
            "statement_descriptor": null,
            "tax_code": null,
            "type": "service",
            "unit_label": null,
            "updated": call.now,
            "url": null,
        }),
    );
    account.put(&product);
    account.emit("product.created", &product, call.now);
    Ok(product)
}

fn create_price(account: &mut Account, call: &Call) -> Answer {
    let form = &call.form;
    let product = form.get("product").unwrap_or_default();
    account.find("product", product)?;
    let amount = form.number("unit_amount").filter(|amount| *amount >= 0);
    let amount = amount.ok_or_else(|| Refusal::invalid("unit_amount", "Missing: unit_amount."))?;
    let interval = form.get("recurring[interval]");
    let recurring = interval.map(|interval| {
        json!({
            "interval": interval,
            "interval_count": form.number("recurring[interval_count]").unwrap_or(1),
            "meter": null,
            "trial_period_days": null,
            "usage_type": "licensed",
        })
    });
    let mut price = account.new_object("price", "price", call);
    extend(
        &mut price,
        json!({
            "active": true,
            "billing_scheme": "per_unit",
            "currency": form.get("currency").unwrap_or("usd"),
            "custom_unit_amount": null,
            "lookup_key": form.get("lookup_key"),
            "nickname": form.get("nickname"),
            "product": product,
            "recurring": recurring,
            "tax_behavior": "unspecified",
            "tiers_mode": null,
            "transform_quantity": null,
            "type": if interval.is_some() { "recurring" } else { "one_time" },
            "unit_amount": amount,
            "unit_amount_decimal": amount.to_string(),
        }),
    );
    account.put(&price);
    account.emit("price.created", &price, call.now);
    Ok(price)
}

fn update(account: &mut Account, call: &Call, kind: &str, id: &str) -> Answer {
    let mut one = account.find(kind, id)?;
    for (key, text) in call.form.under("metadata") {
        one["metadata"][key] = text.into();
    }
    if let Some(active) = call.form.get("active") {
        one["active"] = (active == "true").into();
    }
    if let Some(name) = call.form.get("name") {
        one["name"] = name.into();
    }
    one["updated"] = call.now.into();
    account.put(&one);
    account.emit(&format!("{kind}.updated"), &one, call.now);
    Ok(one)
}
