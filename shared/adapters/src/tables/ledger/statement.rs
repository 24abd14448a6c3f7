//! A wallet's transactions as its owner reads them, the newest first.

use domain::Error;
use domain::money::ledger::{Transaction, WalletChange};
use serde::Deserialize;

use super::{Ledger, WalletOf};
use crate::cursor;
use crate::tables::table::Key;

/// What every transaction's sort key begins with.
pub(super) const PREFIX: &str = "transaction#";
/// Above every transaction's sort key, each of which goes on with a digit.
pub(super) const END: &str = "transaction#~";
/// Pages one answer reads at most to find lines that touch the wallet.
const READS_MAX: u32 = 20;

/// Where a page of the statement begins: after this transaction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatementCursor(String);

/// One line of the statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementLine {
    /// What was entered.
    pub transaction: Transaction,
    /// How it changed the wallet.
    pub change: WalletChange,
}

/// A page of the statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementPage {
    /// The newest first.
    pub lines: Vec<StatementLine>,
    /// Where the next page begins; none on the last.
    pub next: Option<StatementCursor>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pub(super) sk: String,
    #[serde(flatten)]
    pub(super) transaction: Transaction,
}

impl StatementCursor {
    /// Reads a cursor from its text.
    ///
    /// # Errors
    ///
    /// 400 `invalid_cursor` for anything but a text of [`StatementCursor::encode`].
    pub fn decode(text: &str) -> Result<Self, Error> {
        cursor::decode(text, PREFIX).map(Self)
    }

    /// The text to hand to a client.
    #[must_use]
    pub fn encode(&self) -> String {
        cursor::encode(&self.0)
    }
}

impl Ledger {
    /// A page of at most `limit` transactions that touch the wallet; entries of ours that belong to
    /// it and leave it as it is have no line.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn statement(
        &self,
        of: &WalletOf,
        cursor: Option<&StatementCursor>,
        limit: u8,
    ) -> Result<StatementPage, Error> {
        let from = Key::new(of.partition(), PREFIX);
        let mut before = cursor.map_or(END, |cursor| cursor.0.as_str()).to_owned();
        let mut lines: Vec<(String, StatementLine)> = Vec::new();
        let wanted = usize::from(limit);
        let mut more = false;
        for _ in 0..READS_MAX {
            // One more than asked for tells whether there is a next page.
            let ask = i32::from(limit).saturating_add(1);
            let rows: Vec<Row> = self.table.newest_before(&from, &before, ask).await?;
            more = rows.len() > wanted;
            for row in rows {
                before.clone_from(&row.sk);
                if let Some(change) = row.transaction.change()? {
                    let line = StatementLine { transaction: row.transaction, change };
                    lines.push((row.sk, line));
                }
            }
            if !more || lines.len() > wanted {
                break;
            }
        }
        let next = if lines.len() > wanted {
            lines.truncate(wanted);
            lines.last().map(|(key, _)| StatementCursor(key.clone()))
        } else {
            more.then_some(StatementCursor(before))
        };
        Ok(StatementPage { lines: lines.into_iter().map(|(_, line)| line).collect(), next })
    }
}
