//! Queue functions: one message at a time, and only the ones that failed are delivered again.
//!
//! The clock is read once for each message, so that all that follows from it bears one instant.

use std::future::Future;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::Error;
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;

use crate::clock::now;

/// Handles each message of `event`; a malformed one counts as failed, so that the redrive policy
/// ends it in the dead-letter queue where a person sees it.
pub async fn each_message<M, T, F, Fut>(event: SqsEvent, handle: F) -> SqsBatchResponse
where
    M: DeserializeOwned,
    F: Fn(M, Timestamp) -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let id = record.message_id.unwrap_or_default();
        let outcome = match serde_json::from_str(record.body.as_deref().unwrap_or_default()) {
            Ok(message) => Box::pin(handle(message, now())).await,
            Err(error) => Err(Error::broken("a queue message is malformed", error)),
        };
        if let Err(error) = outcome {
            tracing::error!(message_id = id, code = error.code, error = ?error, "message failed");
            response.add_failure(id);
        }
    }
    response
}

/// Runs a queue function, one message at a time and each with its instant, until its environment is shut down.
///
/// # Errors
///
/// When the runtime's endpoint is gone.
pub async fn run<M, T, F, Fut>(handle: F) -> Result<(), lambda_runtime::Error>
where
    M: DeserializeOwned,
    F: Fn(M, Timestamp) -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, lambda_runtime::Error>(each_message(event.payload, handle).await)
    }))
    .await
}
