//! Adding to a person's list that has a limit, so that adds of the same moment cannot pass it
//! together.
//!
//! Beside the items lies one row that only counts the adds. Whoever adds has read that row before
//! the list and writes it on with the new item, so of two adds that saw the same list one is
//! refused by the table and looks again. What is removed needs no note: a list that got shorter
//! only has more room. A list without the row, from before there was one, counts as never added to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::race::Race;
use crate::tables::table::{Condition, Key, Table, Written};

/// The sort key of the row that counts; no list's prefix begins like it.
const ADDS: &str = "adds";

#[derive(Debug, Default, Deserialize, Serialize)]
struct AddsRow {
    version: u64,
}

/// A list of one person: the items of a partition whose sort key begins with a prefix.
#[derive(Clone, Debug)]
pub(crate) struct Roster<'a> {
    pub(crate) table: &'a Table,
    /// How an error names it: "the SSH keys".
    pub(crate) label: &'static str,
    pub(crate) pk: String,
    pub(crate) prefix: &'static str,
    /// Attributes of the row that counts, for a list whose items expire.
    pub(crate) more: HashMap<String, AttributeValue>,
}

impl Roster<'_> {
    /// Makes the writes that `decide` returns for the list as it is now. `Lost` names those of
    /// them whose own condition did not hold.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; `unavailable`.
    pub(crate) async fn add<T: DeserializeOwned>(
        &self,
        decide: impl Fn(&[T]) -> Result<Vec<TransactWriteItem>, Error>,
    ) -> Result<Written, Error> {
        let key = Key::new(&self.pk, ADDS);
        let mut race = Race::on(self.label);
        loop {
            // Before the list: an add that comes after this makes ours lose.
            let row: AddsRow = self.table.get(&key).await?.unwrap_or_default();
            let items: Vec<T> = self.table.list(&self.pk, self.prefix).await?;
            let mut writes = decide(&items)?;
            let (counter, guard) = (writes.len(), Condition::unchanged(row.version));
            let next = AddsRow { version: row.version.saturating_add(1) };
            writes.push(self.table.put(&key, &next, Some(guard), self.more.clone())?);
            match self.table.write(writes).await? {
                Written::Lost(lost) if lost.contains(&counter) => race.lost().await?,
                written => return Ok(written),
            }
        }
    }
}
