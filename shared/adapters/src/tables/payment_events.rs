//! Events of the payment provider: kept when they come in, and marked when they are handled. A
//! top-up that is about to be paid is an event of our own, marked once nothing more follows from
//! it.
//!
//! Until it is marked an event is also on a list, so that what got lost is found.

use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::payment::PaymentEventV1;
use domain::Error;
use domain::Mode;
use domain::id::{TenantId, TopUpId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::tables::ledger::WalletOf;
use crate::tables::table::{Condition, Key, Table, Written, time_to_live};

/// The kind of our own event: a card is about to be charged for a top-up.
pub const TOP_UP_BEGUN: &str = "top_up.begun";

/// Parts of the list of events that are not handled.
pub const SHARDS: u32 = 4;
/// What the sort keys of that list begin with.
const LISTED: &str = "event#";

/// Days an event and its mark are kept; the provider repeats events for three days.
const KEPT_DAYS: i64 = 90;

/// What we keep of an event: what it is about is read again from the provider.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StoredEvent {
    /// The provider's type of it: `customer.subscription.updated`.
    pub kind: String,
    /// The provider's name of what it is about.
    pub object_id: Option<String>,
    /// The customer it concerns.
    pub customer_id: Option<String>,
    /// When it happened there.
    pub created_at: Timestamp,
    /// When we got it.
    pub received_at: Timestamp,
}

/// That an event is handled, to be written along with what it caused.
#[derive(Clone, Debug)]
pub struct Done {
    event: PaymentEventV1,
    outcome: &'static str,
    at: Timestamp,
}

#[derive(Debug, Deserialize, Serialize)]
struct DoneRow {
    outcome: String,
    done_at: Timestamp,
}

/// An event that is kept and not handled yet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Unhandled {
    /// Which one.
    #[serde(flatten)]
    pub event: PaymentEventV1,
    /// Its kind: the provider's, or [`TOP_UP_BEGUN`].
    pub kind: String,
    /// Since when.
    pub since: Timestamp,
}

/// The events in the billing table.
#[derive(Debug)]
pub struct PaymentEvents {
    table: Table,
}

fn partition(event: &PaymentEventV1) -> String {
    format!("{}#payment-event#{}#{}", event.tenant_id, event.event_id, event.mode)
}

fn list_partition(shard: u32) -> String {
    format!("platform#unhandled-payments#{shard}")
}

/// Where an event is on the list of those that are not handled.
fn listed_at(event: &PaymentEventV1) -> Key {
    let shard = event.event_id.bytes().map(u32::from).sum::<u32>() % SHARDS;
    let PaymentEventV1 { tenant_id, mode, event_id } = event;
    Key::new(list_partition(shard), format!("{LISTED}{event_id}#{tenant_id}#{mode}"))
}

/// The writes that keep a new event, the first of which fails when it was kept before.
pub(crate) fn keeping(
    table: &Table,
    event: &PaymentEventV1,
    stored: &StoredEvent,
) -> Result<[TransactWriteItem; 2], Error> {
    let more = || time_to_live(kept_until(stored.received_at));
    let (kind, since) = (stored.kind.clone(), stored.received_at);
    let listed = Unhandled { event: event.clone(), kind, since };
    let key = Key::new(partition(event), "event");
    Ok([
        table.put(&key, stored, Some(Condition::New), more())?,
        table.put(&listed_at(event), &listed, None, more())?,
    ])
}

/// Our own event: the card of `customer_id` is about to be charged for a top-up.
pub(crate) fn top_up_begun(
    of: &WalletOf,
    id: &TopUpId,
    customer_id: &str,
    now: Timestamp,
) -> (PaymentEventV1, StoredEvent) {
    let stored = StoredEvent {
        kind: TOP_UP_BEGUN.to_owned(),
        object_id: Some(id.to_string()),
        customer_id: Some(customer_id.to_owned()),
        created_at: now,
        received_at: now,
    };
    (event_of_top_up(&of.tenant_id, of.mode, id), stored)
}

/// Which event of our own stands for a top-up.
pub(crate) fn event_of_top_up(tenant_id: &TenantId, mode: Mode, id: &TopUpId) -> PaymentEventV1 {
    PaymentEventV1 { tenant_id: tenant_id.clone(), mode, event_id: id.to_string() }
}

fn kept_until(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(24 * KEPT_DAYS)
}

impl Done {
    /// The mark that `event` was handled at `at`; `outcome` says how, for an operator.
    #[must_use]
    pub fn new(event: &PaymentEventV1, outcome: &'static str, at: Timestamp) -> Self {
        Self { event: event.clone(), outcome, at }
    }

    /// The writes of the mark, the first of which fails when there is one already.
    pub(crate) fn writes(&self, table: &Table) -> Result<[TransactWriteItem; 2], Error> {
        self.marked(table, Some(Condition::New))
    }

    /// The same, whether or not there is a mark.
    pub(crate) fn writes_again(&self, table: &Table) -> Result<[TransactWriteItem; 2], Error> {
        self.marked(table, None)
    }

    fn marked(
        &self,
        table: &Table,
        condition: Option<Condition>,
    ) -> Result<[TransactWriteItem; 2], Error> {
        let row = DoneRow { outcome: self.outcome.to_owned(), done_at: self.at };
        let key = Key::new(partition(&self.event), "done");
        let mark = table.put(&key, &row, condition, time_to_live(kept_until(self.at)))?;
        Ok([mark, table.forget(&listed_at(&self.event))?])
    }

    /// The mark of another event that is handled with this one.
    pub(crate) fn with(&self, event: &PaymentEventV1) -> Self {
        Self { event: event.clone(), ..self.clone() }
    }

    /// Whether it is `event` that was handled.
    pub(crate) fn is_of(&self, event: &PaymentEventV1) -> bool {
        self.event == *event
    }
}

impl PaymentEvents {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the billing table") }
    }

    /// Keeps an event; an existing one is kept.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn keep(&self, event: &PaymentEventV1, stored: &StoredEvent) -> Result<bool, Error> {
        let writes = keeping(&self.table, event, stored)?;
        Ok(self.table.write(writes.into()).await? == Written::Yes)
    }

    /// The events of a part of the list that are kept and not handled, a thousand at most.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn unhandled(&self, shard: u32) -> Result<Vec<Unhandled>, Error> {
        self.table.list(&list_partition(shard), LISTED).await
    }

    /// The kept event.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn find(&self, event: &PaymentEventV1) -> Result<StoredEvent, Error> {
        let row = self.table.get(&Key::new(partition(event), "event")).await?;
        row.ok_or_else(|| Error::not_found("payment event"))
    }

    /// Whether an event was handled.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn is_done(&self, event: &PaymentEventV1) -> Result<bool, Error> {
        let row: Option<DoneRow> = self.table.get(&Key::new(partition(event), "done")).await?;
        Ok(row.is_some())
    }

    /// Marks an event that caused nothing to be written beside it.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn finish(&self, done: &Done) -> Result<(), Error> {
        self.table.write(done.writes(&self.table)?.into()).await.map(drop)
    }
}
