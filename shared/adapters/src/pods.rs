//! Pods, their history, and the keys under which they were asked for.

use std::collections::HashMap;

use domain::Error;
use domain::id::{PodId, TenantId, UserId};
use domain::pod::{Change, Pod, PodEvent};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::quotes::quote_key;
use crate::table::{Condition, Key, Table, Written, owner_index, time_to_live};

/// Tries to change a pod before a busy one counts as unavailable.
const TRIES_MAX: usize = 5;
/// Days a repeated deploy request is still recognised.
const KEY_DAYS: i64 = 7;
/// Name of the index that lists a user's pods.
const BY_OWNER: &str = "by_owner";

#[derive(Debug, Deserialize, Serialize)]
struct RequestRow {
    payload: String,
    pod_id: PodId,
}

/// A deploy request as its sender repeats it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The sender's key.
    pub idempotency_key: &'a str,
    /// Everything that was asked for, compared as it is.
    pub payload: &'a str,
}

/// The pods table.
#[derive(Clone, Debug)]
pub struct Pods {
    table: Table,
}

fn partition(tenant_id: &TenantId, pod_id: &PodId) -> String {
    format!("{tenant_id}#pod#{pod_id}")
}

fn pod_key(tenant_id: &TenantId, pod_id: &PodId) -> Key {
    Key::new(partition(tenant_id, pod_id), "pod")
}

fn owner(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#owner#{user_id}")
}

fn request_key(tenant_id: &TenantId, user_id: &UserId, key: &str) -> Key {
    Key::new(format!("{tenant_id}#request#{user_id}#{key}"), "request")
}

impl Pods {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the pods table") }
    }

    fn writes(
        &self,
        (pod, event): &Change,
        guard: Condition,
    ) -> Result<Vec<aws_sdk_dynamodb::types::TransactWriteItem>, Error> {
        let event_key =
            Key::new(partition(&pod.tenant_id, &pod.id), format!("event#{:08}", event.sequence));
        let index = owner_index(owner(&pod.tenant_id, &pod.user_id), pod.id.to_string());
        Ok(vec![
            self.table.put(&pod_key(&pod.tenant_id, &pod.id), pod, Some(guard), index)?,
            self.table.put(&event_key, event, Some(Condition::New), HashMap::new())?,
        ])
    }

    /// The pod that was opened by this very request before.
    ///
    /// # Errors
    ///
    /// 409 `idempotency_mismatch` when the key was used for another request, `unavailable`.
    pub async fn opened_by(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        request: Request<'_>,
    ) -> Result<Option<Pod>, Error> {
        let key = request_key(tenant_id, user_id, request.idempotency_key);
        let Some(row) = self.table.get::<RequestRow>(&key).await? else {
            return Ok(None);
        };
        if row.payload != request.payload {
            return Err(Error::conflict(
                "idempotency_mismatch",
                "This Idempotency-Key was used for another request.",
            ));
        }
        self.find(tenant_id, user_id, &row.pod_id).await.map(Some)
    }

    /// Writes a new pod, uses up its quote and remembers the request, all or nothing; the same
    /// request again gives the pod of the first time.
    ///
    /// # Errors
    ///
    /// 409 `idempotency_mismatch` or `quote_used`, `unavailable`.
    pub async fn open(&self, opening: Change, request: Request<'_>) -> Result<Pod, Error> {
        let pod = &opening.0;
        let row = RequestRow { payload: request.payload.to_owned(), pod_id: pod.id.clone() };
        let forget_at = pod.created_at + SignedDuration::from_hours(24 * KEY_DAYS);
        let marker = request_key(&pod.tenant_id, &pod.user_id, request.idempotency_key);
        let quote = quote_key(&pod.tenant_id, &pod.user_id, &pod.quote.id);
        let mut writes = self.writes(&opening, Condition::New)?;
        writes.push(self.table.put(
            &marker,
            &row,
            Some(Condition::New),
            time_to_live(forget_at),
        )?);
        writes.push(self.table.set_once(&quote, "pod_id", pod.id.to_string())?);
        if self.table.write(writes).await? == Written::Yes {
            return Ok(opening.0);
        }
        let before = self.opened_by(&pod.tenant_id, &pod.user_id, request).await?;
        before.ok_or_else(|| Error::conflict("quote_used", "This quote was deployed already."))
    }

    /// A user's pod.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, also for another user's; `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        pod_id: &PodId,
    ) -> Result<Pod, Error> {
        let pod = self.load(tenant_id, pod_id).await?;
        if pod.user_id == *user_id { Ok(pod) } else { Err(Error::not_found("pod")) }
    }

    /// A pod, whosever it is; for steps, which act for the pod itself.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn load(&self, tenant_id: &TenantId, pod_id: &PodId) -> Result<Pod, Error> {
        let pod = self.table.get(&pod_key(tenant_id, pod_id)).await?;
        pod.ok_or_else(|| Error::not_found("pod"))
    }

    /// A user's pods made before the pod `before`, newest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        before: Option<&PodId>,
        limit: u8,
    ) -> Result<Vec<Pod>, Error> {
        let partition = owner(tenant_id, user_id);
        let before = before.map(PodId::as_str);
        self.table.page_of_index(BY_OWNER, &partition, before, i32::from(limit)).await
    }

    /// A pod's history, oldest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn events(&self, pod: &Pod) -> Result<Vec<PodEvent>, Error> {
        self.table.list(&partition(&pod.tenant_id, &pod.id), "event#").await
    }

    /// Decides on the pod as it is now and writes the outcome; a lost race reads and decides again.
    /// `None` from `decide` leaves the pod as it is.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; 404 `not_found`; `unavailable`.
    pub async fn change(
        &self,
        tenant_id: &TenantId,
        pod_id: &PodId,
        decide: impl Fn(Pod) -> Result<Option<Change>, Error>,
    ) -> Result<Pod, Error> {
        for _ in 0..TRIES_MAX {
            let pod = self.load(tenant_id, pod_id).await?;
            let version = pod.version;
            let Some(change) = decide(pod.clone())? else {
                return Ok(pod);
            };
            let writes = self.writes(&change, Condition::Version(version))?;
            if self.table.write(writes).await? == Written::Yes {
                return Ok(change.0);
            }
        }
        Err(Error::unavailable("the pod", "lost every race for it"))
    }
}
