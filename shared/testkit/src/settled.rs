//! What must hold of a pod's machines, money and history, whatever happened to it.

use std::collections::BTreeMap;

use adapters::tables::ledger::WalletOf;
use domain::Mode;
use domain::money::UsdMicros;
use domain::money::ledger::{LedgerAccount, Transaction, Wallet, WalletAccount};
use domain::money::metering::Metered;
use domain::pod::Pod;
use jiff::Timestamp;

use crate::{Outcome, Stack, User, until};

/// A pod with nothing left to do, and what was paid for it.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Its row.
    pub pod: Pod,
    /// Its metering account.
    pub metered: Metered,
    /// Its owner's wallet.
    pub wallet: Wallet,
}

fn check(holds: bool, rule: impl Into<String>) -> Outcome<()> {
    if holds { Ok(()) } else { Err(rule.into().into()) }
}

impl Stack {
    /// The wallet, which is the sum of its transactions, each of which sums to zero.
    pub async fn check_books(&self, of: &WalletOf) -> Outcome<Wallet> {
        let partition = format!("{}#wallet#{}#{}", of.tenant_id, of.user_id, of.mode);
        let ledger = self.ledger().await?;
        let (wallet, rows) = until("a quiet wallet", async || {
            let before = ledger.wallet(of).await?;
            let rows = self.partition("LedgerTable", &partition, "transaction#").await?;
            let after = ledger.wallet(of).await?;
            Ok((before == after).then_some((after, rows)))
        })
        .await?;
        let count = u64::try_from(rows.len())?;
        check(count == wallet.version, format!("{count} transactions made {wallet:?}"))?;
        let mut balances = BTreeMap::<WalletAccount, UsdMicros>::new();
        for row in rows {
            let transaction: Transaction = serde_json::from_value(row)?;
            let mut sum = UsdMicros::ZERO;
            for posting in &transaction.postings {
                sum = sum.plus(posting.amount_usd_micros)?;
                if let LedgerAccount::Wallet(account) = &posting.account {
                    let balance = balances.entry(account.clone()).or_default();
                    *balance = balance.plus(posting.amount_usd_micros)?;
                }
            }
            check(sum == UsdMicros::ZERO, format!("not zero: {transaction:?}"))?;
        }
        balances.retain(|_, balance| *balance != UsdMicros::ZERO);
        check(balances == wallet.balances, format!("{balances:?} make no {wallet:?}"))?;
        let owed = balances.values().find(|balance| **balance < UsdMicros::ZERO);
        check(owed.is_none(), format!("below zero: {wallet:?}"))?;
        Ok(wallet)
    }
}

impl User {
    /// Waits until nothing is left to do for a pod, and makes sure that every rule holds: an ended
    /// pod has no machine and no hold, a living one exactly its machine; what was taken is what
    /// its seconds cost; the wallet adds up; its history has no gap.
    pub async fn assert_settled(&self, pod_id: &str) -> Outcome<Settled> {
        let pod = until(&format!("{pod_id} to be settled"), async || {
            let pod = self.row(pod_id).await?;
            let there = pod.is_over() || !pod.is_unactivated() || pod.ready_at.is_some();
            Ok((there && pod.is_settled()).then_some(pod))
        })
        .await?;
        self.check_machines(&pod).await?;
        let events = self.stack.pods().await?.events(&pod).await?;
        let told: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        let whole: Vec<u64> = (1..=u64::try_from(told.len())?).collect();
        let complete = told == whole && whole.last() >= Some(&pod.version);
        check(complete, format!("{told:?} lacks something up to {}", pod.version))?;
        let of = WalletOf::pod(&pod);
        let wallet = self.stack.check_books(&of).await?;
        let metered = self.stack.ledger().await?.metered(&of, &pod.id).await?;
        if pod.is_over() {
            let held = wallet.total_held_for(&pod.id)?;
            check(held == UsdMicros::ZERO, format!("{held:?} is held for {pod:?}"))?;
            let usage = pod.usage()?;
            // Its clock stands still, so this is all there ever was.
            let due = usage.user_rates.due_rounded_down(usage.clock.until(Timestamp::MAX))?;
            let paid = metered.captured_usd_micros.plus(metered.waived_usd_micros)?;
            check(paid == due, format!("{due:?} is due, not {metered:?} for {pod:?}"))?;
            let billed = pod.machine.is_none_or(|time| time.until.is_some());
            check(billed, format!("its machine is still billed: {pod:?}"))?;
        }
        Ok(Settled { pod, metered, wallet })
    }

    async fn check_machines(&self, pod: &Pod) -> Outcome<()> {
        let owned = match pod.attempts.last() {
            Some(attempt) if pod.mode == Mode::Live && !pod.is_over() => {
                vec![attempt.machine_name.clone()]
            }
            _ => Vec::new(),
        };
        let clouds = self.stack.clouds()?;
        until(&format!("the machines {owned:?} and no other"), async || {
            let machines = clouds.machines_of(pod.id.as_str()).await?;
            let names: Vec<_> = machines.into_iter().map(|machine| machine.name).collect();
            Ok((names == owned).then_some(()))
        })
        .await
    }
}
