//! How a scenario ended, and the rules that hold however it came there.

use std::collections::BTreeSet;

use adapters::tables::ledger::WalletOf;
use domain::Mode;
use domain::id::{PodId, UserId};
use domain::money::UsdMicros;
use domain::money::ledger::{LedgerAccount, Transaction};
use domain::people::account::Email;
use domain::pod::Pod;
use jiff::Timestamp;
use runtime::clock::now;
use testkit::Stack;

use crate::Outcome;
use crate::world::World;

/// What is the same every time, whatever went wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct End {
    /// States: of the pod when its scenario was over, and at the very end.
    states: Vec<String>,
    /// How each attempt ended.
    attempts: Vec<String>,
    /// What its owner paid, or was given: exactly what is due.
    charged: UsdMicros,
    /// Keys of the mails that were asked for, but for the one that says the pod runs: its owner is
    /// told so on the page, whether or not the mail could be queued.
    told: BTreeSet<String>,
}

fn check(holds: bool, rule: impl FnOnce() -> String) -> Outcome<()> {
    if holds { Ok(()) } else { Err(rule().into()) }
}

async fn transactions(stack: &Stack, of: &WalletOf) -> Outcome<Vec<Transaction>> {
    let partition = format!("{}#wallet#{}#{}", of.tenant_id, of.user_id, of.mode);
    let rows = stack.partition("LedgerTable", &partition, "transaction#").await?;
    rows.into_iter().map(|row| Ok(serde_json::from_value(row)?)).collect()
}

/// A machine's cost is no user's: it moves money between the house's own accounts.
fn is_bill(transaction: &Transaction) -> bool {
    let of_users = |account: &LedgerAccount| matches!(account, LedgerAccount::Wallet(_));
    !transaction.postings.iter().any(|posting| of_users(&posting.account))
}

impl End {
    /// Whether it is as when nothing goes wrong. What came later than it should have may have cost its
    /// user less.
    pub(crate) fn is_as_good_as(&self, undisturbed: &Self) -> bool {
        let charged = undisturbed.charged;
        self.charged <= charged && *undisturbed == Self { charged, ..self.clone() }
    }

    /// The end of a pod that was as in `left` when its scenario was over.
    pub(crate) async fn of(world: &World, id: &PodId, left: Pod) -> Outcome<Self> {
        let pod = world.pod(id).await?;
        check(pod.is_over() && pod.is_settled(), || format!("it is not over: {pod:?}"))?;
        let machines = world.cloud.control.machines().await?;
        check(machines.is_empty(), || format!("machines are left: {machines:?}"))?;
        let events = world.site.pods.events(&pod).await?;
        let gapless = events.iter().map(|event| event.sequence).eq(1..=pod.version);
        check(gapless, || format!("the history has gaps: {events:?}"))?;

        let stack = Stack::from_env()?;
        let wallet = stack.check_books(&world.of).await?;
        let held = wallet.total_held_for(id)?;
        check(held == UsdMicros::ZERO, || format!("{held:?} is still held"))?;
        let metered = world.site.ledger.metered(&world.of, id).await?;
        let usage = pod.usage()?;
        let due = usage.user_rates.due_rounded_down(usage.clock.until(Timestamp::MAX))?;
        check(metered.captured_usd_micros == due, || format!("{due:?} is due, not {metered:?}"))?;
        let charged = crate::world::START.minus(wallet.cash())?;
        check(charged == due, || format!("{charged:?} was charged, {due:?} is due"))?;
        let billed = pod.machine.is_none_or(|time| time.until.is_some());
        check(billed, || format!("its machine is still billed: {pod:?}"))?;

        let told = world.site.told(&world.of.user_id).await?;
        let plain = |key: &String| key.replace(id.body(), "pod");
        let attempts = pod.attempts.iter().map(|attempt| format!("{:?}", attempt.outcome));
        // What a machine cost us is booked once for each time it ran, if it cost anything.
        let bills = transactions(&stack, &world.of).await?.iter().filter(|it| is_bill(it)).count();
        let stops = told.iter().filter(|key| key.starts_with("stopped#")).count();
        check(bills <= pod.attempts.len() + stops, || format!("{bills} bills: {pod:?}"))?;
        Ok(Self {
            states: vec![format!("{:?}", left.state), format!("{:?}", pod.state)],
            attempts: attempts.collect(),
            charged,
            told: told.iter().map(plain).filter(|key| !key.starts_with("running#")).collect(),
        })
    }

    /// The same beside another pod that was as in `left`, and is as in `over`.
    pub(crate) fn beside(mut self, left: &Pod, over: &Pod) -> Self {
        self.states.extend([left, over].map(|pod| format!("{:?}", pod.state)));
        let plain = |key: &String| key.replace(over.id.body(), "next");
        self.told = self.told.iter().map(plain).collect();
        self
    }

    /// The end of a registration.
    pub(crate) async fn of_member(world: &World, email: &str, user: &UserId) -> Outcome<Self> {
        let (tenant_id, accounts) = (&world.site.tenant_id, world.site.accounts()?);
        let read = accounts.by_email(tenant_id, &Email::parse(email)?).await?;
        let account = read.ok_or("there is no account")?.account;
        world.site.tenants()?.member(&world.site.host, user, now()).await?;
        let of = |mode| WalletOf { tenant_id: tenant_id.clone(), user_id: user.clone(), mode };
        let stack = Stack::from_env()?;
        let mut granted = UsdMicros::ZERO;
        for mode in [Mode::Sandbox, Mode::Live] {
            granted = granted.plus(stack.check_books(&of(mode)).await?.cash())?;
        }
        Ok(Self {
            states: vec![format!("{:?}", account.standing)],
            attempts: Vec::new(),
            charged: granted,
            // One for each time a code was asked for.
            told: BTreeSet::new(),
        })
    }
}
