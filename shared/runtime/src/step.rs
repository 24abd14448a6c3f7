//! State-machine steps: an error's name is what the machine's `Retry` and `Catch` match.

use std::future::Future;

use domain::{Error, Kind};
use jiff::Timestamp;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A failed step, named for the state machine.
#[derive(Debug)]
pub struct StepError(Error);

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The name the state machine sees: `Busy` is retried for about twenty minutes and `Unavailable` for a while; any
/// other is the code in `PascalCase` and ends the deploy.
#[must_use]
pub fn error_name(error: &Error) -> String {
    if error.kind == Kind::Unavailable && !error.is_busy() {
        return "Unavailable".to_owned();
    }
    let word = |part: &str| {
        let (head, tail) = part.split_at_checked(1).unwrap_or_default();
        format!("{}{tail}", head.to_ascii_uppercase())
    };
    error.code.split('_').map(word).collect()
}

impl From<StepError> for Diagnostic {
    fn from(StepError(error): StepError) -> Self {
        tracing::warn!(code = error.code, error = ?error, "step failed");
        Self { error_type: error_name(&error), error_message: error.message }
    }
}

/// Runs a step until its environment is shut down. The step gets the instant it was called at, its
/// one reading of the clock.
///
/// # Errors
///
/// When the runtime's endpoint is gone.
pub async fn run<I, O, F, Fut>(handle: F) -> Result<(), lambda_runtime::Error>
where
    I: DeserializeOwned,
    O: Serialize,
    F: Fn(I, Timestamp) -> Fut,
    Fut: Future<Output = Result<O, Error>>,
{
    lambda_runtime::run(service_fn(|event: LambdaEvent<I>| {
        // Boxed, for a step's future is deeper than the compiler likes to lay out.
        let answer = Box::pin(handle(event.payload, crate::clock::now()));
        async { answer.await.map_err(StepError) }
    }))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_code_unless_the_machine_should_retry() {
        assert_eq!(error_name(&Error::conflict("no_capacity", "")), "NoCapacity");
        assert_eq!(error_name(&Error::unavailable("the table", "timed out")), "Unavailable");
        assert_eq!(error_name(&Error::busy("the cloud")), "Busy");
        assert_eq!(error_name(&Error::broken("x", "y")), "Internal");
    }
}
