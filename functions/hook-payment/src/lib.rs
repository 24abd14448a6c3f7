//! `hook-payment`: takes what Stripe tells, proves that it is Stripe who tells it, keeps it and
//! queues it.
//!
//! An event that was kept but not queued is queued when Stripe repeats it, so none is lost.

mod envelope;

use std::sync::Arc;

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::stripe::Stripe;
use adapters::tables::payment_events::PaymentEvents;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use contracts::payment::PaymentEventV1;
use domain::id::TenantId;
use domain::{Error, Kind, Mode};
use runtime::config::{Config, ConfigError};
use runtime::http::{ApiError, Path};

use crate::envelope::Envelope;

/// The largest event that is read; an invoice with hundreds of lines stays below.
const EVENT_BYTES_MAX: usize = 512 * 1024;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    stripe: Stripe,
    events: PaymentEvents,
    queue: Queue<PaymentEventV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let queue = config.required("ON_PAYMENT_EVENT_QUEUE_URL")?;
        Ok(Self {
            stripe: Stripe::new(aws, config.required("STRIPE_ACCOUNTS_SECRET_ARN")?),
            events: PaymentEvents::new(aws, config.required("BILLING_TABLE")?),
            queue: Queue::new(aws, queue, "the payment queue"),
        })
    }
}

/// The function's routes.
pub fn router(app: App) -> Router {
    let route = post(take_event).layer(DefaultBodyLimit::max(EVENT_BYTES_MAX));
    let router = Router::new().route("/api/v2/webhooks/stripe/{tenant}/{mode}", route);
    runtime::http::finish(router.with_state(Arc::new(app)))
}

/// Takes an event: 200 once it is safe with us, which includes that it was before.
///
/// # Errors
///
/// 400 `signature_invalid`, `event_invalid`, `event_mode`; 404 `not_found` where no account is;
/// 413 `payload_too_large`; 503 `unavailable`, after which Stripe tries again.
async fn take_event(
    State(app): State<Arc<App>>,
    Path((tenant, mode)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let (tenant_id, mode) = addressed(&tenant, &mode)?;
    let body = body.map_err(|_| too_large())?;
    let now = runtime::clock::now();
    let account = app.stripe.find(&tenant_id, mode, now).await?.ok_or_else(unknown)?;
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    let payload = str::from_utf8(&body).map_err(|_| envelope::invalid("the body is no text"))?;
    account.verify(payload, signature.unwrap_or_default(), now)?;
    let envelope = Envelope::read(payload)?;
    if envelope.livemode != (mode == Mode::Live) {
        return Err(Error::invalid("event_mode", "This event belongs to the other mode.").into());
    }
    let event = PaymentEventV1 { tenant_id, mode, event_id: envelope.id.clone() };
    let is_new = app.events.keep(&event, &envelope.stored(now)?).await?;
    if is_new || !app.events.is_done(&event).await? {
        app.queue.send(&event).await?;
    }
    Ok(StatusCode::OK)
}

fn unknown() -> Error {
    Error::not_found("payment account")
}

fn too_large() -> Error {
    Error::new(Kind::TooLarge, "payload_too_large", "The event is too large.")
}

fn addressed(tenant: &str, mode: &str) -> Result<(TenantId, Mode), Error> {
    let mode = match mode {
        "sandbox" => Mode::Sandbox,
        "live" => Mode::Live,
        _ => return Err(unknown()),
    };
    Ok((tenant.parse().map_err(|_| unknown())?, mode))
}
