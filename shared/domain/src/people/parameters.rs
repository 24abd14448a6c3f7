//! A tenant's settings, typed. Each has a sandbox and a live value in the tenants table; none has
//! a default here, so that a missing one is found at once instead of guessed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;
use crate::money::metering::FundingRules;
use crate::money::{BasisPoints, UsdMicros};

/// The settings of one tenant in one mode.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Parameters {
    /// Whether a registration is confirmed without a mailed code.
    pub auto_confirm: bool,
    /// Credit a new account is granted; 0 for none.
    pub signup_grant_usd_micros: UsdMicros,
    /// Days until that credit expires.
    pub signup_grant_days: u32,
    /// The tenant's own share of the provider's rate.
    pub tenant_markup_basis_points: BasisPoints,
    /// Seconds a quote's price is held.
    pub quote_secs: u32,
    /// Seconds of running time that a hold pays for.
    pub hold_secs: u32,
    /// Seconds of standing stopped that a hold pays for.
    pub stopped_hold_secs: u32,
    /// A hold that pays for no more than this many seconds is extended.
    pub hold_extend_secs: u32,
    /// A user whose money pays for no more than this many seconds is warned.
    pub funds_warning_secs: u32,
    /// Seconds before its money ends at which a pod is stopped.
    pub funds_stop_secs: u32,
    /// The most that machines may cost us on one day (UTC) before they are activated.
    pub activation_carry_daily_usd_micros: UsdMicros,
    /// The same for the machines of one user, so that nobody uses up everybody's.
    pub activation_carry_user_daily_usd_micros: UsdMicros,
    /// Pods a user may leave unactivated within the window before deploys are paused.
    pub lapses_max: u32,
    /// Seconds for which such a lapse counts.
    pub lapse_window_secs: u32,
    /// Seconds a ready pod waits for its owner; at most 3,600.
    pub activation_secs: u32,
    /// Offers a launch tries before it gives up.
    pub launch_tries_max: u32,
    /// Seconds a launched machine has to answer.
    pub probe_secs_max: u32,
    /// Seconds between two probes.
    pub probe_interval_secs: u32,
    /// Seconds a mailed code is good for.
    pub code_secs: u32,
    /// Wrong tries a mailed code survives.
    pub code_tries_max: u32,
    /// Seconds between two codes to one address.
    pub code_resend_secs: u32,
}

impl Parameters {
    /// When more money is held for a pod, and how much.
    #[must_use]
    pub fn funding(&self) -> FundingRules {
        FundingRules {
            hold_secs: self.hold_secs,
            stopped_hold_secs: self.stopped_hold_secs,
            extend_secs: self.hold_extend_secs,
            warning_secs: self.funds_warning_secs,
        }
    }

    /// Reads the settings from their stored values.
    ///
    /// # Errors
    ///
    /// `internal`, naming the parameter that is missing or malformed.
    pub fn read(values: BTreeMap<String, Value>) -> Result<Self, Error> {
        serde_json::from_value(Value::Object(values.into_iter().collect())).map_err(|error| {
            Error::broken("a parameter of this tenant is missing or malformed", error)
        })
    }
}
