//! The one error every refusal and failure becomes before it leaves a function.

use std::error::Error as StdError;

const IDEMPOTENCY_MISMATCH: &str = "idempotency_mismatch";
const BUSY: &str = "busy";

/// What an error means to its receiver; closed, so that each rendering matches all of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The input is malformed or breaks a limit.
    Invalid,
    /// The caller has not proved who they are.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// The state of things forbids it now.
    Conflict,
    /// It existed and its time is over.
    Gone,
    /// The wallet cannot pay for it.
    Funds,
    /// The body is larger than we read.
    TooLarge,
    /// Too many tries in too short a time.
    RateLimited,
    /// Something we depend on did not answer; the same call may succeed later.
    Unavailable,
    /// A fault of ours; trying again does not help.
    Broken,
}

/// A refusal or failure: `code` is part of the API and never reused, `message` is for a person.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What the error means to its receiver.
    pub kind: Kind,
    /// `snake_case` identifier, part of the API.
    pub code: &'static str,
    /// One sentence for a person; never holds a secret.
    pub message: String,
    /// What caused it, for the log only.
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` with its API `code` and a sentence for a person.
    pub fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), source: None }
    }

    /// Malformed or out-of-range input.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, message)
    }

    /// A thing that is not there, or is not the caller's.
    #[must_use]
    pub fn not_found(noun: &str) -> Self {
        Self::new(Kind::NotFound, "not_found", format!("There is no such {noun}."))
    }

    /// A state that forbids the act.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, message)
    }

    /// An idempotency key that comes with another request than the first time.
    #[must_use]
    pub fn idempotency_mismatch() -> Self {
        let message = "This Idempotency-Key was already used for a different request.";
        Self::conflict(IDEMPOTENCY_MISMATCH, message)
    }

    /// Whether it is [`Error::idempotency_mismatch`].
    #[must_use]
    pub fn is_idempotency_mismatch(&self) -> bool {
        self.code == IDEMPOTENCY_MISMATCH
    }

    /// Something outside did not answer; `context` names it ("the pods table").
    pub fn unavailable(context: &str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: Kind::Unavailable,
            code: "unavailable",
            message: format!("We could not reach {context}. Please try again."),
            source: Some(source.into()),
        }
    }

    /// Too many requests wait for what `context` names ("the GPU cloud Lambda"); this one had no
    /// effect.
    #[must_use]
    pub fn busy(context: &str) -> Self {
        let message = format!("Too many requests are waiting for {context}. Please try again.");
        Self::new(Kind::Unavailable, BUSY, message)
    }

    /// Whether it is [`Error::busy`].
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.code == BUSY
    }

    /// A fault of ours; `context` says what was being done.
    pub fn broken(context: &str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: Kind::Broken,
            code: "internal",
            message: format!("Something went wrong on our side: {context}."),
            source: Some(source.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_key_that_came_with_another_request_is_a_mismatch() {
        assert!(Error::idempotency_mismatch().is_idempotency_mismatch());
        assert!(!Error::conflict("pod_state", "It runs.").is_idempotency_mismatch());
    }

    #[test]
    fn what_is_busy_is_unavailable_and_not_the_other_way_round() {
        let busy = Error::busy("the GPU cloud Lambda");
        assert_eq!((busy.kind, busy.is_busy()), (Kind::Unavailable, true));
        assert!(!Error::unavailable("the GPU cloud Lambda", "no answer").is_busy());
    }
}
