//! Deploys that can be stopped at every point, to see that repeating or undoing them always ends
//! the same.
//!
//! A **site** is a tenant of its own with its market, its mail queue and the five steps, called
//! in-process on the local AWS. A **deploy** is one pod at a site with a wallet of its own. A
//! **point** is a place where a step can crash: after an outside call, before what it writes next.
//! An **end** is everything that can be seen of a deploy afterwards. Nothing here panics.
#![expect(clippy::missing_errors_doc, reason = "every error says what kept the test from its end")]

mod deploy;
mod end;
mod month;
pub mod samples;
mod site;

pub use deploy::{Deploy, POINTS, Point, STEPS, Step};
pub use end::End;
pub use site::Site;

/// Whatever kept a test from its end.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A value, or what kept a test from its end.
pub type Outcome<T> = Result<T, BoxError>;
