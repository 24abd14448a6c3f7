//! `every-payment-check`: each hour, what got lost on its way to a wallet or plan is handled again.
//!
//! An event of the payment provider that was kept and is not handled has used up its tries, or was
//! never queued. A top-up that was begun and is not over may be paid without anybody having told
//! us. Both are on one list, from which `on-payment-event` removes what it has dealt with, so runs
//! that are doubled, cut off or missing all end the same.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::payment_events::{PaymentEvents, SHARDS, TOP_UP_BEGUN};
use contracts::payment::PaymentEventV1;
use domain::Error;
use jiff::{SignedDuration, Timestamp};
use runtime::config::{Config, ConfigError};
use runtime::telemetry::{Metric, report};
use serde::Serialize;

/// How long an event may be on its way: longer than its queue tries.
const LATE_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What the function works with.
#[derive(Debug)]
pub struct App {
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
            events: PaymentEvents::new(aws, config.required("BILLING_TABLE")?),
            queue: Queue::new(aws, queue, "the payment queue"),
        })
    }
}

/// What a run found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Events that nobody has handled in time.
    pub unhandled: u32,
    /// Top-ups that were begun a while ago and are not over.
    pub open_top_ups: u32,
}

impl App {
    /// Has what is late at `now` handled again, at most a thousand of each part of the list.
    ///
    /// # Errors
    ///
    /// `unavailable` when a part cannot be read, or not all of them be queued; the next run does.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let mut status = Status::default();
        for shard in 0..SHARDS {
            let mut late = self.events.unhandled(shard).await?;
            late.retain(|one| now.duration_since(one.since) >= LATE_AFTER);
            for one in &late {
                // Many top-ups wait for their payer, or were given up: that is no trouble.
                if one.kind == TOP_UP_BEGUN {
                    status.open_top_ups = status.open_top_ups.saturating_add(1);
                    continue;
                }
                let PaymentEventV1 { tenant_id, mode, event_id } = &one.event;
                tracing::error!(
                    %tenant_id, %mode, event_id, kind = one.kind, since = %one.since,
                    "an event was not handled: somebody may have paid and not got it"
                );
                status.unhandled = status.unhandled.saturating_add(1);
            }
            let messages: Vec<_> = late.into_iter().map(|one| one.event).collect();
            self.queue.send_all(&messages).await?;
        }
        report(Metric::PaymentsInTrouble, status.unhandled, now);
        Ok(status)
    }
}
