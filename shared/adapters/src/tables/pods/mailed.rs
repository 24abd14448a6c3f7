//! When a pod's activation link was mailed.

use domain::Error;
use domain::id::{PodId, TenantId};
use jiff::Timestamp;

use super::{Pods, pod_key};

impl Pods {
    /// Notes when the first activation mail of a pod was taken for delivery. It is no transition,
    /// so that it is in nobody's way; one that happens at this very moment may undo it, and then the
    /// mail counts as not sent.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn note_activation_mailed(
        &self,
        tenant_id: &TenantId,
        pod_id: &PodId,
        at: Timestamp,
    ) -> Result<(), Error> {
        let key = pod_key(tenant_id, pod_id);
        let noted = self.table.set_once(&key, "activation_mailed_at", at.to_string())?;
        // Not written where it is noted already.
        self.table.write(vec![noted]).await.map(|_| ())
    }
}
