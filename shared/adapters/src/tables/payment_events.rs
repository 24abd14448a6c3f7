//! Events of the payment provider: kept when they come in, and marked when they are handled.

use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::payment::PaymentEventV1;
use domain::Error;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::tables::table::{Condition, Key, Table, time_to_live};

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

/// The events in the billing table.
#[derive(Debug)]
pub struct PaymentEvents {
    table: Table,
}

fn partition(event: &PaymentEventV1) -> String {
    format!("{}#payment-event#{}#{}", event.tenant_id, event.event_id, event.mode)
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

    /// The write of the mark, which fails when there is one already.
    pub(crate) fn marker(&self, table: &Table) -> Result<TransactWriteItem, Error> {
        let row = DoneRow { outcome: self.outcome.to_owned(), done_at: self.at };
        let key = Key::new(partition(&self.event), "done");
        table.put(&key, &row, Some(Condition::New), time_to_live(kept_until(self.at)))
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
        let key = Key::new(partition(event), "event");
        let more = time_to_live(kept_until(stored.received_at));
        let put = self.table.put(&key, stored, Some(Condition::New), more)?;
        Ok(self.table.write(vec![put]).await? == crate::tables::table::Written::Yes)
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
        self.table.write(vec![done.marker(&self.table)?]).await.map(drop)
    }
}
