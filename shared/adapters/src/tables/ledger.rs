//! The ledger's transactions and the wallets they add up to.
//!
//! One `TransactWriteItems` writes the idempotency marker, the transaction, the wallet and the
//! metering accounts of the pods it moves money for, each under a condition, so an entry is posted
//! once however often it is sent.

mod charges;
mod invoices;
mod statement;
mod usage;

pub use charges::{ChargesCursor, ChargesPage};
pub use domain::money::metering::{HoldFor, ReleaseFor};
pub use invoices::{Books, MeteringAccount};
pub use statement::{StatementCursor, StatementLine, StatementPage};
pub use usage::Funded;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::notice::Recipient;
use domain::Error;
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::market::quote::Quote;
use domain::money::invoice::Period;
use domain::money::ledger::{Entry, Transaction, Wallet};
use domain::people::tenant::Member;
use domain::pod::Pod;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::idempotency;
use crate::race::Race;
use crate::tables::table::{Condition, Key, Table, Written};

/// How an error names what is written here.
const LABEL: &str = "the wallet";

/// Whose money, in which mode.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WalletOf {
    /// The tenant that the money is spent in.
    pub tenant_id: TenantId,
    /// The owner of the money.
    pub user_id: UserId,
    /// SANDBOX money never pays for a LIVE pod, nor the other way.
    pub mode: Mode,
}

#[derive(Debug, Deserialize, Serialize)]
struct MarkerRow {
    /// JSON of the [`Entry`] that was posted, compared as it is.
    marker: String,
    at: Timestamp,
}

#[derive(Debug, Serialize)]
struct TransactionRow<'a> {
    #[serde(flatten)]
    transaction: &'a Transaction,
    idempotency_key: &'a str,
    mode: Mode,
    currency: &'static str,
}

/// What one posting writes.
struct Writing<'a> {
    /// What the transaction is known by: the sender's key, or one made from the wallet's version.
    key: &'a str,
    /// Remembers that the key was used.
    marker: Option<MarkerRow>,
    /// The wallet as it was read.
    before: &'a Wallet,
    /// The wallet to be written and why.
    after: (Wallet, Transaction),
    /// What else is written in the same transaction.
    more: Vec<TransactWriteItem>,
}

/// The ledger table.
#[derive(Clone, Debug)]
pub struct Ledger {
    table: Table,
}

impl WalletOf {
    /// A member's own wallet, of the mode their tenant is in.
    #[must_use]
    pub fn member(member: &Member) -> Self {
        Self {
            tenant_id: member.tenant_id().clone(),
            user_id: member.user_id().clone(),
            mode: member.mode(),
        }
    }

    /// The wallet that pays for a pod deployed on a quote.
    #[must_use]
    pub fn quote(quote: &Quote) -> Self {
        let Quote { tenant_id, user_id, mode, .. } = quote;
        Self { tenant_id: tenant_id.clone(), user_id: user_id.clone(), mode: *mode }
    }

    /// The wallet a pod is paid from.
    #[must_use]
    pub fn pod(pod: &Pod) -> Self {
        Self { tenant_id: pod.tenant_id.clone(), user_id: pod.user_id.clone(), mode: pod.mode }
    }

    /// Its owner, as the receiver of a notice.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient { tenant_id: self.tenant_id.clone(), user_id: self.user_id.clone() }
    }

    fn partition(&self) -> String {
        format!("{}#wallet#{}#{}", self.tenant_id, self.user_id, self.mode)
    }

    fn key(&self) -> Key {
        Key::new(self.partition(), "wallet")
    }

    fn marker_key(&self, idempotency_key: &str) -> Key {
        Key::new(self.partition(), format!("key#{idempotency_key}"))
    }

    fn transaction_key(&self, at: Timestamp, idempotency_key: &str) -> Key {
        Key::new(self.partition(), format!("transaction#{at:.3}#{idempotency_key}"))
    }
}

fn marker_of(entry: &Entry, at: Timestamp) -> Result<MarkerRow, Error> {
    let marker =
        serde_json::to_string(entry).map_err(|error| Error::broken("a ledger marker", error))?;
    Ok(MarkerRow { marker, at })
}

impl Ledger {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the ledger") }
    }

    /// The wallet; one that never saw money is empty.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn wallet(&self, of: &WalletOf) -> Result<Wallet, Error> {
        Ok(self.table.get(&of.key()).await?.unwrap_or_default())
    }

    /// Posts `entry` once under `idempotency_key`; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// 402 `insufficient_funds`, 409 `idempotency_mismatch` when the key stands for another
    /// entry, `unavailable`.
    pub async fn post(
        &self,
        of: &WalletOf,
        idempotency_key: &str,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut race = Race::on(LABEL);
        loop {
            let before = self.wallet(of).await?;
            let marker = marker_of(entry, now)?;
            // Read after the wallet: a marker written in between makes the write lose.
            if self.was_posted(of, idempotency_key, &marker).await? {
                return Ok(());
            }
            let writing = Writing {
                key: idempotency_key,
                marker: Some(marker),
                after: before.post(entry, now)?,
                before: &before,
                more: Vec::new(),
            };
            if self.write(of, writing).await? == Written::Yes {
                return Ok(());
            }
            race.lost().await?;
        }
    }

    /// Posts `entry` unless anything was posted under `idempotency_key` before, which then stands.
    ///
    /// # Errors
    ///
    /// 402 `insufficient_funds`, `unavailable`.
    pub async fn post_first(
        &self,
        of: &WalletOf,
        idempotency_key: &str,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<(), Error> {
        match self.post(of, idempotency_key, entry, now).await {
            Err(error) if error.is_idempotency_mismatch() => Ok(()),
            posted => posted,
        }
    }

    async fn write(&self, of: &WalletOf, writing: Writing<'_>) -> Result<Written, Error> {
        let guard = Condition::unchanged(writing.before.version);
        let (after, transaction) = &writing.after;
        let row = TransactionRow {
            transaction,
            idempotency_key: writing.key,
            mode: of.mode,
            currency: "USD",
        };
        let new = Some(Condition::New);
        let transaction_key = of.transaction_key(transaction.at, writing.key);
        let mut writes = vec![
            self.table.put(&transaction_key, &row, new, HashMap::new())?,
            self.table.put(&of.key(), after, Some(guard), HashMap::new())?,
        ];
        if let Some(marker) = &writing.marker {
            let at = of.marker_key(writing.key);
            writes.push(idempotency::remember(&self.table, &at, marker, None)?);
        }
        if writing.before.version == 0 {
            writes.push(self.open_cycle(of, Period::of(transaction.at))?);
        }
        writes.extend(writing.more);
        self.table.write(writes).await
    }

    /// Whether anything was posted under `key` before.
    async fn is_used(&self, of: &WalletOf, key: &str) -> Result<bool, Error> {
        let any = |_: &MarkerRow| true;
        Ok(idempotency::recall(&self.table, &of.marker_key(key), any).await?.is_some())
    }

    /// Whether this very entry was posted under `key` before.
    async fn was_posted(&self, of: &WalletOf, key: &str, row: &MarkerRow) -> Result<bool, Error> {
        let is_same = |known: &MarkerRow| known.marker == row.marker;
        Ok(idempotency::recall(&self.table, &of.marker_key(key), is_same).await?.is_some())
    }
}
