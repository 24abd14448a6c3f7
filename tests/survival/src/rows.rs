//! All that the tables hold of pods and money.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use domain::money::ledger::{Transaction, Wallet};
use domain::money::metering::Metered;
use domain::pod::limits::Tally;
use domain::pod::{Pod, PodEvent};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use testkit::{Outcome, Stack};

/// A pod's metering account.
#[derive(Clone, Debug, Deserialize)]
pub struct Meter {
    /// What was taken for it.
    #[serde(flatten)]
    pub metered: Metered,
    /// Whether nothing can be held for it any more.
    pub closed: bool,
}

/// What belongs to one wallet.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What is in it.
    pub wallet: Wallet,
    /// What happened to it.
    pub transactions: Vec<Transaction>,
    /// The accounts of its pods.
    pub meters: Vec<Meter>,
}

/// Every pod and every wallet.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The pods.
    pub pods: Vec<Pod>,
    /// Their histories, oldest first, by the pod's partition, which ends with its identifier.
    pub events: BTreeMap<String, Vec<PodEvent>>,
    /// The users' counts of their pods.
    pub tallies: Vec<Tally>,
    /// The wallets, by their partition.
    pub accounts: BTreeMap<String, Account>,
}

type Item = std::collections::HashMap<String, AttributeValue>;

fn text(item: &Item, key: &str) -> String {
    let value = item.get(key).and_then(|value| value.as_s().ok());
    value.cloned().unwrap_or_default()
}

fn read<T: DeserializeOwned>(item: Item) -> Outcome<T> {
    let name = format!("{} {}", text(&item, "pk"), text(&item, "sk"));
    serde_dynamo::from_item(item).map_err(|error| format!("{name}: {error}").into())
}

async fn scan(client: &Client, table: &str) -> Outcome<Vec<Item>> {
    let pages = client.scan().table_name(table).consistent_read(true).into_paginator();
    let mut pages = pages.items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item?);
    }
    Ok(items)
}

impl Rows {
    /// Reads all of them.
    pub async fn read(stack: &Stack) -> Outcome<Self> {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&stack.endpoint)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "survival"))
            .build();
        let client = Client::from_conf(config);
        let mut rows = Self::default();
        // The ledger first: a hold seen before its pod's end is read with that end, or later.
        for item in scan(&client, stack.output("LedgerTable")?).await? {
            rows.take_ledger(item)?;
        }
        for item in scan(&client, stack.output("PodsTable")?).await? {
            rows.take_pod(item)?;
        }
        for events in rows.events.values_mut() {
            events.sort_by_key(|event| event.sequence);
        }
        Ok(rows)
    }

    fn take_ledger(&mut self, item: Item) -> Outcome<()> {
        let (partition, sort) = (text(&item, "pk"), text(&item, "sk"));
        match sort.split('#').next() {
            Some("wallet") => self.accounts.entry(partition).or_default().wallet = read(item)?,
            Some("transaction") => {
                self.accounts.entry(partition).or_default().transactions.push(read(item)?);
            }
            Some("meter") => self.accounts.entry(partition).or_default().meters.push(read(item)?),
            _ => {}
        }
        Ok(())
    }

    fn take_pod(&mut self, item: Item) -> Outcome<()> {
        let (partition, sort) = (text(&item, "pk"), text(&item, "sk"));
        if sort == "pod" {
            self.pods.push(read(item)?);
        } else if sort.starts_with("event#") {
            self.events.entry(partition).or_default().push(read(item)?);
        } else if partition.contains("#tally#") {
            self.tallies.push(read(item)?);
        }
        Ok(())
    }

    /// The pod `id`, if it is known.
    #[must_use]
    pub fn pod(&self, id: &str) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.id.as_str() == id)
    }
}
