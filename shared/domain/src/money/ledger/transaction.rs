//! One ledger entry with its signed lines.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::LedgerAccount;
use crate::Error;
use crate::money::UsdMicros;

/// One signed line of a transaction: positive into the account, negative out of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Posting {
    /// The account that the amount moves into, or out of if it is negative.
    pub account: LedgerAccount,
    /// How much, never zero.
    pub amount_usd_micros: UsdMicros,
}

/// What a transaction is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// Free credit was given.
    Grant,
    /// Money was paid in.
    Deposit,
    /// Money was reserved for a pod.
    Hold,
    /// Reserved money was given back.
    Release,
    /// Usage was paid from what was reserved.
    Capture,
    /// What a machine cost us beyond what its user paid; no line of it touches a wallet.
    Machine,
}

/// One ledger entry. Its wallet gives currency (US dollars) and mode to every line, and its
/// postings sum to zero.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Transaction {
    /// What it is.
    pub kind: TransactionKind,
    /// When it was decided.
    pub at: Timestamp,
    /// What it is for, in the words of the statement.
    pub description: String,
    /// The lines, which sum to zero.
    pub postings: Vec<Posting>,
}

impl Transaction {
    /// A transaction, if its lines sum to zero.
    ///
    /// # Errors
    ///
    /// `internal` when they do not, `amount_too_large` when their sum leaves 64 bits.
    pub fn new(
        kind: TransactionKind,
        at: Timestamp,
        description: impl Into<String>,
        postings: Vec<Posting>,
    ) -> Result<Self, Error> {
        let sum = postings
            .iter()
            .try_fold(UsdMicros::ZERO, |sum, posting| sum.plus(posting.amount_usd_micros))?;
        if sum != UsdMicros::ZERO {
            return Err(Error::broken("a transaction does not sum to zero", format!("{sum:?}")));
        }
        Ok(Self { kind, at, description: description.into(), postings })
    }
}
