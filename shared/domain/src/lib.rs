//! The rules of the broker as pure functions and data.
//!
//! Nothing here does I/O, reads a clock or draws a random number: callers pass `now` and fresh
//! identifiers in, so that every rule can be tested exactly. Money is integer micro-dollars
//! ([`money`]); time is UTC ([`jiff::Timestamp`]).

pub mod account;
pub mod billing;
pub mod branding;
pub mod browse;
pub mod code;
pub mod draft;
pub mod error;
pub mod gpu;
pub mod id;
pub mod invoice;
pub mod launch;
pub mod ledger;
pub mod limits;
pub mod metering;
pub mod money;
pub mod notification;
pub mod offer;
pub mod parameters;
pub mod plan;
pub mod pod;
pub mod price;
pub mod quote;
pub mod ranking;
pub mod realtime;
pub mod refresh;
pub mod ssh_key;
pub mod sweep;
pub mod template;
pub mod tenant;

pub use error::{Error, Kind};

#[cfg(test)]
mod sample;
