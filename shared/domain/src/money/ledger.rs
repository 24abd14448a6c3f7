//! The double-entry ledger: transactions whose postings sum to zero, and the wallet they add up to.
//!
//! A wallet holds cash, grants and holds. A hold remembers for each part where it came from, so
//! that releasing it gives each part back there. [`Wallet::post`] turns an [`Entry`] into a
//! [`Transaction`] and the wallet after it; nothing else changes a wallet.

#![warn(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod account;
mod charges;
mod entry;
mod summary;
mod transaction;
mod wallet;

pub use account::{GrantId, House, LedgerAccount, Source, WalletAccount};
pub use charges::{Charge, ChargeKind, ChargeWalk};
pub use entry::{Entry, Refusal};
pub use summary::WalletChange;
pub use transaction::{Posting, Transaction, TransactionKind};
pub use wallet::Wallet;

#[cfg(test)]
mod tests;
