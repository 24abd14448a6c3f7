//! The one place that reads the wall clock.

use jiff::Timestamp;

/// The time now, cut to milliseconds so that it reads back from a store as it was written.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
