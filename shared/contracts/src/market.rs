//! Messages of each minute's refresh: one to `on-offers-due` for each account at a GPU cloud, and one
//! to `on-price-fall` for some fifty machines that cost less than before.

use domain::Mode;
use domain::market::browse::MachineId;
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A cloud is to be asked what it sells.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OffersDueV1 {
    /// The cloud, as offers name it.
    pub cloud: String,
    /// When the refresh was due.
    pub due_at: Timestamp,
}

/// Machines cost less than before, or are in stock again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PricesFellV1 {
    /// On which market.
    pub mode: Mode,
    /// Each machine once.
    pub falls: Vec<PriceFallV1>,
}

/// A machine and the lowest price it can be had for now.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PriceFallV1 {
    /// Which machine.
    pub machine: MachineId,
    /// What its cheapest provider charges.
    pub provider_rate_usd_micros_per_hour: UsdMicrosPerHour,
}

impl PricesFellV1 {
    /// The most machines of one message: each of them is one query.
    pub const FALLS_MAX: usize = 50;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::round_trip;

    #[test]
    fn a_refresh_reads_back() {
        assert_eq!(round_trip::<OffersDueV1>("on-offers-due", ""), 1);
        assert_eq!(round_trip::<PricesFellV1>("on-price-fall", ""), 1);
    }
}
