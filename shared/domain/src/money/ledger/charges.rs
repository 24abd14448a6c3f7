//! A wallet's statement as its owner thinks of it: what came in, what was charged, and what was
//! left after each line.
//!
//! Money that is held for a pod still is its owner's, so holds and releases are no lines here, and
//! the usage of a day is one. Credit that expires is a line, although no transaction takes it out.
//! A wallet begins empty: the oldest line's amount is its balance.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::{GrantId, LedgerAccount, Source, WalletAccount};
use super::transaction::{Transaction, TransactionKind};
use super::wallet::Wallet;
use crate::Error;
use crate::id::PodId;
use crate::money::UsdMicros;

/// What a line of the statement is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    /// Free credit was given.
    Grant,
    /// Money was paid in.
    Deposit,
    /// Pods were used.
    Usage,
    /// Free credit was not spent in time.
    Expiry,
}

/// One line of the statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Charge {
    /// What it is.
    pub kind: ChargeKind,
    /// When the first and the last of its transactions were.
    pub since: Timestamp,
    /// See `since`.
    pub at: Timestamp,
    /// How many transactions it sums up.
    pub entries: u32,
    /// By how much the balance changed.
    pub amount_usd_micros: UsdMicros,
    /// What was left after it: cash and free credit, held or not.
    pub balance_usd_micros: UsdMicros,
    /// The free credit it is about.
    pub grant: Option<GrantId>,
    /// What each pod used.
    pub pods: BTreeMap<PodId, UsdMicros>,
}

/// Free credit that was not spent in time.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Expired {
    grant: GrantId,
    at: Timestamp,
    amount: UsdMicros,
}

/// A walk back through a wallet's transactions, the newest first.
#[derive(Clone, Debug)]
pub struct ChargeWalk {
    /// What is left after the next transaction.
    balance: UsdMicros,
    /// What has expired before that, the newest first.
    expired: Vec<Expired>,
    charges: Vec<Charge>,
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Wallet {
    /// Cash and free credit at `now`, held or not.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn balance_at(&self, now: Timestamp) -> Result<UsdMicros, Error> {
        self.granted(now)?.plus(self.cash())?.plus(self.held()?)
    }

    /// What was not spent of each grant that has expired at `now`, the newest expiry first.
    fn expired(&self, now: Timestamp) -> Vec<Expired> {
        let left = |(grant, at): (&GrantId, &Timestamp)| {
            let account = WalletAccount::Free(Source::Grant(grant.clone()));
            let amount = self.balances.get(&account).copied().unwrap_or_default();
            Expired { grant: grant.clone(), at: *at, amount }
        };
        let over = self.grant_expiries.iter().filter(|(_, at)| **at <= now);
        let mut expired: Vec<_> =
            over.map(left).filter(|one| one.amount > UsdMicros::ZERO).collect();
        expired.sort_by(|one, other| (other.at, &other.grant).cmp(&(one.at, &one.grant)));
        expired
    }
}

impl ChargeWalk {
    /// A walk that begins with the newest transaction of `wallet`.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn begin(wallet: &Wallet, now: Timestamp) -> Result<Self, Error> {
        let balance = wallet.balance_at(now)?;
        Ok(Self { balance, expired: wallet.expired(now), charges: Vec::new() })
    }

    /// A walk that goes on before a transaction of `at`, where `balance` was left.
    #[must_use]
    pub fn resume(wallet: &Wallet, balance: UsdMicros, at: Timestamp, now: Timestamp) -> Self {
        let mut expired = wallet.expired(now);
        expired.retain(|one| one.at <= at);
        Self { balance, expired, charges: Vec::new() }
    }

    /// What is left after the next transaction.
    #[must_use]
    pub fn balance(&self) -> UsdMicros {
        self.balance
    }

    /// How many lines there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.charges.len()
    }

    /// Whether there is no line yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.charges.is_empty()
    }

    /// The first `count` lines, the newest first.
    #[must_use]
    pub fn lines(mut self, count: usize) -> Vec<Charge> {
        self.charges.truncate(count);
        self.charges
    }

    /// Goes on to the transaction before.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn step(&mut self, transaction: &Transaction) -> Result<(), Error> {
        while let Some(expired) = self.expired.first().filter(|one| one.at > transaction.at) {
            let Expired { grant, at, amount } = expired.clone();
            self.expired.remove(0);
            let line = self.line(ChargeKind::Expiry, at, amount.negated()?);
            self.push(Charge { grant: Some(grant), ..line })?;
        }
        let kind = match transaction.kind {
            TransactionKind::Grant => ChargeKind::Grant,
            TransactionKind::Deposit => ChargeKind::Deposit,
            TransactionKind::Capture => ChargeKind::Usage,
            TransactionKind::Hold | TransactionKind::Release | TransactionKind::Machine => {
                return Ok(());
            }
        };
        let change = transaction.change()?.unwrap_or_default();
        let amount = change.free_usd_micros.plus(change.held_usd_micros)?;
        let mut line = self.line(kind, transaction.at, amount);
        for posting in &transaction.postings {
            match &posting.account {
                LedgerAccount::Wallet(WalletAccount::Held(pod, _)) => {
                    let sum = line.pods.entry(pod.clone()).or_default();
                    *sum = sum.minus(posting.amount_usd_micros)?;
                }
                LedgerAccount::Wallet(WalletAccount::Free(Source::Grant(grant))) => {
                    line.grant = Some(grant.clone());
                }
                _ => {}
            }
        }
        self.push(line)
    }

    fn line(&self, kind: ChargeKind, at: Timestamp, amount: UsdMicros) -> Charge {
        Charge {
            kind,
            since: at,
            at,
            entries: 1,
            amount_usd_micros: amount,
            balance_usd_micros: self.balance,
            grant: None,
            pods: BTreeMap::new(),
        }
    }

    /// Takes in an older line; usage of one day is one line.
    fn push(&mut self, older: Charge) -> Result<(), Error> {
        self.balance = self.balance.minus(older.amount_usd_micros)?;
        let last = self.charges.last_mut().filter(|last| {
            last.kind == ChargeKind::Usage
                && older.kind == ChargeKind::Usage
                && day(last.at) == day(older.at)
        });
        let Some(last) = last else {
            self.charges.push(older);
            return Ok(());
        };
        last.since = older.since;
        last.entries = last.entries.saturating_add(older.entries);
        last.amount_usd_micros = last.amount_usd_micros.plus(older.amount_usd_micros)?;
        for (pod, amount) in older.pods {
            let sum = last.pods.entry(pod).or_default();
            *sum = sum.plus(amount)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
