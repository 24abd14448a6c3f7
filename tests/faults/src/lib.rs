//! What happens when one call to anything outside goes wrong, for every call and every way.
//!
//! A **world** is a tenant with a GPU cloud, a table of pods and queues of its own; its functions run
//! in this process and reach everything outside over a **line**, which can let one call go wrong. A
//! **scenario** is what a user does, with the deliveries and retries that AWS makes. Afterwards the
//! sweep has some minutes, and then the **end** must obey the rules, and be the one that the
//! scenario has when nothing goes wrong.
#![expect(clippy::missing_errors_doc, reason = "every error says what kept the test from its end")]

mod crowd;
mod end;
mod kind;
mod line;
mod run;
mod scenario;
mod table;
mod trial;
mod world;

pub use crowd::{Crowd, crowd};
pub use kind::Kind;
pub use line::{Line, Plan};
pub use run::run;
pub use scenario::Scenario;
use table::Table;
pub use trial::{Trial, launches, sample, trials};
pub use world::{CLOUD, World};

/// Whatever kept a test from its end.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A value, or what kept a test from its end.
pub type Outcome<T> = Result<T, BoxError>;
