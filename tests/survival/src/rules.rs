//! The rules that hold whatever was killed, checked on the rows and on the clouds' machines.

use std::collections::{BTreeMap, BTreeSet};

use domain::Mode;
use domain::id::PodId;
use domain::money::ledger::{LedgerAccount, WalletAccount};
use domain::money::metering::Rates;
use domain::pod::{Pod, PodState, Wanted};
use jiff::Timestamp;
use testkit::{CloudMachine, Outcome};

use crate::rows::{Account, Meter, Rows};

/// The pods that are not as they are wanted.
#[must_use]
pub fn unsettled(rows: &Rows) -> Vec<String> {
    let moving = rows.pods.iter().filter(|pod| !is_settled(pod));
    moving.map(|pod| format!("{} {:?} {:?}", pod.id, pod.state, pod.wanted)).collect()
}

fn is_settled(pod: &Pod) -> bool {
    pod.is_settled()
        && matches!(
            (pod.state, pod.wanted),
            (PodState::Running | PodState::Ready, Wanted::Running)
                | (PodState::Stopped, Wanted::Stopped)
                | (PodState::Failed | PodState::Terminated, Wanted::Gone)
        )
}

/// What breaks a rule, a sentence each; nothing when all hold at `now`.
pub fn broken_rules(
    rows: &Rows,
    machines: &[CloudMachine],
    now: Timestamp,
) -> Outcome<Vec<String>> {
    let mut broken = histories(rows);
    broken.extend(counts(rows));
    broken.extend(of_machines(rows, machines));
    for (partition, account) in &rows.accounts {
        broken.extend(money(account).into_iter().map(|told| format!("{partition}: {told}")));
        broken.extend(holds(rows, account));
        for meter in &account.meters {
            broken.extend(usage(rows, meter, now)?);
        }
    }
    Ok(broken)
}

/// A pod's events number its writes: 1, 2, 3, … and no other.
fn histories(rows: &Rows) -> Vec<String> {
    let mut broken = Vec::new();
    for pod in &rows.pods {
        let told = rows.events.iter().find(|(partition, _)| partition.ends_with(pod.id.as_str()));
        let told = told.map(|(_, events)| events.as_slice()).unwrap_or_default();
        let sequence: Vec<u64> = told.iter().map(|event| event.sequence).collect();
        if sequence != (1..=pod.version).collect::<Vec<u64>>() {
            broken.push(format!("{} at version {} has {sequence:?}", pod.id, pod.version));
        }
    }
    if rows.events.len() != rows.pods.len() {
        broken.push("there is a history of no pod".to_owned());
    }
    broken
}

/// What counts against plans is what there is.
fn counts(rows: &Rows) -> Vec<String> {
    let counted = |of: fn(&domain::pod::limits::Tally) -> &BTreeSet<PodId>| -> BTreeSet<PodId> {
        rows.tallies.iter().flat_map(of).cloned().collect()
    };
    let there = |counts: fn(&Pod) -> bool| -> BTreeSet<PodId> {
        rows.pods.iter().filter(|pod| counts(pod)).map(|pod| pod.id.clone()).collect()
    };
    let mut broken = Vec::new();
    if counted(|tally| &tally.running) != there(Pod::takes_place) {
        broken.push("the tallies count other pods than take a place".to_owned());
    }
    if counted(|tally| &tally.unactivated) != there(Pod::is_unactivated) {
        broken.push("the tallies count other pods than wait for their activation".to_owned());
    }
    broken
}

/// Exactly the LIVE pods that are not over have a machine, each one.
fn of_machines(rows: &Rows, machines: &[CloudMachine]) -> Vec<String> {
    let mut there: Vec<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
    let live = rows.pods.iter().filter(|pod| pod.mode == Mode::Live && !pod.is_over());
    let attempts = live.filter_map(|pod| pod.attempts.last());
    let mut due: Vec<&str> = attempts.map(|attempt| attempt.machine_name.as_str()).collect();
    there.sort_unstable();
    due.sort_unstable();
    if there == due { Vec::new() } else { vec![format!("machines {there:?}, but due are {due:?}")] }
}

fn money(account: &Account) -> Vec<String> {
    let mut broken = Vec::new();
    let mut sums: BTreeMap<WalletAccount, i64> = BTreeMap::new();
    for transaction in &account.transactions {
        let amounts = transaction.postings.iter().map(|posting| posting.amount_usd_micros.0);
        if amounts.sum::<i64>() != 0 {
            broken.push(format!("{transaction:?} does not sum to zero"));
        }
        for posting in &transaction.postings {
            if let LedgerAccount::Wallet(of) = &posting.account {
                *sums.entry(of.clone()).or_default() += posting.amount_usd_micros.0;
            }
        }
    }
    sums.retain(|_, sum| *sum != 0);
    let kept = account.wallet.balances.iter().map(|(of, amount)| (of.clone(), amount.0));
    if sums != kept.collect() {
        broken.push(format!("the postings add up to {sums:?}, the wallet is {:?}", account.wallet));
    }
    if sums.values().any(|sum| *sum < 0) {
        broken.push(format!("below zero: {sums:?}"));
    }
    broken
}

/// Money is held for pods that are not over, and for no others.
fn holds(rows: &Rows, account: &Account) -> Vec<String> {
    let held = account.wallet.balances.keys().filter_map(|of| match of {
        WalletAccount::Held(pod, _) => Some(pod),
        WalletAccount::Free(_) => None,
    });
    let over = |pod: &&PodId| rows.pod(pod.as_str()).is_none_or(Pod::is_over);
    held.filter(over).map(|pod| format!("money is held for {pod}, which is over")).collect()
}

/// What `secs` at `micros_per_hour` cost, rounded down.
fn cost(micros_per_hour: i64, secs: i64) -> i128 {
    (i128::from(micros_per_hour) * i128::from(secs)).div_euclid(3_600)
}

/// No more is taken than was used, and all of it once a pod is over.
fn usage(rows: &Rows, meter: &Meter, now: Timestamp) -> Outcome<Vec<String>> {
    let id = &meter.metered.pod;
    let Some(pod) = rows.pod(id.as_str()) else {
        return Ok(vec![format!("the unknown {id} has a metering account")]);
    };
    let used = pod.clock.until(now);
    let Rates { running, stopped } = pod.usage()?.user_rates;
    let due = cost(running.0, used.running) + cost(stopped.0, used.stopped);
    let (captured, waived) = (meter.metered.captured_usd_micros, meter.metered.waived_usd_micros);
    let mut broken = Vec::new();
    if i128::from(captured.0) > due || waived.0 != 0 {
        broken.push(format!("{id}: {captured:?} taken and {waived:?} waived of {due}"));
    }
    if pod.is_over() && (i128::from(captured.0) != due || !meter.closed) {
        broken.push(format!("{id} is over: {captured:?} taken of {due}, {meter:?}"));
    }
    Ok(broken)
}
