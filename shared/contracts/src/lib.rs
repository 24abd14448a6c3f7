//! What two functions must agree on. Each type has a golden JSON in `events/`, checked by
//! `tests/contracts`; a change that breaks one needs a new version beside the old.

pub mod deploy;
pub mod invoice;
pub mod notice;
pub mod payment;
pub mod realtime;
pub mod usage;
pub mod wanted;
