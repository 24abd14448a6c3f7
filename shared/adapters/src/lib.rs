//! Every call to AWS and Stripe, one module per outside thing, in the domain's words.
//!
//! No type of an SDK leaves this crate, and an SDK's error leaves only inside a
//! [`domain::Error`] that names what could not be reached.

mod aws;
mod cursor;
mod recent;
mod table;

pub mod accounts;
pub mod billing;
pub mod connections;
pub mod deploys;
pub mod drafts;
pub mod ledger;
pub mod mail;
pub mod market;
pub mod notices;
pub mod notifications;
pub mod payment_events;
pub mod plans;
pub mod pods;
pub mod queue;
pub mod quotes;
pub mod secrets;
pub mod sightings;
pub mod sockets;
pub mod ssh_keys;
pub mod stripe;
pub mod tenants;
pub mod user_pool;

pub use aws::Aws;
