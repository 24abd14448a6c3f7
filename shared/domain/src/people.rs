//! Who rents and who runs the broker: accounts, tenants, notifications.

pub mod account;
pub mod branding;
pub mod code;
pub mod notification;
pub mod parameters;
pub mod realtime;
pub mod registration;
pub mod ssh_key;
pub mod tenant;
