//! Our money that is set aside for a machine until its user activates it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::UsdMicros;

/// What is set aside on one day for machines that nobody has activated yet; or, as a limit, the
/// most that may be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reserved {
    /// Of the tenant's users.
    pub tenant_usd_micros: UsdMicros,
    /// Of the one user.
    pub user_usd_micros: UsdMicros,
}

/// Our money that is set aside for a machine until its user activates it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ActivationReserve {
    /// The day (UTC) whose budget it is taken from.
    pub day: Date,
    /// The most the machine can cost us; in a settlement, what the budget pays on top of that, or
    /// below zero what it gets back.
    pub usd_micros: UsdMicros,
}
