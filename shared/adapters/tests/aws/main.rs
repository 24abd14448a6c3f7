//! Each adapter against the local AWS that `make test` brings up.
//!
//! Every test makes its own tenant, user or bucket, so that none sees another's things.

mod accounts;
mod activity;
mod billing;
mod clouds;
mod connections;
mod drafts;
mod invoices;
mod ledger;
mod market;
mod metering;
mod notifications;
mod plans;
mod pods;
mod price_alerts;
mod samples;
mod secrets;
mod ssh_keys;
mod tenants;
mod unreachable;
mod world;
