//! Messages to `on-pod-wanted`: something is to be done for a pod.

use domain::id::{PodId, TenantId};
use domain::pod::Pod;
use serde::{Deserialize, Serialize};

/// A pod whose machine or money is not as wanted. What is wanted is read from the pod's row, so that
/// a message that comes late or twice asks for nothing outdated.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PodWantedV1 {
    /// The pod's tenant.
    pub tenant_id: TenantId,
    /// The pod to look after.
    pub pod_id: PodId,
    /// How often the receiver has put it back already, to wait for the pod's provider.
    pub returns: u32,
}

impl From<&Pod> for PodWantedV1 {
    fn from(pod: &Pod) -> Self {
        Self { tenant_id: pod.tenant_id.clone(), pod_id: pod.id.clone(), returns: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::PodWantedV1;
    use crate::golden::round_trip;

    #[test]
    fn every_wish_reads_back() {
        assert_eq!(round_trip::<PodWantedV1>("on-pod-wanted", ""), 2);
    }
}
