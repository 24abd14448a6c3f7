//! What lies in the tables, to be compared before and after.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use jiff::Timestamp;
use serde_json::Value;

use crate::{Outcome, Stack};

const TABLES: [&str; 5] =
    ["TenantsTable", "AccountsTable", "PodsTable", "LedgerTable", "BillingTable"];

impl Stack {
    /// Every item of every table, one a line, in one order.
    pub async fn tables(&self) -> Outcome<String> {
        self.items_of(&TABLES).await
    }

    /// The same without what schedules may change at any minute: money and pods of others.
    pub async fn tables_for(&self, user: &str) -> Outcome<String> {
        let moving = ["#wallet#", "#pod#", "#tally#", "#carry#", "platform#"];
        let moves = |line: &&str| moving.iter().any(|it| line.contains(it)) && !line.contains(user);
        Ok(self.tables().await?.split_inclusive('\n').filter(|line| !moves(line)).collect())
    }

    /// Every item of these tables, one a line, in one order.
    pub async fn items_of(&self, tables: &[&str]) -> Outcome<String> {
        let client = self.dynamo();
        let mut text = String::new();
        for table in tables {
            let mut lines = Vec::new();
            let pages = client.scan().table_name(self.output(table)?).consistent_read(true);
            let mut pages = pages.into_paginator().items().send();
            while let Some(item) = pages.next().await {
                let item: BTreeMap<String, AttributeValue> = item?.into_iter().collect();
                lines.push(plain(&AttributeValue::M(item.into_iter().collect())));
            }
            lines.sort_unstable();
            for line in lines {
                writeln!(text, "{table} {line}")?;
            }
        }
        Ok(text)
    }

    /// The items of one partition whose sort key begins with `prefix`, as JSON, in its order.
    pub async fn partition(&self, table: &str, pk: &str, prefix: &str) -> Outcome<Vec<Value>> {
        let query = self.dynamo().query().table_name(self.output(table)?).consistent_read(true);
        let query = query
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()));
        let mut pages = query.into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(json(AttributeValue::M(item?)));
        }
        Ok(items)
    }

    /// Releases the brake of an account until then, as `docs/OPERATING.md` has an operator do it.
    pub async fn release_brake(&self, cloud: &str, until: Timestamp) -> Outcome<()> {
        let text = |text: String| AttributeValue::S(text);
        let put = self.dynamo().put_item().table_name(self.output("PodsTable")?);
        put.item("pk", text(format!("platform#cloud#{cloud}")))
            .item("sk", text("brake".to_owned()))
            .item("released_until", text(until.to_string()))
            .send()
            .await?;
        Ok(())
    }

    fn dynamo(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.endpoint)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test kit"))
            .build();
        Client::from_conf(config)
    }
}

/// A value as JSON.
fn json(value: AttributeValue) -> Value {
    match value {
        AttributeValue::M(map) => map.into_iter().map(|(key, of)| (key, json(of))).collect(),
        AttributeValue::L(list) => list.into_iter().map(json).collect(),
        AttributeValue::S(text) => text.into(),
        AttributeValue::N(digits) => digits.parse::<i64>().map_or(Value::Null, Value::from),
        AttributeValue::Bool(truth) => truth.into(),
        _ => Value::Null,
    }
}

/// A value as text; maps are in the order of their keys.
fn plain(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(map) => {
            let sorted: BTreeMap<_, _> = map.iter().map(|(key, of)| (key, plain(of))).collect();
            format!("{sorted:?}")
        }
        AttributeValue::L(list) => format!("{:?}", list.iter().map(plain).collect::<Vec<_>>()),
        AttributeValue::S(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
