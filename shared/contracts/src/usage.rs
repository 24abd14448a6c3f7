//! Messages to `on-usage-due`: pods of one wallet whose usage is to be captured.

use domain::Mode;
use domain::id::{PodId, TenantId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    use super::UsageDueV1;
    use crate::golden::round_trip;

    #[test]
    fn every_minute_of_the_meter_reads_back() {
        assert_eq!(round_trip::<UsageDueV1>("on-usage-due", ""), 1);
    }
}
