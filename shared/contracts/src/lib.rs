//! What two functions must agree on. Each type has golden JSON in `events/` and a test beside it
//! that reads it; a change that breaks one needs a new version beside the old.

pub mod deploy;
#[cfg(test)]
mod golden;
pub mod invoice;
pub mod market;
pub mod notice;
pub mod payment;
pub mod realtime;
pub mod sweep;
pub mod usage;
pub mod wanted;
