//! A wallet's statement with what was left after each line, the newest first.

use domain::Error;
use domain::money::UsdMicros;
use domain::money::ledger::{Charge, ChargeWalk, Wallet};
use jiff::Timestamp;

use super::statement::{END, PREFIX, Row};
use super::{LABEL, Ledger, WalletOf};
use crate::cursor;
use crate::race::Race;
use crate::tables::table::Key;

/// Transactions that are read at once: a few hours of one pod, and under a megabyte.
const ROWS_READ: i32 = 500;
/// Transactions that one answer reads at most. A pod that runs makes one a minute, so this is more
/// than a day of it.
const ROWS_MAX: usize = 2_000;

/// Where a page of charges begins: after this transaction, with what was left before it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChargesCursor {
    key: String,
    balance: UsdMicros,
}

/// A page of charges.
#[derive(Clone, Debug, PartialEq)]
pub struct ChargesPage {
    /// The newest first.
    pub lines: Vec<Charge>,
    /// Where the next page begins; none on the last.
    pub next: Option<ChargesCursor>,
}

impl ChargesCursor {
    /// Reads a cursor from its text.
    ///
    /// # Errors
    ///
    /// 400 `invalid_cursor` for anything but a text of [`ChargesCursor::encode`].
    pub fn decode(text: &str) -> Result<Self, Error> {
        let whole = cursor::decode(text, PREFIX)?;
        let parts = whole.rsplit_once('#');
        let read = parts.and_then(|(key, balance)| {
            let balance = UsdMicros(balance.parse().ok()?);
            Some(Self { key: key.to_owned(), balance }).filter(|cursor| cursor.at().is_some())
        });
        read.ok_or_else(cursor::malformed)
    }

    /// The text to hand to a client.
    #[must_use]
    pub fn encode(&self) -> String {
        cursor::encode(&format!("{}#{}", self.key, self.balance.0))
    }

    fn at(&self) -> Option<Timestamp> {
        self.key.strip_prefix(PREFIX)?.split('#').next()?.parse().ok()
    }
}

/// A page in the making.
struct Reading {
    walk: ChargeWalk,
    /// The last transaction that was read.
    before: String,
    read: usize,
}

impl Ledger {
    /// A page of at most `limit` charges at `now`; fewer where many transactions make few lines.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn charges(
        &self,
        of: &WalletOf,
        cursor: Option<&ChargesCursor>,
        limit: u8,
        now: Timestamp,
    ) -> Result<ChargesPage, Error> {
        let (mut reading, mut rows) = match cursor {
            None => self.first_charges(of, now).await?,
            Some(cursor) => {
                let wallet = self.wallet(of).await?;
                let at = cursor.at().unwrap_or(now);
                let walk = ChargeWalk::resume(&wallet, cursor.balance, at, now);
                let reading = Reading { walk, before: cursor.key.clone(), read: 0 };
                let rows = self.rows_before(of, &reading.before).await?;
                (reading, rows)
            }
        };
        let limit = usize::from(limit);
        // Up to where every line is whole: the last one may go on in the next transaction.
        let mut end = None;
        loop {
            let is_last = rows.len() < usize::try_from(ROWS_READ).unwrap_or(0);
            for row in rows {
                reading.walk.step(&row.transaction)?;
                reading.read = reading.read.saturating_add(1);
                reading.before = row.sk;
                if reading.walk.len() > limit {
                    return Ok(reading.page(end));
                }
                end = Some(reading.place());
            }
            if is_last {
                return Ok(reading.page(None));
            }
            if reading.read >= ROWS_MAX {
                return Ok(reading.page(end));
            }
            rows = self.rows_before(of, &reading.before).await?;
        }
    }

    /// The wallet and its newest transactions, as of one moment.
    async fn first_charges(
        &self,
        of: &WalletOf,
        now: Timestamp,
    ) -> Result<(Reading, Vec<Row>), Error> {
        let mut race = Race::on(LABEL);
        loop {
            let wallet: Wallet = self.wallet(of).await?;
            let rows = self.rows_before(of, END).await?;
            if self.wallet(of).await?.version == wallet.version {
                let walk = ChargeWalk::begin(&wallet, now)?;
                return Ok((Reading { walk, before: END.to_owned(), read: 0 }, rows));
            }
            race.lost().await?;
        }
    }

    async fn rows_before(&self, of: &WalletOf, before: &str) -> Result<Vec<Row>, Error> {
        self.table.newest_before(&Key::new(of.partition(), PREFIX), before, ROWS_READ).await
    }
}

impl Reading {
    /// How many lines there are, and where the next page would begin.
    fn place(&self) -> (usize, ChargesCursor) {
        let cursor = ChargesCursor { key: self.before.clone(), balance: self.walk.balance() };
        (self.walk.len(), cursor)
    }

    /// The page that ends at `end`, or the last one.
    fn page(self, end: Option<(usize, ChargesCursor)>) -> ChargesPage {
        match end {
            Some((count, next)) => ChargesPage { lines: self.walk.lines(count), next: Some(next) },
            None => ChargesPage { lines: self.walk.lines(usize::MAX), next: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() -> Result<(), Error> {
        let key = "transaction#2026-11-21T00:00:00.000Z#capture#3".to_owned();
        for balance in [0, -5, i64::MAX] {
            let cursor = ChargesCursor { key: key.clone(), balance: UsdMicros(balance) };
            assert_eq!(ChargesCursor::decode(&cursor.encode())?, cursor);
        }
        for text in ["transaction#2026-11-21T00:00:00.000Z", "transaction#2026-11-21T00:00:00Z#a"] {
            let refused = ChargesCursor::decode(&cursor::encode(text)).err();
            assert_eq!(refused.map(|error| error.code), Some("invalid_cursor"), "{text}");
        }
        Ok(())
    }
}
