//! What a pod's owner is shown: their pods, and what happened to them.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::id::{PodId, TenantId, UserId};
use domain::pod::{Pod, PodEvent};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BY_OWNER, Pods, owner, partition};
use crate::cursor;
use crate::tables::table::{Condition, Key, index_entry};

/// Pods read at once to find those that are not over.
const READ_PODS: u8 = 51;
/// How often one answer reads at most to find them: after 500 ended pods the page ends early, with
/// a cursor to go on from.
const READS_MAX: u32 = 10;

/// Which of a user's pods are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// Only those that were opened before this one.
    pub before: Option<&'a PodId>,
    /// The most pods of a page, from 1.
    pub limit: u8,
    /// Only those that are not over.
    pub live: bool,
}

/// A page of pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The newest first.
    pub pods: Vec<Pod>,
    /// The next page has those before this one; none on the last.
    pub next: Option<PodId>,
}

/// Something that happened to one of a user's pods.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Activity {
    /// What happened.
    #[serde(flatten)]
    pub event: PodEvent,
    /// The pod it happened to.
    pub pod_id: PodId,
    /// What it was called then.
    pub pod_name: String,
    /// The GPU it was quoted with.
    pub gpu: String,
}

/// Where a page of activity begins: after this one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ActivityCursor(String);

/// A page of activity.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityPage {
    /// The newest first.
    pub items: Vec<Activity>,
    /// Where the next page begins; none on the last.
    pub next: Option<ActivityCursor>,
}

#[derive(Debug, Deserialize)]
struct Row {
    owner_sk: String,
    #[serde(flatten)]
    activity: Activity,
}

impl ActivityCursor {
    /// Reads a cursor from its text.
    ///
    /// # Errors
    ///
    /// 400 `invalid_cursor` for anything but a text of [`ActivityCursor::encode`].
    pub fn decode(text: &str) -> Result<Self, Error> {
        cursor::decode(text, "").map(Self)
    }

    /// The text to hand to a client.
    #[must_use]
    pub fn encode(&self) -> String {
        cursor::encode(&self.0)
    }
}

/// The index partition of a user's activity, which has the index of their pods.
fn activity_partition(tenant_id: &TenantId, user_id: &UserId) -> String {
    format!("{tenant_id}#activity#{user_id}")
}

/// Its order: by instant, then by pod, then as it happened to the pod.
fn activity_sort(at: Timestamp, pod_id: &PodId, sequence: u64) -> String {
    format!("{at:.3}#{pod_id}#{sequence:08}")
}

impl Pods {
    /// A user's pods, newest first. Where most are over, a page of live ones may have fewer than its
    /// limit and still not be the last.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        listing: Listing<'_>,
    ) -> Result<Listed, Error> {
        let partition = owner(tenant_id, user_id);
        let limit = usize::from(listing.limit);
        // One more than asked for tells whether there is a next page.
        let ask = listing.limit.saturating_add(1).max(if listing.live { READ_PODS } else { 0 });
        let mut before = listing.before.cloned();
        let (mut pods, mut more) = (Vec::new(), true);
        for _ in 0..READS_MAX {
            let from = before.as_ref().map(PodId::as_str);
            let read: Vec<Pod> =
                self.table.page_of_index(BY_OWNER, &partition, from, i32::from(ask)).await?;
            more = read.len() >= usize::from(ask);
            before = read.last().map(|pod| pod.id.clone());
            pods.extend(read.into_iter().filter(|pod| !listing.live || !pod.is_over()));
            if !more || pods.len() > limit {
                break;
            }
        }
        let next = if pods.len() > limit {
            pods.truncate(limit);
            pods.last().map(|pod| pod.id.clone())
        } else {
            before.filter(|_| more)
        };
        Ok(Listed { pods, next })
    }

    /// A pod's history, oldest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn events(&self, pod: &Pod) -> Result<Vec<PodEvent>, Error> {
        self.table.list(&partition(&pod.tenant_id, &pod.id), "event#").await
    }

    /// A page of at most `limit` events of any of a user's pods.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn activity(
        &self,
        tenant_id: &TenantId,
        user_id: &UserId,
        cursor: Option<&ActivityCursor>,
        limit: u8,
    ) -> Result<ActivityPage, Error> {
        let partition = activity_partition(tenant_id, user_id);
        let before = cursor.map(|cursor| cursor.0.as_str());
        // One more than asked for tells whether there is a next page.
        let ask = i32::from(limit).saturating_add(1);
        let mut rows: Vec<Row> =
            self.table.page_of_index(BY_OWNER, &partition, before, ask).await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = rows.last().filter(|_| more).map(|row| ActivityCursor(row.owner_sk.clone()));
        Ok(ActivityPage { items: rows.into_iter().map(|row| row.activity).collect(), next })
    }

    /// A write of what happened to a pod, to be part of a transaction.
    pub(super) fn put_event(
        &self,
        pod: &Pod,
        event: &PodEvent,
    ) -> Result<TransactWriteItem, Error> {
        let partition = partition(&pod.tenant_id, &pod.id);
        let key = Key::new(partition, format!("event#{:08}", event.sequence));
        let owner = activity_partition(&pod.tenant_id, &pod.user_id);
        let sort = activity_sort(event.at, &pod.id, event.sequence);
        let activity = Activity {
            event: event.clone(),
            pod_id: pod.id.clone(),
            pod_name: pod.name.clone(),
            gpu: pod.quote.configuration.offer.gpus(),
        };
        let index = index_entry("owner", owner, sort);
        self.table.put(&key, &activity, Some(Condition::New), index)
    }
}
