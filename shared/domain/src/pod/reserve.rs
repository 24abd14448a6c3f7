//! Our money that is set aside for a machine until its user activates it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::UsdMicros;

/// Our money that is set aside for a machine until its user activates it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ActivationReserve {
    /// The day (UTC) whose budget it is taken from.
    pub day: Date,
    /// The most the machine can cost us; in a settlement, what the budget pays on top of that, or
    /// below zero what it gets back.
    pub usd_micros: UsdMicros,
}
