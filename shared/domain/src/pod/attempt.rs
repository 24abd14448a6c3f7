//! One try to get a machine for a pod.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::market::offer::Offer;

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
    /// Whether its machine exists.
    #[must_use]
    pub fn is_launched(&self) -> bool {
        self.outcome == AttemptOutcome::Launched
    }
}
