//! Events on their way to the webhook: signed, one after the other, and repeated until accepted.
//! <https://docs.stripe.com/webhooks#verify-manually>

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Body;
use hmac::{Hmac, Mac};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use sha2::Sha256;

use super::account::{Account, Event};
use super::state::Stripe;
use crate::faults::{Faults, Subject, What};

/// How long a webhook may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How often events that wait for their time are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The pause after the first failure; the pauses double, to at most half a minute.
const PAUSE_MS: i64 = 500;
const DOUBLINGS_MAX: u32 = 6;

/// The act of delivering an event, as faults name it.
pub(super) const WEBHOOK: &str = "webhook";

/// One delivery.
struct Delivery {
    account: String,
    event: Value,
    url: String,
    secret: String,
}

/// The header that proves where an event comes from.
pub(super) fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // A key of any length is one of 64 bytes to HMAC, and ours are shorter.
    let mut key = [0_u8; 64];
    for (slot, byte) in key.iter_mut().zip(secret.bytes()) {
        *slot = byte;
    }
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(format!("{seconds}.{body}").as_bytes());
    let mut header = format!("t={seconds},v1=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(header, "{byte:02x}");
    }
    header
}

/// Decides how new events are delivered: late, more than once, or never.
fn plan(faults: &Faults, (name, account): (&str, &mut Account), now_ms: i64) {
    for event in account.events.iter_mut().filter(|event| !event.is_planned) {
        event.is_planned = true;
        let subject = Subject {
            account: name.to_owned(),
            act: WEBHOOK.to_owned(),
            names: event.customer.iter().cloned().collect(),
            instance_types: Vec::new(),
        };
        // If the disk fails, no fault strikes, and the test that wants one fails.
        match faults.take(&subject).ok().flatten().map(|fault| fault.what) {
            Some(What::Twice { more }) => event.due += more,
            Some(What::Silent) => event.due = 0,
            Some(What::Slow { millis }) => {
                event.not_before_ms = now_ms.saturating_add_unsigned(millis);
            }
            Some(What::Malformed | What::Refuse { .. } | What::Lie { .. }) | None => {}
        }
    }
}

impl Stripe {
    /// Delivers events as they come.
    pub(super) async fn deliver_forever(&self) {
        loop {
            match self.next().await {
                Some(delivery) => {
                    let taken = self.deliver(&delivery).await;
                    self.delivered(&delivery, taken).await;
                }
                None => {
                    let _ = tokio::time::timeout(LOOK_EVERY, self.news.notified()).await;
                }
            }
        }
    }

    async fn next(&self) -> Option<Delivery> {
        let now_ms = runtime::clock::now().as_millisecond();
        let mut world = self.world.lock().await;
        for (name, account) in &mut world.accounts {
            plan(&self.faults, (name, account), now_ms);
        }
        world.accounts.iter().find_map(|(name, account)| {
            let is_due =
                |event: &&Event| event.due > 0 && !event.is_held && event.not_before_ms <= now_ms;
            let event = account.events.iter().find(is_due)?;
            Some(Delivery {
                account: name.clone(),
                event: event.body.clone(),
                url: account.webhook_url.clone(),
                secret: account.webhook_secret.clone(),
            })
        })
    }

    async fn deliver(&self, delivery: &Delivery) -> bool {
        let body = delivery.event.to_string();
        let seconds = runtime::clock::now().as_second();
        let request = Request::post(&delivery.url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("stripe-signature", signature(&delivery.secret, seconds, &body))
            .body(Body::from(body));
        let Ok(request) = request else {
            return false;
        };
        match tokio::time::timeout(ANSWER_WITHIN, self.client.request(request)).await {
            Ok(Ok(response)) => response.status().is_success(),
            _ => false,
        }
    }

    async fn delivered(&self, delivery: &Delivery, taken: bool) {
        let now_ms = runtime::clock::now().as_millisecond();
        let mut world = self.world.lock().await;
        let events = world.accounts.get_mut(&delivery.account).map(|account| &mut account.events);
        let id = &delivery.event["id"];
        if let Some(event) = events.into_iter().flatten().find(|event| event.body["id"] == *id) {
            if taken {
                event.due = event.due.saturating_sub(1);
                event.failures = 0;
            } else {
                let pause_ms = PAUSE_MS << event.failures.min(DOUBLINGS_MAX);
                event.failures += 1;
                event.not_before_ms = now_ms + pause_ms;
            }
        }
        // If this is not saved, the event is delivered again, which a webhook has to expect.
        let _ = world.save();
    }
}
