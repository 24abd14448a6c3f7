//! What a wallet's owner reads of it: their grants, their holds, and what each transaction changed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::account::{GrantId, LedgerAccount, Source, WalletAccount};
use super::transaction::Transaction;
use super::wallet::Wallet;
use crate::Error;
use crate::id::PodId;
use crate::money::UsdMicros;

/// How a transaction changed what its wallet's owner has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct WalletChange {
    /// Of what can be spent.
    pub free_usd_micros: UsdMicros,
    /// Of what is held for pods.
    pub held_usd_micros: UsdMicros,
}

impl Wallet {
    /// What is left of each grant that can be spent at `now` and when it expires, the oldest expiry
    /// first.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> Vec<(GrantId, UsdMicros, Timestamp)> {
        let left = |grant: &GrantId| {
            let account = WalletAccount::Free(Source::Grant(grant.clone()));
            self.balances.get(&account).copied().unwrap_or_default()
        };
        let alive = self.grant_expiries.iter().filter(|(_, expires_at)| **expires_at > now);
        let mut grants: Vec<_> = alive
            .map(|(grant, expires_at)| (grant.clone(), left(grant), *expires_at))
            .filter(|(_, amount, _)| *amount > UsdMicros::ZERO)
            .collect();
        grants.sort_by_key(|(grant, _, expires_at)| (*expires_at, grant.clone()));
        grants
    }

    /// What is held for each pod.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn holds(&self) -> Result<BTreeMap<PodId, UsdMicros>, Error> {
        let mut holds = BTreeMap::new();
        for (account, amount) in &self.balances {
            if let WalletAccount::Held(pod, _) = account {
                let sum: &mut UsdMicros = holds.entry(pod.clone()).or_default();
                *sum = sum.plus(*amount)?;
            }
        }
        Ok(holds)
    }
}

impl Transaction {
    /// How it changed its wallet; `None` for one of which no line touches the wallet.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn change(&self) -> Result<Option<WalletChange>, Error> {
        let (mut change, mut touched) = (WalletChange::default(), false);
        for posting in &self.postings {
            let LedgerAccount::Wallet(account) = &posting.account else { continue };
            let sum = match account {
                WalletAccount::Free(_) => &mut change.free_usd_micros,
                WalletAccount::Held(..) => &mut change.held_usd_micros,
            };
            *sum = sum.plus(posting.amount_usd_micros)?;
            touched = true;
        }
        Ok(touched.then_some(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::ledger::Entry;
    use crate::money::metering::{MachineBill, PodCapture};

    fn posted(wallet: &Wallet, entry: &Entry) -> (Wallet, Option<WalletChange>) {
        let (after, transaction) = wallet.post(entry, Timestamp::UNIX_EPOCH).expect("it posts");
        (after, transaction.change().expect("it sums"))
    }

    fn changed(free: i64, held: i64) -> WalletChange {
        let (free_usd_micros, held_usd_micros) = (UsdMicros(free), UsdMicros(held));
        WalletChange { free_usd_micros, held_usd_micros }
    }

    #[test]
    fn each_transaction_tells_what_it_changed_and_the_wallet_what_is_left() {
        let pod = PodId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let grant = GrantId::new("signup").expect("a name");
        let expires_at = Timestamp::MAX;
        let amount_usd_micros = UsdMicros(60);
        let given = Entry::Grant { grant: grant.clone(), amount_usd_micros, expires_at };
        let (wallet, change) = posted(&Wallet::default(), &given);
        assert_eq!(change, Some(changed(60, 0)));
        let (wallet, change) = posted(&wallet, &Entry::Deposit { amount_usd_micros });
        assert_eq!(change, Some(changed(60, 0)));
        let hold = Entry::Hold { pod: pod.clone(), amount_usd_micros: UsdMicros(80) };
        let (wallet, change) = posted(&wallet, &hold);
        assert_eq!(change, Some(changed(-80, 80)));
        assert_eq!(wallet.holds().expect("a sum"), [(pod.clone(), UsdMicros(80))].into());
        assert_eq!(wallet.grants(Timestamp::UNIX_EPOCH), []);
        let capture = PodCapture {
            pod: pod.clone(),
            user_usd_micros: UsdMicros(50),
            provider_usd_micros: UsdMicros(40),
            waived_usd_micros: UsdMicros::ZERO,
        };
        let (wallet, change) = posted(&wallet, &Entry::Capture { captures: vec![capture] });
        assert_eq!(change, Some(changed(0, -50)));
        let bill = MachineBill {
            carry_usd_micros: UsdMicros(5),
            overrun_usd_micros: UsdMicros::ZERO,
            rounding_usd_micros: UsdMicros(1),
        };
        let (wallet, change) = posted(&wallet, &Entry::Machine { pod: pod.clone(), bill });
        assert_eq!(change, None);
        let (wallet, change) = posted(&wallet, &Entry::Release { pod });
        assert_eq!(change, Some(changed(30, -30)));
        assert_eq!(wallet.grants(Timestamp::UNIX_EPOCH), [(grant, UsdMicros(10), expires_at)]);
        assert_eq!(wallet.grants(Timestamp::MAX), []);
    }
}
