//! A `local run` of the test's own, which is killed and started again, and the rules that hold
//! afterwards.
//!
//! A *run* is the product with its state in a folder of its own. A *kill* ends every process of it
//! at once, so that nobody saves anything: what was answered is on disk by then. The *rows* are all
//! that the tables hold of pods and money.
//!
//! Nothing here panics: everything says in its error what was expected and what was found.
#![expect(clippy::missing_errors_doc, reason = "every error says what was expected and found")]

mod processes;
mod queues;
mod rows;
mod rules;
mod run;
mod told;

pub use queues::dead_letters;
pub use rows::Rows;
pub use rules::{broken_rules, unsettled};
pub use run::Run;
pub use told::told_event;

use std::time::Duration;

use testkit::Outcome;

/// A moment of a pod's life is over within a tenth of a second.
const EVERY: Duration = Duration::from_millis(20);

/// Asks until there is something, for at most `limit`; `what` names it when there is nothing.
pub async fn within<T, F>(limit: Duration, what: &str, ask: F) -> Outcome<T>
where
    F: AsyncFnMut() -> Outcome<Option<T>>,
{
    testkit::within(limit, EVERY, what, ask).await
}
