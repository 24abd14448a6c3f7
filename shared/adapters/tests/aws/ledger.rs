//! An entry is posted once, a wallet is never overdrawn, and a pod's end is final.

use std::collections::BTreeMap;

use adapters::tables::ledger::{HoldFor, Ledger, ReleaseFor, WalletOf};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Mode;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::money::ledger::{Entry, LedgerAccount, Source, Transaction, Wallet, WalletAccount};
use tokio::task::JoinSet;

use crate::world::{Outcome, World, code, now, pod_id, tenant_id, user_id};

const DOLLAR: i64 = 1_000_000;

pub(crate) struct Bank {
    world: World,
    pub(crate) ledger: Ledger,
    pub(crate) of: WalletOf,
}

pub(crate) fn dollars(count: i64) -> UsdMicros {
    UsdMicros(count * DOLLAR)
}

pub(crate) fn deposit(count: i64) -> Entry {
    Entry::Deposit { amount_usd_micros: dollars(count) }
}

impl Bank {
    /// A bank with one wallet of so many dollars.
    pub(crate) async fn with(count: i64) -> Outcome<Self> {
        let world = World::from_env().await?;
        let ledger = Ledger::new(&world.aws, world.output("LedgerTable")?);
        let of = WalletOf { tenant_id: tenant_id()?, user_id: user_id()?, mode: Mode::Sandbox };
        ledger.post(&of, "start", &deposit(count), now()).await?;
        Ok(Self { world, ledger, of })
    }

    pub(crate) async fn hold(&self, pod: &PodId, count: i64) -> Result<(), domain::Error> {
        self.ledger.hold(&self.of, pod, (HoldFor::Deploy, dollars(count)), now()).await
    }

    pub(crate) async fn close(&self, pod: &PodId) -> Result<(), domain::Error> {
        self.ledger.release(&self.of, pod, ReleaseFor::End, now()).await
    }

    async fn transactions(&self) -> Outcome<Vec<Transaction>> {
        let WalletOf { tenant_id, user_id, mode } = &self.of;
        let partition = format!("{tenant_id}#wallet#{user_id}#{mode}");
        let query = self
            .world
            .dynamodb()
            .query()
            .table_name(self.world.output("LedgerTable")?)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .expression_attribute_values(":prefix", AttributeValue::S("transaction#".into()));
        let items = query.send().await?.items.unwrap_or_default();
        Ok(serde_dynamo::from_items(items)?)
    }

    /// The wallet, after checking that it is the sum of its transactions and each sums to zero.
    pub(crate) async fn checked(&self) -> Outcome<Wallet> {
        let wallet = self.ledger.wallet(&self.of).await?;
        let transactions = self.transactions().await?;
        assert_eq!(u64::try_from(transactions.len())?, wallet.version);
        let mut sums: BTreeMap<WalletAccount, UsdMicros> = BTreeMap::new();
        for transaction in transactions {
            let amounts = transaction.postings.iter().map(|posting| posting.amount_usd_micros.0);
            assert_eq!(amounts.sum::<i64>(), 0, "{transaction:?}");
            for posting in transaction.postings {
                if let LedgerAccount::Wallet(account) = posting.account {
                    let sum = sums.entry(account).or_default();
                    *sum = sum.plus(posting.amount_usd_micros)?;
                }
            }
        }
        sums.retain(|_, sum| *sum != UsdMicros::ZERO);
        assert_eq!(sums, wallet.balances);
        Ok(wallet)
    }

    /// What is free and what is held, in dollars.
    pub(crate) async fn balance(&self) -> Outcome<(i64, i64)> {
        let wallet = self.checked().await?;
        Ok((wallet.available(now())?.0 / DOLLAR, wallet.held()?.0 / DOLLAR))
    }
}

#[tokio::test]
async fn the_same_key_and_entry_twice_posts_once() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    bank.ledger.post(&bank.of, "start", &deposit(10), now()).await?;
    assert_eq!((bank.balance().await?, bank.transactions().await?.len()), ((10, 0), 1));
    Ok(())
}

#[tokio::test]
async fn the_same_key_for_another_entry_is_a_mismatch_and_posts_nothing() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    let other = bank.ledger.post(&bank.of, "start", &deposit(11), now()).await;
    let error = other.err().ok_or("it was posted")?;
    assert_eq!((error.kind, error.code), (domain::Kind::Conflict, "idempotency_mismatch"));
    assert_eq!(bank.balance().await?, (10, 0));
    Ok(())
}

#[tokio::test]
async fn the_same_entry_sent_by_many_at_once_is_posted_once() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    let mut posts = JoinSet::new();
    for _ in 0..8 {
        let (ledger, of) = (bank.ledger.clone(), bank.of.clone());
        posts.spawn(async move { ledger.post(&of, "again", &deposit(1), now()).await });
    }
    for posted in posts.join_all().await {
        posted?;
    }
    assert_eq!(bank.balance().await?, (11, 0));
    Ok(())
}

#[tokio::test]
async fn twenty_holds_at_once_never_hold_more_than_there_is() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    let mut holds = JoinSet::new();
    for _ in 0..20 {
        let (ledger, of, pod) = (bank.ledger.clone(), bank.of.clone(), pod_id()?);
        holds.spawn(async move {
            code(ledger.hold(&of, &pod, (HoldFor::Deploy, dollars(1)), now()).await)
        });
    }
    let answers = holds.join_all().await;
    let count = |answer| answers.iter().filter(|it| **it == answer).count();
    let held = count(None);
    assert_eq!(held + count(Some("insufficient_funds")) + count(Some("unavailable")), 20);
    let held = i64::try_from(held)?;
    assert!((1..=10).contains(&held), "{answers:?}");
    assert_eq!(bank.balance().await?, (10 - held, held));
    // Whoever was only too late tries again; afterwards exactly ten are held.
    for _ in held..10 {
        bank.hold(&pod_id()?, 1).await?;
    }
    assert_eq!(code(bank.hold(&pod_id()?, 1).await), Some("insufficient_funds"));
    assert_eq!(bank.balance().await?, (0, 10));
    Ok(())
}

#[tokio::test]
async fn a_closed_pod_gives_its_hold_back_and_twice_is_the_same_as_once() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    assert_eq!(bank.balance().await?, (6, 4));
    bank.close(&pod).await?;
    let once = bank.checked().await?;
    bank.close(&pod).await?;
    assert_eq!((bank.checked().await?, bank.balance().await?), (once, (10, 0)));
    Ok(())
}

#[tokio::test]
async fn a_hold_that_comes_after_its_pods_end_is_refused_and_holds_nothing() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.close(&pod).await?;
    bank.close(&pod).await?;
    assert_eq!(code(bank.hold(&pod, 4).await), Some("pod_over"));
    assert_eq!(bank.balance().await?, (10, 0));
    bank.hold(&pod_id()?, 4).await?;
    assert_eq!(bank.balance().await?, (6, 4));
    Ok(())
}

#[tokio::test]
async fn a_hold_repeated_after_its_pods_end_holds_nothing() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    bank.close(&pod).await?;
    bank.hold(&pod, 4).await?;
    assert_eq!(bank.balance().await?, (10, 0));
    Ok(())
}

#[tokio::test]
async fn a_hold_and_its_pods_end_at_once_leave_nothing_held() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    for _ in 0..5 {
        let pod = pod_id()?;
        let (held, released) = tokio::join!(bank.hold(&pod, 4), bank.close(&pod));
        released?;
        assert!(matches!(code(held), None | Some("pod_over")));
        assert_eq!(bank.balance().await?, (10, 0));
    }
    Ok(())
}

#[tokio::test]
async fn an_end_touches_no_other_pods_hold() -> Outcome<()> {
    let (bank, first, second) = (Bank::with(10).await?, pod_id()?, pod_id()?);
    bank.hold(&first, 4).await?;
    bank.hold(&second, 3).await?;
    bank.close(&first).await?;
    let wallet = bank.checked().await?;
    assert_eq!(wallet.held_for(&second), [(Source::Cash, dollars(3))]);
    assert!(wallet.held_for(&first).is_empty());
    Ok(())
}

#[tokio::test]
async fn wallets_of_two_users_two_tenants_and_two_modes_do_not_mix() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    let others = [
        WalletOf { user_id: user_id()?, ..bank.of.clone() },
        WalletOf { tenant_id: tenant_id()?, ..bank.of.clone() },
        WalletOf { mode: Mode::Live, ..bank.of.clone() },
    ];
    for other in &others {
        assert_eq!(bank.ledger.wallet(other).await?, Wallet::default());
        let hold = bank.ledger.hold(other, &pod_id()?, (HoldFor::Deploy, dollars(1)), now()).await;
        assert_eq!(code(hold), Some("insufficient_funds"));
        // The key of one wallet means nothing in another.
        bank.ledger.post(other, "start", &deposit(3), now()).await?;
        assert_eq!(bank.ledger.wallet(other).await?.available(now())?, dollars(3));
    }
    assert_eq!(bank.balance().await?, (10, 0));
    Ok(())
}
