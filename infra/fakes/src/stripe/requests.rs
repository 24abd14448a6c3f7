//! One request: who may make it, whether it is a repetition, what it does, and what goes wrong.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use super::account::{Account, Call, Reply, shown};
use super::delivery::WEBHOOK;
use super::form::Form;
use super::refusal::Refusal;
use super::state::Stripe;
use super::{cards, customers, invoices, payment_intents, products, setup_intents, subscriptions};
use crate::faults::{self, Answer, Course, Fault, Lie, Subject, What};

/// The largest body that is read.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Whether Stripe can commit this fault: it has to name its act, and the delivery of an event can
/// only be late, repeated or lost.
pub(super) fn expresses(fault: &Fault) -> bool {
    use faults::Refusal::{NoCapacity, Quota};
    let is_delivery = matches!(fault.what, What::Slow { .. } | What::Silent | What::Twice { .. });
    match fault.act.as_deref() {
        None => false,
        Some(WEBHOOK) => is_delivery,
        Some(_) => !matches!(
            fault.what,
            What::Refuse { refusal: NoCapacity | Quota }
                | What::Twice { .. }
                | What::Lie { lie: Lie::Booting | Lie::Price { .. } }
        ),
    }
}

/// A fault in Stripe's words.
fn refused(refusal: faults::Refusal) -> Answer {
    let refusal = match refusal {
        faults::Refusal::Declined => Refusal::card(&cards::declined()),
        faults::Refusal::RateLimited => Refusal::too_many(),
        faults::Refusal::Status { status } => Refusal::broken(status),
        // Stripe sells nothing that could run out, so `expresses` lets neither pass.
        faults::Refusal::NoCapacity | faults::Refusal::Quota => Refusal::broken(500),
    };
    Answer::json(refusal.status, &refusal.body)
}

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
    let mut call = Call { method, path, form, now, declines: false };
    let (account, course) = match admitted(stripe, &parts.headers, &call).await {
        Ok(admitted) => admitted,
        Err(refusal) => return Answer::json(refusal.status, &refusal.body).into_response(),
    };
    call.declines = course.declines();
    let instead = if call.declines { None } else { course.before().await };
    let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let answer = carried_out(stripe, (&account, &call, key), instead).await;
    stripe.news.notify_one();
    course.after(answer).await.into_response()
}

/// The account that a request may use, and what becomes of the request.
async fn admitted(
    stripe: &Stripe,
    headers: &HeaderMap,
    call: &Call,
) -> Result<(String, Course), Refusal> {
    let world = stripe.world.lock().await;
    let opened = key_of(headers).and_then(|key| world.opened_by(&key));
    let (name, is_secret) = opened.ok_or_else(Refusal::unauthorized)?;
    let account = world.accounts.get(&name).ok_or_else(Refusal::unauthorized)?;
    let may = is_secret || (is_public(call) && proves(account, call));
    if !may {
        return Err(Refusal::unauthorized());
    }
    let noun = call.path.first().map(String::as_str).unwrap_or_default();
    let act = if call.method == "GET" { format!("{noun}.read") } else { noun.to_owned() };
    let names = account.customer_of(call).into_iter().collect();
    let subject = Subject { account: name.clone(), act, names, instance_types: Vec::new() };
    let fault = stripe.faults.take(&subject).map_err(|_| Refusal::broken(500))?;
    Ok((name, Course::new(fault, refused)))
}

/// Does what a request asks, unless there is an answer `instead`, and saves it before it answers.
async fn carried_out(
    stripe: &Stripe,
    (name, call, key): (&str, &Call, Option<&str>),
    instead: Option<Answer>,
) -> Answer {
    let broken = || refused(faults::Refusal::Status { status: 500 });
    let mut world = stripe.world.lock().await;
    let Some(account) = world.accounts.get_mut(name) else {
        return broken();
    };
    let answer = instead.unwrap_or_else(|| {
        let (status, body) = once(account, call, key);
        Answer::json(status, &body)
    });
    account.record(call, key, answer.status);
    if call.method != "GET" && world.save().is_err() {
        return broken();
    }
    answer
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
    // A request that was refused before it had any effect may be corrected and sent again.
    if let Some(key) = key.filter(|_| status == 200 || status == 402) {
        let reply = Reply { fingerprint, status, body: body.clone() };
        account.replies.insert(key.to_owned(), reply);
    }
    (status, body)
}

fn dispatch(account: &mut Account, call: &Call) -> super::account::Answer {
    let noun = call.path.first().map(String::as_str).unwrap_or_default();
    match noun {
        "products" | "prices" => products::answer(account, call),
        "customers" | "payment_methods" => customers::answer(account, call),
        "setup_intents" => setup_intents::answer(account, call),
        "payment_intents" => payment_intents::answer(account, call),
        "subscriptions" => subscriptions::answer(account, call),
        // What a subscription would be invoiced with is asked of the invoices.
        "invoices" if call.path.get(1).is_some_and(|id| id == "create_preview") => {
            subscriptions::previewed(account, call)
        }
        "invoices" | "events" => invoices::answer(account, call),
        _ => Err(call.unknown()),
    }
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
