//! One account: its objects, its events and what it was asked.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::form::Form;
use super::refusal::Refusal;

/// How many requests are remembered for tests to look at.
const RECORDED_MAX: usize = 2_000;
/// How many delivered events are remembered.
const DELIVERED_MAX: usize = 1_000;
/// The API version whose shapes these are.
const API_VERSION: &str = "2026-09-30.endive";

/// A Stripe account.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Account {
    pub(super) secret_key: String,
    pub(super) publishable_key: String,
    pub(super) webhook_url: String,
    pub(super) webhook_secret: String,
    objects: BTreeMap<String, Value>,
    /// Answers by idempotency key.
    pub(super) replies: BTreeMap<String, Reply>,
    pub(super) events: Vec<Event>,
    /// Customers whose events wait until they are released.
    pub(super) held: BTreeSet<String>,
    pub(super) requests: Vec<Value>,
    made: u64,
}

/// The answer under an idempotency key.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Reply {
    pub(super) fingerprint: String,
    pub(super) status: u16,
    pub(super) body: Value,
}

/// An event on its way.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Event {
    pub(super) body: Value,
    pub(super) customer: Option<String>,
    /// How often it is still to be delivered.
    pub(super) due: u32,
    /// Whether the faults that strike its delivery have been applied.
    pub(super) is_planned: bool,
    pub(super) is_held: bool,
    pub(super) failures: u32,
    /// Earliest time of the next try, in milliseconds since 1970.
    pub(super) not_before_ms: i64,
}

/// One request to the API.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    /// The parts of the path after `/v1`.
    pub(super) path: Vec<String>,
    pub(super) form: Form,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// Whether any card is to be declined.
    pub(super) declines: bool,
}

pub(super) type Answer = Result<Value, Refusal>;

impl Call {
    /// The refusal of an unknown address.
    pub(super) fn unknown(&self) -> Refusal {
        Refusal::missing("URL", &format!("{} /v1/{}", self.method, self.path.join("/")))
    }
}

impl Account {
    pub(super) fn is_live(&self) -> bool {
        self.secret_key.starts_with("sk_live_")
    }

    /// A new identifier; later ones sort after earlier ones.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_local{:012}", self.made)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(id)
    }

    /// The object `id`, which must be a `kind`.
    pub(super) fn find(&self, kind: &str, id: &str) -> Answer {
        let found = self.objects.get(id).filter(|object| object["object"] == kind);
        found.cloned().ok_or_else(|| Refusal::missing(kind, id))
    }

    pub(super) fn put(&mut self, object: &Value) {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        self.objects.insert(id, object.clone());
    }

    /// What all new objects have.
    pub(super) fn new_object(&mut self, kind: &str, prefix: &str, call: &Call) -> Value {
        json!({
            "id": self.id(prefix),
            "object": kind,
            "created": call.now,
            "livemode": self.is_live(),
            "metadata": call.form.metadata(),
        })
    }

    /// The objects of a kind that `fits`, the newest first.
    pub(super) fn all(&self, kind: &str, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut all: Vec<&Value> = self
            .objects
            .values()
            .filter(|object| object["object"] == kind && fits(object))
            .collect();
        all.sort_by_key(|object| {
            let id = object["id"].as_str().unwrap_or_default();
            std::cmp::Reverse(id.rsplit('_').next().unwrap_or_default().to_owned())
        });
        all.into_iter().cloned().collect()
    }

    /// A page of a list, as the request asks for it.
    pub(super) fn page(&self, kind: &str, call: &Call, fits: impl Fn(&Value) -> bool) -> Answer {
        let all = self.all(kind, fits);
        let limit = call.form.number("limit").unwrap_or(10);
        if !(1..=100).contains(&limit) {
            return Err(Refusal::invalid("limit", "A limit is 1 to 100."));
        }
        let after = call.form.get("starting_after");
        let start = match after {
            None => 0,
            Some(id) => all.iter().position(|object| object["id"] == id).map_or(0, |at| at + 1),
        };
        let limit = usize::try_from(limit).unwrap_or(10);
        let has_more = all.len() > start + limit;
        let data: Vec<Value> = all.iter().skip(start).take(limit).map(shown).collect();
        let url = format!("/v1/{}", call.path.join("/"));
        Ok(json!({"object": "list", "data": data, "has_more": has_more, "url": url}))
    }

    /// Tells the webhook about a change.
    pub(super) fn emit(&mut self, kind: &str, object: &Value, now: i64) {
        let customer = match object["object"].as_str() {
            Some("customer") => object["id"].as_str(),
            _ => object["customer"].as_str(),
        }
        .map(str::to_owned);
        let body = json!({
            "id": self.id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": now,
            "data": {"object": shown(object)},
            "livemode": self.is_live(),
            "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
            "type": kind,
        });
        self.put(&body);
        let is_held = customer.as_ref().is_some_and(|customer| self.held.contains(customer));
        self.events.push(Event {
            body,
            customer,
            due: 1,
            is_planned: false,
            is_held,
            failures: 0,
            not_before_ms: 0,
        });
    }

    /// The customer a request is about.
    pub(super) fn customer_of(&self, call: &Call) -> Option<String> {
        if let Some(customer) = call.form.get("customer") {
            return Some(customer.to_owned());
        }
        let id = call.path.get(1)?;
        if id.starts_with("cus_") {
            return Some(id.clone());
        }
        self.get(id)?["customer"].as_str().map(str::to_owned)
    }

    pub(super) fn record(&mut self, call: &Call, key: Option<&str>, status: u16) {
        let customer = self.customer_of(call);
        self.requests.push(json!({
            "method": call.method,
            "path": format!("/{}", call.path.join("/")),
            "form": call.form.to_json(),
            "idempotency_key": key,
            "customer": customer,
            "status": status,
        }));
        let surplus = self.requests.len().saturating_sub(RECORDED_MAX);
        self.requests.drain(..surplus);
        let delivered = self.events.iter().filter(|event| event.due == 0).count();
        let mut surplus = delivered.saturating_sub(DELIVERED_MAX);
        self.events.retain(|event| {
            let drop = event.due == 0 && surplus > 0;
            surplus -= usize::from(drop);
            !drop
        });
    }
}

/// An object as it is answered: without the fields that only we use.
pub(super) fn shown(object: &Value) -> Value {
    let Value::Object(fields) = object else {
        return object.clone();
    };
    let fields = fields.iter().filter(|(name, _)| !name.starts_with('_'));
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// Adds the fields of `more` to `object`.
pub(super) fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
