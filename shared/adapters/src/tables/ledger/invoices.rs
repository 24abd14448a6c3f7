//! Months of wallets: which are not closed yet, and the invoices of those that are.
//!
//! A wallet's first transaction also writes its cycle, which names the first month that is not
//! closed. The index `by_period` holds nothing but cycles, so a wallet that ever saw money is
//! always found. Closing a month writes its invoice and moves the cycle on, in one transaction.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::money::invoice::{Customer, Invoice, Period};
use domain::money::ledger::Wallet;
use domain::money::metering::Metered;
use serde::{Deserialize, Serialize};

use super::usage::MeterRow;
use super::{Ledger, WalletOf};
use crate::tables::table::{Condition, Index, Key, Written, index_entry};

const BY_PERIOD: Index = Index { name: "by_period", pk: "period_pk", sk: "period_sk" };
/// Partitions of that index; each takes 1,000 writes a second.
const SHARDS: u32 = 4;

/// Which month of a wallet is closed next.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct CycleRow {
    tenant_id: TenantId,
    user_id: UserId,
    mode: Mode,
    unclosed: Period,
    version: u64,
}

/// A pod's metering account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MeteringAccount {
    /// What was captured.
    pub metered: Metered,
    /// Its pod is over and all of its usage is captured.
    pub closed: bool,
}

/// A wallet with its accounts, read one after the other; [`Ledger::close_period`] makes sure that
/// nothing was captured meanwhile.
#[derive(Clone, Debug)]
pub struct Books {
    /// The wallet.
    pub wallet: Wallet,
    /// A metering account for each pod that ever held money.
    pub accounts: Vec<MeteringAccount>,
    cycle: Option<CycleRow>,
}

impl Books {
    /// The first month that is not closed; none for a wallet that never saw money.
    #[must_use]
    pub fn unclosed(&self) -> Option<Period> {
        self.cycle.as_ref().map(|cycle| cycle.unclosed)
    }
}

impl WalletOf {
    /// Whom its invoices are for.
    #[must_use]
    pub fn customer(&self) -> Customer {
        let Self { tenant_id, user_id, mode } = self.clone();
        Customer { tenant_id, user_id, mode }
    }

    fn cycle_key(&self) -> Key {
        Key::new(self.partition(), "cycle")
    }

    fn invoice_key(&self, period: Period) -> Key {
        Key::new(self.partition(), format!("invoice#{period}"))
    }
}

fn shard_of(user_id: &UserId) -> u32 {
    user_id.body().bytes().map(u32::from).sum::<u32>() % SHARDS
}

fn shard_partition(shard: u32) -> String {
    format!("wallets#{shard}")
}

impl Ledger {
    /// The write of a wallet's cycle, to be part of its first transaction.
    pub(super) fn open_cycle(
        &self,
        of: &WalletOf,
        first: Period,
    ) -> Result<TransactWriteItem, Error> {
        let WalletOf { tenant_id, user_id, mode } = of.clone();
        let cycle = CycleRow { tenant_id, user_id, mode, unclosed: first, version: 0 };
        self.put_cycle(of, cycle, Condition::New)
    }

    fn put_cycle(
        &self,
        of: &WalletOf,
        cycle: CycleRow,
        guard: Condition,
    ) -> Result<TransactWriteItem, Error> {
        let row = CycleRow { version: cycle.version.saturating_add(1), ..cycle };
        let sort = format!("{}#{}", row.unclosed, of.partition());
        let index = index_entry("period", shard_partition(shard_of(&of.user_id)), sort);
        self.table.put(&of.cycle_key(), &row, Some(guard), index)
    }

    /// Every wallet with a month before `period` that is not closed, with the first such month. The
    /// index may lag behind the table; what it misses is found the next day.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn unclosed_before(&self, period: Period) -> Result<Vec<(WalletOf, Period)>, Error> {
        let mut found = Vec::new();
        for shard in 0..SHARDS {
            let (partition, end) = (shard_partition(shard), period.to_string());
            let rows: Vec<CycleRow> =
                self.table.all_of_index(BY_PERIOD, &partition, Some(&end)).await?;
            found.extend(rows.into_iter().map(|row| {
                let CycleRow { tenant_id, user_id, mode, unclosed, .. } = row;
                (WalletOf { tenant_id, user_id, mode }, unclosed)
            }));
        }
        Ok(found)
    }

    /// The wallet with all its accounts. The wallet is read first: whatever is captured later than
    /// that makes its version another one.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn books(&self, of: &WalletOf) -> Result<Books, Error> {
        let wallet = self.wallet(of).await?;
        let cycle = self.table.get(&of.cycle_key()).await?;
        let rows: Vec<MeterRow> = self.table.all(&of.partition(), "meter#").await?;
        let account = |row: MeterRow| MeteringAccount { metered: row.metered, closed: row.closed };
        Ok(Books { wallet, accounts: rows.into_iter().map(account).collect(), cycle })
    }

    /// Closes the first month of `books` that is not closed, with `invoice` if it has one. `false`
    /// if the wallet changed since it was read, or another one closed the month.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn close_period(
        &self,
        of: &WalletOf,
        books: &Books,
        invoice: Option<&Invoice>,
    ) -> Result<bool, Error> {
        let Some(cycle) = books.cycle.clone() else { return Ok(false) };
        let (closing, version) = (cycle.unclosed, cycle.version);
        let moved = CycleRow { unclosed: closing.next(), ..cycle };
        // Every capture writes the wallet, so an unchanged wallet means unchanged accounts.
        let unchanged = Condition::unchanged(books.wallet.version);
        let mut writes = vec![
            self.table.check(&of.key(), unchanged)?,
            self.put_cycle(of, moved, Condition::unchanged(version))?,
        ];
        if let Some(invoice) = invoice {
            let (key, new) = (of.invoice_key(closing), Some(Condition::New));
            writes.push(self.table.put(&key, invoice, new, std::collections::HashMap::new())?);
        }
        Ok(self.table.write(writes).await? == Written::Yes)
    }

    /// The final invoice of a month, if it has one.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn invoice(&self, of: &WalletOf, period: Period) -> Result<Option<Invoice>, Error> {
        self.table.get(&of.invoice_key(period)).await
    }

    /// All final invoices, the newest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn invoices(&self, of: &WalletOf) -> Result<Vec<Invoice>, Error> {
        let mut invoices: Vec<Invoice> = self.table.all(&of.partition(), "invoice#").await?;
        invoices.reverse();
        Ok(invoices)
    }
}
