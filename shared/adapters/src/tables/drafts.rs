//! Drafts, kept beside the pods they become.

use std::collections::HashMap;

use domain::Error;
use domain::id::{DraftId, TenantId, UserId};
use domain::pod::draft::{self, Draft};

use crate::aws::Aws;
use crate::tables::roster::Roster;
use crate::tables::table::{Condition, Key, Table, Written};

/// The drafts in the pods table.
#[derive(Clone, Debug)]
pub struct Drafts {
    table: Table,
}

fn partition(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#draft#{user_id}")
}

fn draft_key(tenant_id: &TenantId, user_id: &UserId, draft_id: &DraftId) -> Key {
    Key::new(partition(tenant_id, user_id), draft_id.to_string())
}

impl Drafts {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the drafts") }
    }

    /// A user's drafts, oldest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<Vec<Draft>, Error> {
        self.table.list(&partition(tenant_id, user_id), DraftId::PREFIX).await
    }

    /// A user's draft.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, also for another user's; `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        draft_id: &DraftId,
    ) -> Result<Draft, Error> {
        let draft = self.table.get(&draft_key(tenant_id, user_id, draft_id)).await?;
        draft.ok_or_else(|| Error::not_found("draft"))
    }

    /// Writes a new draft if `decide` finds nothing against it beside the drafts that are kept
    /// then.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; `unavailable`.
    pub async fn add(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        draft: &Draft,
        decide: impl Fn(&[Draft]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let key = draft_key(tenant_id, user_id, &draft.id);
        let (label, more) = ("the drafts", HashMap::new());
        let (pk, prefix) = (key.pk.clone(), DraftId::PREFIX);
        let roster = Roster { table: &self.table, label, pk, prefix, more };
        let add = |kept: &[Draft]| {
            decide(kept)?;
            Ok(vec![self.table.put(&key, draft, Some(Condition::New), HashMap::new())?])
        };
        roster.add(add).await.map(drop)
    }

    /// Writes `draft` in place of the version before it.
    ///
    /// # Errors
    ///
    /// 409 `draft_changed`, `unavailable`.
    pub async fn save(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        draft: &Draft,
    ) -> Result<(), Error> {
        let key = draft_key(tenant_id, user_id, &draft.id);
        let guard = Some(Condition::Version(draft.version.saturating_sub(1)));
        let put = self.table.put(&key, draft, guard, HashMap::new())?;
        match self.table.write(vec![put]).await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(draft::changed()),
        }
    }

    /// Removes a draft.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn remove(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        draft_id: &DraftId,
    ) -> Result<(), Error> {
        let removal = self.table.remove(&draft_key(tenant_id, user_id, draft_id))?;
        match self.table.write(vec![removal]).await? {
            Written::Yes => Ok(()),
            Written::Lost(_) => Err(Error::not_found("draft")),
        }
    }
}
