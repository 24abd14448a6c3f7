//! One try to get a machine for a pod.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machine::MachineTime;
use crate::Error;
use crate::market::offer::Offer;
use crate::money::UsdMicrosPerHour;
use crate::money::metering::MachineBill;

/// What the sandbox is to pretend, so that every way a deploy can go can be seen and tested.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// The first offer has no capacity; the next one has.
    FirstOfferSoldOut,
    /// No offer has capacity.
    AllOffersSoldOut,
    /// The first machine comes at a higher price than quoted.
    PriceRaised,
    /// The machine takes some seconds to answer.
    SlowStart,
    /// The machine never answers.
    NeverReady,
    /// The cloud takes the machine away a minute after it was activated.
    TakenAway,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The intent is written; whether a machine exists is known to the provider alone.
    Launching,
    /// A machine exists.
    Launched,
    /// No machine exists: there was no capacity, or not at this price.
    Refused,
    /// A machine existed, or may have, and was given back.
    Ended,
}

/// One try to get a machine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Attempt {
    /// Its place among the pod's attempts, from 1; the end of its machine's name.
    pub number: u32,
    /// The machine that was asked for, at the price it had then.
    pub offer: Offer,
    /// The name the provider is asked by after a time-out.
    pub machine_name: String,
    /// The provider's own identifier of the machine.
    pub machine_id: Option<String>,
    /// What came of it so far.
    pub outcome: AttemptOutcome,
    /// When the intent was written.
    pub started_at: Timestamp,
}

impl Attempt {
    /// What its machine cost us, which no user pays, when it was ended at `until` before it ever
    /// served: it came dearer than promised, or after its pod's end.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn house_bill(
        &self,
        rate: UsdMicrosPerHour,
        until: Timestamp,
    ) -> Result<Option<MachineBill>, Error> {
        let time = MachineTime {
            since: self.started_at,
            running_since: None,
            running_until: None,
            until: Some(until.max(self.started_at)),
        };
        Ok(time.bill(rate, &self.offer.terms)?.filter(|bill| !bill.is_zero()))
    }

    /// Whether its machine exists.
    #[must_use]
    pub fn is_launched(&self) -> bool {
        self.outcome == AttemptOutcome::Launched
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::money::UsdMicros;
    use crate::sample;

    #[test]
    fn a_machine_that_never_served_costs_us_its_time_and_its_clouds_rounding() {
        let at = |secs| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs);
        let attempt = Attempt {
            number: 1,
            offer: sample::offer("off_quoted"),
            machine_name: "m".into(),
            machine_id: None,
            outcome: AttemptOutcome::Refused,
            started_at: at(10),
        };
        let bill = |secs| attempt.house_bill(UsdMicrosPerHour(3_600_000), at(secs)).ok().flatten();
        let parts = bill(100).map(|it| (it.carry_usd_micros, it.rounding_usd_micros));
        assert_eq!(parts, Some((UsdMicros(90_000), UsdMicros(30_000))));
        // A clock that is behind: its cloud's minimum of a minute all the same.
        let least = bill(5).map(|it| (it.carry_usd_micros, it.rounding_usd_micros));
        assert_eq!(least, Some((UsdMicros::ZERO, UsdMicros(60_000))));
    }
}
