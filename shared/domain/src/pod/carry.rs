//! Our money that is set aside for a machine until its user activates it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::UsdMicros;

/// Our money that is set aside for a machine until its user activates it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Carry {
    /// The day (UTC) whose budget it burdens.
    pub day: Date,
    /// The most it can cost.
    pub usd_micros: UsdMicros,
}
