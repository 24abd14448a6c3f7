//! Everything that can be seen of a deploy, free of the names and times that differ every time.

use std::collections::{BTreeMap, BTreeSet};

use adapters::tables::ledger::WalletOf;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::market::quote::Configuration;
use domain::money::UsdMicros;
use domain::money::ledger::{House, LedgerAccount, Posting, Transaction, Wallet, WalletAccount};
use domain::pod::{Attempt, AttemptOutcome};
use domain::pod::{Pod, PodState};
use runtime::clock::now;

use crate::deploy::START;
use crate::{Deploy, Outcome};

/// How a deploy ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct End {
    /// Where the pod stands.
    pub state: PodState,
    /// Offer and outcome of each attempt.
    pub attempts: Vec<(String, AttemptOutcome)>,
    /// Name and provider's identifier of each attempt's machine.
    pub machines: Vec<(String, Option<String>)>,
    /// What is held.
    pub held: UsdMicros,
    /// What is gone from the wallet's spendable money.
    pub missing: UsdMicros,
    /// Descriptions of the transactions in some order.
    pub transactions: Vec<String>,
    /// The pod's history.
    pub events: Vec<String>,
    /// Keys of the mails that were asked for, each once.
    pub told: BTreeSet<String>,
}

impl End {
    /// Whether nothing runs, nothing is held and nothing was spent.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        let open =
            |outcome| matches!(outcome, AttemptOutcome::Launching | AttemptOutcome::Launched);
        self.state == PodState::Failed
            && !self.attempts.iter().any(|(_, outcome)| open(*outcome))
            && (self.held, self.missing) == (UsdMicros::ZERO, UsdMicros::ZERO)
    }
}

/// A launched attempt above the promised price is an error, wherever it is seen.
fn check_prices(pod: &Pod) -> Outcome<()> {
    let quoted = pod.quote.configuration.provider_rate()?;
    for attempt in pod.attempts.iter().filter(|attempt| attempt.is_launched()) {
        let offer = attempt.offer.clone();
        let launched = Configuration { offer, ..pod.quote.configuration.clone() };
        if launched.provider_rate()? > quoted {
            return Err(format!("launched above {quoted:?}: {attempt:?}").into());
        }
    }
    Ok(())
}

/// Each transaction sums to zero, and together they are the wallet.
fn check_ledger(wallet: &Wallet, transactions: &[Transaction]) -> Outcome<()> {
    let mut sums: BTreeMap<WalletAccount, UsdMicros> = BTreeMap::new();
    for transaction in transactions {
        let mut total = UsdMicros::ZERO;
        for posting in &transaction.postings {
            total = total.plus(posting.amount_usd_micros)?;
            if let LedgerAccount::Wallet(account) = &posting.account {
                let sum = sums.entry(account.clone()).or_default();
                *sum = sum.plus(posting.amount_usd_micros)?;
            }
        }
        if total != UsdMicros::ZERO {
            return Err(format!("does not sum to zero: {transaction:?}").into());
        }
    }
    sums.retain(|_, sum| *sum != UsdMicros::ZERO);
    if sums != wallet.balances {
        return Err(format!("the wallet is {wallet:?}, its transactions are {sums:?}").into());
    }
    Ok(())
}

impl Deploy<'_> {
    /// What can be seen now, after checking that prices and ledger are right.
    pub async fn end(&self) -> Outcome<End> {
        let pod = self.pod().await?;
        check_prices(&pod)?;
        let wallet = self.site.ledger.wallet(&self.wallet).await?;
        let transactions = self.transactions().await?;
        check_ledger(&wallet, &transactions)?;
        let told = self.site.told(&self.wallet.user_id).await?;
        let events = self.site.pods.events(&pod).await?;
        if !events.iter().map(|event| event.sequence).eq(1..=pod.version) {
            return Err(format!("the history has gaps: {events:?}").into());
        }
        let plain = |text: &str| text.replace(self.pod_id.body(), "pod");
        let machine = |attempt: &Attempt| {
            (plain(&attempt.machine_name), attempt.machine_id.as_deref().map(plain))
        };
        let attempt = |attempt: &Attempt| (attempt.offer.id.0.clone(), attempt.outcome);
        let mut descriptions: Vec<_> =
            transactions.iter().map(|transaction| plain(&transaction.description)).collect();
        descriptions.sort_unstable();
        Ok(End {
            state: pod.state,
            attempts: pod.attempts.iter().map(attempt).collect(),
            machines: pod.attempts.iter().map(machine).collect(),
            held: wallet.held()?,
            missing: START.minus(wallet.available(now())?)?,
            transactions: descriptions,
            events: events.into_iter().map(|event| event.kind).collect(),
            told: told.iter().map(|key| plain(key)).collect(),
        })
    }

    /// What machines cost us that no user pays for, one amount for each time it was booked.
    pub async fn booked(&self) -> Outcome<Vec<UsdMicros>> {
        let cost = |transaction: &Transaction| {
            let of_users = |it: &Posting| matches!(it.account, LedgerAccount::Wallet(_));
            let mut postings = transaction.postings.iter();
            let paid_by_us = !transaction.postings.iter().any(of_users);
            let paid = postings.find(|it| it.account == LedgerAccount::House(House::ProviderCost));
            paid.filter(|_| paid_by_us).map(|posting| posting.amount_usd_micros)
        };
        Ok(self.transactions().await?.iter().filter_map(cost).collect())
    }

    async fn transactions(&self) -> Outcome<Vec<Transaction>> {
        let WalletOf { tenant_id, user_id, mode } = &self.wallet;
        let partition = format!("{tenant_id}#wallet#{user_id}#{mode}");
        let query = self
            .site
            .dynamodb
            .query()
            .table_name(&self.site.ledger_table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .expression_attribute_values(":prefix", AttributeValue::S("transaction#".into()));
        let items = query.send().await?.items.unwrap_or_default();
        Ok(serde_dynamo::from_items(items)?)
    }
}
