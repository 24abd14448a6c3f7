//! Scheduled functions: `now` comes from the event, so that a run can be had for any instant.

use std::fmt::Debug;
use std::future::Future;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use domain::Error;
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;

use crate::step::StepError;

/// The instant a schedule was due, which is when its run is held to happen.
///
/// # Errors
///
/// `internal` for an event without a time.
pub fn due_at(event: &EventBridgeEvent) -> Result<Timestamp, Error> {
    let millis = event.time.map(|time| time.timestamp_millis());
    let due_at = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
    due_at.ok_or_else(|| Error::broken("a schedule's event has no time", ""))
}

/// Runs a scheduled function until its environment is shut down. What `handle` returns is the
/// run's one log line and its answer.
///
/// # Errors
///
/// When the runtime's endpoint is gone.
pub async fn run<S, F, Fut>(handle: F) -> Result<(), lambda_runtime::Error>
where
    S: Debug + Serialize,
    F: Fn(Timestamp) -> Fut,
    Fut: Future<Output = Result<S, Error>>,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<EventBridgeEvent>| async move {
        let status = Box::pin(handle(due_at(&event.payload)?)).await?;
        tracing::info!(status = ?status, "done");
        Ok::<S, StepError>(status)
    }))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: &str) -> Result<EventBridgeEvent, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"detail-type":"Scheduled Event","source":"aws.events","detail":{{}}{time}}}"#
        ))
    }

    #[test]
    fn a_run_happens_when_its_event_says() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let due = due_at(&event(r#","time":"2026-11-21T00:05:00Z""#)?)?;
        assert_eq!(due.to_string(), "2026-11-21T00:05:00Z");
        assert_eq!(due_at(&event("")?).err().map(|error| error.code), Some("internal"));
        Ok(())
    }
}
