//! Every pod that is not over, by shard, and every machine that a pod has or may have, by cloud.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::pod::Pod;
use domain::pod::sweep::FiledMachine;
use jiff::SignedDuration;

use super::{BY_LIVE, Pods, live_partition, pod_key};
use crate::tables::table::{Key, index_entry, time_to_live};

/// Days after its pod's deploy that a machine which is gone is kept on file.
const MACHINE_DAYS: i64 = 90;

fn machine_key(machine_name: &str) -> Key {
    Key::new(format!("platform#machine#{machine_name}"), "machine")
}

fn cloud_partition(cloud: &str) -> String {
    format!("machines#{cloud}")
}

impl Pods {
    /// The pod that a machine was launched for.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn with_machine(&self, machine_name: &str) -> Result<Option<Pod>, Error> {
        match self.table.get::<FiledMachine>(&machine_key(machine_name)).await? {
            None => Ok(None),
            Some(filed) => self.table.get(&pod_key(&filed.tenant_id, &filed.pod_id)).await,
        }
    }

    /// Every machine that a pod has or may have at a cloud, as far as the index, which lags a
    /// moment, knows.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn machines_at(&self, cloud: &str) -> Result<Vec<FiledMachine>, Error> {
        self.table.all_of_index(BY_LIVE, &cloud_partition(cloud), None).await
    }

    /// Every pod of a shard that is not over and settled, as far as the index, which lags a moment,
    /// knows.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn live(&self, shard: u32) -> Result<Vec<Pod>, Error> {
        self.table.all_of_index(BY_LIVE, &live_partition(shard), None).await
    }

    /// The writes of what a pod's machines should do, where a transition changes that.
    pub(super) fn file_machines(
        &self,
        before: &Pod,
        after: &Pod,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let mut writes = Vec::new();
        let (filed, before_filed) = (after.filed_machines(), before.filed_machines());
        for machine in filed.iter().filter(|machine| !before_filed.contains(machine)) {
            let partition = cloud_partition(&machine.cloud);
            let index = index_entry("live", partition, machine.machine_name.clone());
            writes.push(self.table.put(
                &machine_key(&machine.machine_name),
                machine,
                None,
                index,
            )?);
        }
        let is_filed = |name: &str| filed.iter().any(|machine| machine.machine_name == name);
        // Out of the index at once, and forgotten once nobody could still ask whose it was.
        let forget_at = after.created_at + SignedDuration::from_hours(24 * MACHINE_DAYS);
        for gone in before_filed.iter().filter(|machine| !is_filed(&machine.machine_name)) {
            let key = machine_key(&gone.machine_name);
            writes.push(self.table.put(&key, gone, None, time_to_live(forget_at))?);
        }
        Ok(writes)
    }
}
