//! Every call to AWS and Stripe, one module per outside thing, in the domain's words.
//!
//! No type of an SDK leaves this crate, and an SDK's error leaves only inside a
//! [`domain::Error`] that names what could not be reached.

pub mod aws;
mod cache;
pub mod clouds;
mod cursor;
mod idempotency;
pub mod race;
pub mod stripe;
pub mod tables;

pub use aws::Aws;
