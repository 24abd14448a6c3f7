//! What is kept in `DynamoDB`, one module a noun.

pub mod accounts;
pub mod billing;
pub mod clouds;
pub mod connections;
pub mod drafts;
pub mod ledger;
pub mod notifications;
pub mod payment_events;
pub mod plans;
pub mod pods;
pub mod price_alerts;
pub mod quotes;
mod roster;
pub mod sightings;
pub mod ssh_keys;
pub(crate) mod table;
pub mod tenants;
