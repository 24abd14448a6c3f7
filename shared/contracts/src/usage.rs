//! Messages of each minute's meter: one to `on-meter-due` for each shard of pods, and from there
//! one to `on-usage-due` for the pods of each wallet.

use domain::Mode;
use domain::id::{PodId, TenantId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The usage of a shard's pods is to be captured.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MeterDueV1 {
    /// Which shard, from 0.
    pub shard: u32,
    /// When the meter was due.
    pub due_at: Timestamp,
}

/// Pods of one wallet, at most 40, to be captured up to an instant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsageDueV1 {
    /// The tenant of the wallet.
    pub tenant_id: TenantId,
    /// The owner of the wallet and of all its pods.
    pub user_id: UserId,
    /// With which money.
    pub mode: Mode,
    /// At most 40 pods, which are captured in one write.
    pub pod_ids: Vec<PodId>,
    /// Up to when.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::{MeterDueV1, UsageDueV1};
    use crate::golden::round_trip;

    #[test]
    fn every_minute_of_the_meter_reads_back() {
        assert_eq!(round_trip::<MeterDueV1>("on-meter-due", ""), 1);
        assert_eq!(round_trip::<UsageDueV1>("on-usage-due", ""), 1);
    }
}
