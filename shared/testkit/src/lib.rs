//! The clients a journey test needs: people with their requests and their mailbox, pods on their
//! way, tenants with short lifetimes, and what lies in the tables.
//!
//! Nothing here panics: everything says in its error what was asked and what was answered.
#![expect(clippy::missing_errors_doc, reason = "every error says what was asked and answered")]

mod answer;
mod mailbox;
mod people;
mod pods;
mod stack;
mod stripe;
mod tables;
mod tenants;
mod wait;

pub use answer::Answer;
pub use mailbox::Mail;
pub use people::{PASSWORD, User, Visitor, fresh_address};
pub use pods::fresh_key;
pub use stack::Stack;
pub use stripe::LocalStripe;
pub use wait::until;

/// Whatever kept a test from its end.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A value, or what kept a test from its end.
pub type Outcome<T> = Result<T, BoxError>;

/// The host name of the seeded tenant, which confirms its members by itself.
pub const DEMO: &str = "localhost";
