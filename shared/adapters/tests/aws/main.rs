//! Each adapter against the local AWS that `make test` brings up.
//!
//! Every test makes its own tenant, user or bucket, so that none sees another's things.

mod accounts;
mod billing;
mod drafts;
mod ledger;
mod market;
mod plans;
mod pods;
mod samples;
mod tenants;
mod unreachable;
mod world;
