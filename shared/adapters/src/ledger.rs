//! The ledger's transactions and the wallets they add up to.
//!
//! One `TransactWriteItems` writes the idempotency marker, the transaction and the wallet, each
//! under a condition, so an entry is posted once however often it is sent.

use std::collections::HashMap;

use domain::Error;
use domain::id::{PodId, TenantId, UserId};
use domain::ledger::{Entry, Transaction, Wallet};
use domain::money::UsdMicros;
use domain::tenant::Mode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::table::{Condition, Key, Table, Written};

/// Tries to post before a busy wallet counts as unavailable; each lost race means another won.
const TRIES_MAX: usize = 8;

/// Whose money, in which mode.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WalletOf {
    /// In which tenant.
    pub tenant_id: TenantId,
    /// Whose.
    pub user_id: UserId,
    /// Real or not.
    pub mode: Mode,
}

#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Marker {
    /// This entry was posted.
    Posted { entry: Entry },
    /// The entry this key stands for must never be posted.
    Void,
}

#[derive(Debug, Deserialize, Serialize)]
struct MarkerRow {
    /// JSON of a [`Marker`], compared as it is.
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

/// The ledger table.
#[derive(Clone, Debug)]
pub struct Ledger {
    table: Table,
}

impl WalletOf {
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

/// The key under which a pod's first hold is posted.
fn hold_key(pod: &PodId) -> String {
    format!("hold#{pod}")
}

fn mismatch() -> Error {
    Error::conflict("idempotency_mismatch", "This key was used for something else.")
}

impl Marker {
    fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::broken("a ledger marker", error))
    }
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
    /// entry or was voided, `unavailable`.
    pub async fn post(
        &self,
        of: &WalletOf,
        idempotency_key: &str,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<(), Error> {
        let marker = Marker::Posted { entry: entry.clone() }.text()?;
        for _ in 0..TRIES_MAX {
            let wallet = self.wallet(of).await?;
            // Read after the wallet: a marker written in between makes the write lose.
            if let Some(known) = self.marker(of, idempotency_key).await? {
                return if known == marker { Ok(()) } else { Err(mismatch()) };
            }
            let (after, transaction) = wallet.post(entry, now)?;
            let row = TransactionRow {
                transaction: &transaction,
                idempotency_key,
                mode: of.mode,
                currency: "USD",
            };
            let marker = MarkerRow { marker: marker.clone(), at: now };
            if self.write(of, &marker, &wallet, &after, &row).await? == Written::Yes {
                return Ok(());
            }
        }
        Err(Error::unavailable("the wallet", "lost every race for it"))
    }

    async fn write(
        &self,
        of: &WalletOf,
        marker: &MarkerRow,
        before: &Wallet,
        after: &Wallet,
        row: &TransactionRow<'_>,
    ) -> Result<Written, Error> {
        let guard = match before.version {
            0 => Condition::New,
            version => Condition::Version(version),
        };
        let marker_key = of.marker_key(row.idempotency_key);
        let transaction_key = of.transaction_key(row.transaction.at, row.idempotency_key);
        let new = Some(Condition::New);
        let writes = vec![
            self.table.put(&marker_key, marker, new, HashMap::new())?,
            self.table.put(&transaction_key, row, new, HashMap::new())?,
            self.table.put(&of.key(), after, Some(guard), HashMap::new())?,
        ];
        self.table.write(writes).await
    }

    async fn marker(&self, of: &WalletOf, key: &str) -> Result<Option<String>, Error> {
        let row: Option<MarkerRow> = self.table.get(&of.marker_key(key)).await?;
        Ok(row.map(|row| row.marker))
    }

    /// Holds money for a pod's first stretch of running.
    ///
    /// # Errors
    ///
    /// Those of [`Ledger::post`].
    pub async fn hold(
        &self,
        of: &WalletOf,
        pod: &PodId,
        amount: UsdMicros,
        now: Timestamp,
    ) -> Result<(), Error> {
        let entry = Entry::Hold { pod: pod.clone(), amount_usd_micros: amount };
        self.post(of, &hold_key(pod), &entry, now).await
    }

    /// Gives back whatever is held for a pod that never ran, and makes sure that a hold which is
    /// still on its way can no longer be posted.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn release(&self, of: &WalletOf, pod: &PodId, now: Timestamp) -> Result<(), Error> {
        let void = MarkerRow { marker: Marker::Void.text()?, at: now };
        if self.table.put_new(&of.marker_key(&hold_key(pod)), &void).await? {
            return Ok(());
        }
        // The key is taken: by a hold, which is now released, or by an earlier void.
        if self.wallet(of).await?.held_for(pod).is_empty() {
            return Ok(());
        }
        let entry = Entry::Release { pod: pod.clone() };
        self.post(of, &format!("release#{pod}"), &entry, now).await
    }
}
