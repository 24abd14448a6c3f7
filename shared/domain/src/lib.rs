//! The rules of the broker as pure functions and data.
//!
//! Nothing here does I/O, reads a clock or draws a random number: callers pass `now` and fresh
//! identifiers in, so that every rule can be tested exactly. Money is integer micro-dollars
//! ([`money`]); time is UTC ([`jiff::Timestamp`]).

pub mod error;
pub mod id;
pub mod market;
pub mod mode;
pub mod money;
pub mod page;
pub mod people;
pub mod pod;

pub use error::{Error, Kind};
pub use mode::Mode;

#[cfg(test)]
pub mod sample;
// So that `sample.rs` names this crate as others do.
#[cfg(test)]
extern crate self as domain;
