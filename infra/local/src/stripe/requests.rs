//! One request: whose it is, whether it was made before, what it does, and what goes wrong.

use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use data_encoding::BASE64;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use super::account::{Account, Answer, Call, Fault, FaultKind, Reply, shown};
use super::form::Form;
use super::refusal::{Refusal, answered};
use super::{Stripe, customers, invoices, payment_intents, products, setup_intents, subscriptions};

/// Longer than any client waits.
const NEVER: Duration = Duration::from_mins(2);
/// The largest body that is read.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Answers a request to the API.
pub(super) async fn answer(stripe: &Stripe, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_end_matches('/').strip_prefix("/v1/").unwrap_or_default();
    let path: Vec<String> = path.split('/').map(str::to_owned).collect();
    let method = parts.method.as_str().to_owned();
    let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let form = Form::parse(&format!("{query}&{}", String::from_utf8_lossy(&bytes)));
    let now = runtime::clock::now().as_second();
    let call = Call { method, path, form, now, declines: false };
    let (fault, status, body) = decided(stripe, &parts.headers, call).await;
    stripe.news.notify_one();
    match fault.map(|fault| (fault.kind, fault.delay_ms)) {
        Some((FaultKind::TimeoutAfterEffect, _)) => {
            tokio::time::sleep(NEVER).await;
            answered(504, &Value::Null)
        }
        Some((FaultKind::ErrorAfterEffect, _)) => answered(500, &Refusal::broken(500).body),
        Some((FaultKind::Delay, delay_ms)) => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            answered(status, &body)
        }
        Some((FaultKind::Decline | FaultKind::Unavailable, _)) | None => answered(status, &body),
    }
}

/// Does what a request asks, and keeps it, before anybody is told.
async fn decided(
    stripe: &Stripe,
    headers: &HeaderMap,
    mut call: Call,
) -> (Option<Fault>, u16, Value) {
    let mut world = stripe.world.lock().await;
    let opened = key_of(headers).and_then(|key| world.opened_by(&key));
    let Some((name, is_secret)) = opened.filter(|(_, is_secret)| *is_secret || is_public(&call))
    else {
        let refusal = Refusal::unauthorized();
        return (None, refusal.status, refusal.body);
    };
    let Some(account) = world.accounts.get_mut(&name) else {
        return (None, 500, Refusal::broken(500).body);
    };
    if !is_secret && !proves(account, &call) {
        let refusal = Refusal::unauthorized();
        return (None, refusal.status, refusal.body);
    }
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let fault = account.fault(&call);
    let kind = fault.as_ref().map(|fault| fault.kind);
    let (status, body) = if kind == Some(FaultKind::Unavailable) {
        (503, Refusal::broken(503).body)
    } else {
        call.declines = kind == Some(FaultKind::Decline);
        once(account, &call, key)
    };
    account.record(&call, key, status);
    if call.method != "GET" && world.save().is_err() {
        return (None, 500, Refusal::broken(500).body);
    }
    (fault, status, body)
}

/// Answers what was answered before under the same key.
/// <https://docs.stripe.com/api/idempotent_requests>
fn once(account: &mut Account, call: &Call, key: Option<&str>) -> (u16, Value) {
    let key = key.filter(|_| call.method == "POST");
    let fingerprint = format!("{:?} {}", call.path, call.form.fingerprint());
    if let Some(known) = key.and_then(|key| account.replies.get(key)) {
        if known.fingerprint == fingerprint {
            return (known.status, known.body.clone());
        }
        let refusal = Refusal::idempotency();
        return (refusal.status, refusal.body);
    }
    let (status, body) = match dispatch(account, call) {
        Ok(object) => (200, shown(&object)),
        Err(refusal) => (refusal.status, refusal.body),
    };
    // What was refused before anything happened may be sent again, put right.
    if let Some(key) = key.filter(|_| status == 200 || status == 402) {
        let reply = Reply { fingerprint, status, body: body.clone() };
        account.replies.insert(key.to_owned(), reply);
    }
    (status, body)
}

fn dispatch(account: &mut Account, call: &Call) -> Answer {
    let noun = call.path.first().map(String::as_str).unwrap_or_default();
    match noun {
        "products" | "prices" => products::answer(account, call),
        "customers" | "payment_methods" => customers::answer(account, call),
        "setup_intents" => setup_intents::answer(account, call),
        "payment_intents" => payment_intents::answer(account, call),
        "subscriptions" => subscriptions::answer(account, call),
        "invoices" | "events" => invoices::answer(account, call),
        _ => Err(unknown(call)),
    }
}

/// The refusal of an address there is nothing at.
pub(super) fn unknown(call: &Call) -> Refusal {
    Refusal::missing("URL", &format!("{} /v1/{}", call.method, call.path.join("/")))
}

/// The key of a request: a bearer token, or a user name.
fn key_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    if let Some(key) = value.strip_prefix("Bearer ") {
        return Some(key.to_owned());
    }
    let pair = BASE64.decode(value.strip_prefix("Basic ")?.as_bytes()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    Some(pair.split(':').next().unwrap_or_default().to_owned())
}

/// Whether a page may make this request.
fn is_public(call: &Call) -> bool {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    matches!(
        (call.method.as_str(), path.as_slice()),
        ("POST", ["payment_methods"] | ["setup_intents" | "payment_intents", _, "confirm"])
            | ("GET", ["setup_intents" | "payment_intents", _])
    )
}

/// Whether a page knows the secret of what it asks for.
fn proves(account: &Account, call: &Call) -> bool {
    match call.path.get(1).and_then(|id| account.get(id)) {
        Some(intent) => {
            call.form.get("client_secret").is_some_and(|secret| intent["client_secret"] == secret)
        }
        None => call.path.len() == 1,
    }
}
