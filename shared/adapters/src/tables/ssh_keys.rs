//! Public SSH keys of users, one item per fingerprint.

use std::collections::HashMap;

use domain::Error;
use domain::id::{SshKeyId, TenantId, UserId};
use domain::people::ssh_key::{self, SshKey};

use crate::aws::Aws;
use crate::tables::roster::Roster;
use crate::tables::table::{Condition, Key, Table, Written};

/// How every fingerprint begins.
const PREFIX: &str = "SHA256:";

/// The SSH keys in the accounts table.
#[derive(Clone, Debug)]
pub struct SshKeys {
    table: Table,
}

fn partition(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#ssh-key#{user_id}")
}

impl SshKeys {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the SSH keys") }
    }

    /// A user's keys, oldest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<Vec<SshKey>, Error> {
        let pk = partition(tenant_id, user_id);
        let mut keys: Vec<SshKey> = self.table.list(&pk, PREFIX).await?;
        keys.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(keys)
    }

    /// Those of a user's keys that are named, in the order named.
    ///
    /// # Errors
    ///
    /// 404 `not_found` when one is not theirs, `unavailable`.
    pub async fn pick(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        ids: &[SshKeyId],
    ) -> Result<Vec<SshKey>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.list(tenant_id, user_id).await?;
        let find = |id: &SshKeyId| keys.iter().find(|key| key.id == *id).cloned();
        ids.iter().map(|id| find(id).ok_or_else(|| Error::not_found("SSH key"))).collect()
    }

    /// Adds a key if `decide` finds nothing against it beside the keys that are kept then.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; 409 `ssh_key_exists`, `unavailable`.
    pub async fn add(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        key: &SshKey,
        decide: impl Fn(&[SshKey]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let pk = partition(tenant_id, user_id);
        let at = Key::new(&pk, &key.fingerprint);
        let (label, more) = ("the SSH keys", HashMap::new());
        let roster = Roster { table: &self.table, label, pk, prefix: PREFIX, more };
        let added = roster
            .add(|kept: &[SshKey]| {
                decide(kept)?;
                Ok(vec![self.table.put(&at, key, Some(Condition::New), HashMap::new())?])
            })
            .await?;
        match added {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(ssh_key::exists()),
        }
    }

    /// Removes a key; pods that were launched with it keep it.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn remove(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        id: &SshKeyId,
    ) -> Result<(), Error> {
        let keys = self.list(tenant_id, user_id).await?;
        let missing = || Error::not_found("SSH key");
        let key = keys.iter().find(|key| key.id == *id).ok_or_else(missing)?;
        let at = Key::new(partition(tenant_id, user_id), &key.fingerprint);
        match self.table.write(vec![self.table.remove(&at)?]).await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(missing()),
        }
    }
}
