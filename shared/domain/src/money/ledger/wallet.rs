//! A wallet, and how entries change it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::{GrantId, House, LedgerAccount, Source, WalletAccount};
use super::entry::{Entry, Refusal};
use super::transaction::{Posting, Transaction, TransactionKind};
use crate::Error;
use crate::id::PodId;
use crate::money::UsdMicros;
use crate::money::metering::{MachineBill, PodCapture};

/// One owner's money in one mode.
///
/// Invariants: each balance is the sum of its account's postings; grants and holds are never
/// negative; cash is never below `-credit_limit`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Wallet {
    /// Balance of each account that is not empty.
    pub balances: BTreeMap<WalletAccount, UsdMicros>,
    /// When each grant expires.
    pub grant_expiries: BTreeMap<GrantId, Timestamp>,
    /// How far cash may go below zero; 0 without credit terms.
    #[serde(default)]
    pub credit_limit_usd_micros: UsdMicros,
    /// Transactions posted so far; a write names the one it read.
    pub version: u64,
}

fn line(account: LedgerAccount, amount: UsdMicros) -> Posting {
    Posting { account, amount_usd_micros: amount }
}

/// The two lines that move `amount` between two accounts.
fn moved(from: LedgerAccount, to: LedgerAccount, amount: UsdMicros) -> Result<[Posting; 2], Error> {
    Ok([line(from, amount.negated()?), line(to, amount)])
}

fn house_lines(amounts: &[(House, UsdMicros)]) -> Vec<Posting> {
    let some = amounts.iter().filter(|(_, amount)| *amount != UsdMicros::ZERO);
    some.map(|(house, amount)| line(LedgerAccount::House(*house), *amount)).collect()
}

/// The lines of what a machine cost us: each house account pays its provider.
fn machine(bill: MachineBill) -> Result<Vec<Posting>, Error> {
    let MachineBill { carry_usd_micros, overrun_usd_micros, rounding_usd_micros } = bill;
    let total = carry_usd_micros.plus(overrun_usd_micros)?.plus(rounding_usd_micros)?;
    Ok(house_lines(&[
        (House::ActivationCarry, carry_usd_micros.negated()?),
        (House::Overrun, overrun_usd_micros.negated()?),
        (House::ProviderRounding, rounding_usd_micros.negated()?),
        (House::ProviderCost, total),
    ]))
}

fn positive(amount: UsdMicros) -> Result<UsdMicros, Refusal> {
    if amount > UsdMicros::ZERO { Ok(amount) } else { Err(Refusal::NotPositive) }
}

impl Wallet {
    fn balance(&self, account: &WalletAccount) -> UsdMicros {
        self.balances.get(account).copied().unwrap_or_default()
    }

    /// Money that was paid in and is not held; below zero where credit terms are used.
    #[must_use]
    pub fn cash(&self) -> UsdMicros {
        self.balance(&WalletAccount::Free(Source::Cash))
    }

    /// What is left of each grant that can be spent at `now`, the oldest expiry first.
    fn spendable_grants(&self, now: Timestamp) -> Vec<(GrantId, UsdMicros)> {
        let mut grants: Vec<_> =
            self.grant_expiries.iter().filter(|(_, expires_at)| **expires_at > now).collect();
        grants.sort_by_key(|(grant, expires_at)| (**expires_at, (*grant).clone()));
        grants
            .into_iter()
            .map(|(grant, _)| {
                let account = WalletAccount::Free(Source::Grant(grant.clone()));
                (grant.clone(), self.balance(&account))
            })
            .collect()
    }

    /// Free credit that can be spent at `now`.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn granted(&self, now: Timestamp) -> Result<UsdMicros, Error> {
        self.spendable_grants(now)
            .into_iter()
            .try_fold(UsdMicros::ZERO, |sum, (_, amount)| sum.plus(amount))
    }

    /// What a new hold could take at `now`: unexpired grants, cash and credit.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn available(&self, now: Timestamp) -> Result<UsdMicros, Error> {
        self.granted(now)?.plus(self.cash())?.plus(self.credit_limit_usd_micros)
    }

    /// What is held for all pods.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn held(&self) -> Result<UsdMicros, Error> {
        self.balances
            .iter()
            .filter(|(account, _)| matches!(account, WalletAccount::Held(..)))
            .try_fold(UsdMicros::ZERO, |sum, (_, amount)| sum.plus(*amount))
    }

    /// What is held for `pod`.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn total_held_for(&self, pod: &PodId) -> Result<UsdMicros, Error> {
        let parts = self.held_for(pod);
        parts.into_iter().try_fold(UsdMicros::ZERO, |sum, (_, part)| sum.plus(part))
    }

    /// What is held for `pod`, by the place it came from.
    #[must_use]
    pub fn held_for(&self, pod: &PodId) -> Vec<(Source, UsdMicros)> {
        self.balances
            .iter()
            .filter_map(|(account, amount)| match account {
                WalletAccount::Held(owner, source) if owner == pod => {
                    Some((source.clone(), *amount))
                }
                _ => None,
            })
            .collect()
    }

    /// Decides `entry` at `now`: the transaction to write and the wallet after it.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; the wallet is then as it was.
    pub fn post(&self, entry: &Entry, now: Timestamp) -> Result<(Self, Transaction), Refusal> {
        let (kind, description, postings) = match entry {
            Entry::Grant { grant, amount_usd_micros, .. } => (
                TransactionKind::Grant,
                format!("Free credit \"{}\"", grant.as_str()),
                moved(
                    LedgerAccount::House(House::SandboxGrants),
                    LedgerAccount::Wallet(WalletAccount::Free(Source::Grant(grant.clone()))),
                    positive(*amount_usd_micros)?,
                )?
                .to_vec(),
            ),
            Entry::Deposit { amount_usd_micros } => (
                TransactionKind::Deposit,
                "Payment received".to_owned(),
                moved(
                    LedgerAccount::House(House::CardReceipts),
                    LedgerAccount::Wallet(WalletAccount::Free(Source::Cash)),
                    positive(*amount_usd_micros)?,
                )?
                .to_vec(),
            ),
            Entry::Hold { pod, amount_usd_micros } => (
                TransactionKind::Hold,
                format!("Held for {pod}"),
                self.hold(pod, positive(*amount_usd_micros)?, now)?,
            ),
            Entry::Release { pod } => {
                (TransactionKind::Release, format!("Released from {pod}"), self.release(pod)?)
            }
            Entry::Capture { captures } => (
                TransactionKind::Capture,
                match captures.as_slice() {
                    [one] => format!("Usage of {}", one.pod),
                    several => format!("Usage of {} pods", several.len()),
                },
                self.capture(captures)?,
            ),
            Entry::Machine { pod, bill } => {
                (TransactionKind::Machine, format!("Machine of {pod}"), machine(*bill)?)
            }
        };
        let transaction = Transaction::new(kind, now, description, postings)?;
        let mut after = self.apply(&transaction)?;
        if let Entry::Grant { grant, expires_at, .. } = entry {
            after.grant_expiries.insert(grant.clone(), *expires_at);
        }
        Ok((after, transaction))
    }

    fn hold(
        &self,
        pod: &PodId,
        amount: UsdMicros,
        now: Timestamp,
    ) -> Result<Vec<Posting>, Refusal> {
        let available = self.available(now)?;
        if available < amount {
            return Err(Refusal::InsufficientFunds { needed: amount, available });
        }
        let mut postings = Vec::new();
        let mut rest = amount;
        let grants = self.spendable_grants(now).into_iter().map(|(g, a)| (Source::Grant(g), a));
        // Cash comes last and gives whatever is left, into credit if there are terms.
        for (source, balance) in grants.chain([(Source::Cash, UsdMicros(i64::MAX))]) {
            let part = rest.min(balance);
            if part > UsdMicros::ZERO {
                let from = LedgerAccount::Wallet(WalletAccount::Free(source.clone()));
                let to = LedgerAccount::Wallet(WalletAccount::Held(pod.clone(), source));
                postings.extend(moved(from, to, part)?);
                rest = rest.minus(part)?;
            }
        }
        Ok(postings)
    }

    fn release(&self, pod: &PodId) -> Result<Vec<Posting>, Refusal> {
        let mut postings = Vec::new();
        for (source, amount) in self.held_for(pod) {
            let from = LedgerAccount::Wallet(WalletAccount::Held(pod.clone(), source.clone()));
            let to = LedgerAccount::Wallet(WalletAccount::Free(source));
            postings.extend(moved(from, to, amount)?);
        }
        if postings.is_empty() { Err(Refusal::NothingHeld) } else { Ok(postings) }
    }

    /// What is held for `pod`, in the order it is spent: the oldest expiry first, cash last.
    fn spending_order(&self, pod: &PodId) -> Vec<(Source, UsdMicros)> {
        let mut held = self.held_for(pod);
        held.sort_by_key(|(source, _)| match source {
            Source::Grant(grant) => {
                (false, self.grant_expiries.get(grant).copied(), source.clone())
            }
            Source::Cash => (true, None, source.clone()),
        });
        held
    }

    fn capture(&self, captures: &[PodCapture]) -> Result<Vec<Posting>, Refusal> {
        let (mut postings, mut provider, mut net) = (Vec::new(), UsdMicros::ZERO, UsdMicros::ZERO);
        let mut overrun = UsdMicros::ZERO;
        for capture in captures {
            let mut rest = capture.user_usd_micros;
            for (source, held) in self.spending_order(&capture.pod) {
                let part = rest.min(held);
                if part > UsdMicros::ZERO {
                    let from = WalletAccount::Held(capture.pod.clone(), source);
                    postings.push(line(LedgerAccount::Wallet(from), part.negated()?));
                    rest = rest.minus(part)?;
                }
            }
            if rest != UsdMicros::ZERO {
                let missing = format!("{rest:?} of {}", capture.pod);
                return Err(Error::broken("a capture exceeds what is held", missing).into());
            }
            let kept = capture.user_usd_micros.minus(capture.provider_usd_micros)?;
            provider = provider.plus(capture.provider_usd_micros)?;
            // What no held money covers is our loss, kept apart from what we earn.
            let is_waived = capture.waived_usd_micros > UsdMicros::ZERO;
            let lost = if is_waived { kept.min(UsdMicros::ZERO) } else { UsdMicros::ZERO };
            overrun = overrun.plus(lost)?;
            net = net.plus(kept.minus(lost)?)?;
        }
        let house =
            [(House::ProviderCost, provider), (House::Margin, net), (House::Overrun, overrun)];
        postings.extend(house_lines(&house));
        Ok(postings)
    }

    /// The wallet after `transaction`; the one place where balances change.
    fn apply(&self, transaction: &Transaction) -> Result<Self, Error> {
        let mut after = self.clone();
        for posting in &transaction.postings {
            if let LedgerAccount::Wallet(account) = &posting.account {
                let balance = after.balance(account).plus(posting.amount_usd_micros)?;
                let floor = match account {
                    WalletAccount::Free(Source::Cash) => self.credit_limit_usd_micros.negated()?,
                    _ => UsdMicros::ZERO,
                };
                if balance < floor {
                    return Err(Error::broken("a balance would fall too low", account.to_string()));
                }
                after.balances.insert(account.clone(), balance);
            }
        }
        after.balances.retain(|_, balance| *balance != UsdMicros::ZERO);
        after.version = self.version.checked_add(1).ok_or_else(crate::money::overflow)?;
        Ok(after)
    }
}
