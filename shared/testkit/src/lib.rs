//! The clients a journey test needs: people with their requests and their mailbox, pods on their
//! way, tenants with short lifetimes, what lies in the tables, and what the fakes are told.
//!
//! Nothing here panics: everything says in its error what was asked and what was answered.
#![expect(clippy::missing_errors_doc, reason = "every error says what was asked and answered")]

mod answer;
mod billing;
pub mod cloud_site;
mod clouds;
mod in_process;
mod interruptions;
mod live;
mod mailbox;
mod money;
mod own_queue;
mod people;
mod pods;
mod realtime;
#[path = "../../domain/src/sample.rs"]
pub mod sample;
pub mod samples;
mod schedules;
mod settled;
pub mod site;
mod stack;
mod stripe;
mod tables;
mod tenants;
mod wait;
pub mod wire;

pub use answer::Answer;
pub use clouds::{CloudMachine, CloudRequest, LocalClouds};
pub use fakes::faults::{Fault, Lie, Refusal, What, When};
pub use in_process::{Call, Member, newcomer};
pub use mailbox::Mail;
pub use own_queue::OwnQueue;
pub use people::{PASSWORD, User, Visitor, fresh_address};
pub use pods::fresh_key;
pub use realtime::{Socket, versions};
pub use settled::Settled;
pub use site::Site;
pub use stack::Stack;
pub use stripe::LocalStripe;
pub use wait::{until, within};

/// Whatever kept a test from its end.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A value, or what kept a test from its end.
pub type Outcome<T> = Result<T, BoxError>;

/// The host name of the seeded tenant, which confirms its members by itself.
pub const DEMO: &str = "localhost";

/// The host name of the seeded LIVE tenant, whose cloud is the local one.
pub const LIVE: &str = "live.localhost";
