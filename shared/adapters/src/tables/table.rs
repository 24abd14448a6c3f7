//! Reading and writing items of one DynamoDB table.

mod pages;

pub(crate) use pages::Index;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValue,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::aws::{Aws, failed};

/// Tries of a transaction that collides with others, and the pause after the first; the pauses
/// double, so that all of them take less than half a second.
const CONFLICT_TRIES_MAX: u32 = 5;
const CONFLICT_PAUSE: Duration = Duration::from_millis(25);

/// Where an item lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// What must hold for a write to happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    /// No such item.
    New,
    /// The item's `version` is this.
    Version(u64),
}

impl Condition {
    /// Nobody wrote since an item of `version` was read; 0 stands for one that did not exist.
    pub(crate) fn unchanged(version: u64) -> Self {
        if version == 0 { Self::New } else { Self::Version(version) }
    }
}

/// Whether a guarded write happened; if not, the conditions of which of its writes did not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Written {
    Yes,
    Lost(Vec<usize>),
}

/// One table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    client: Client,
    name: String,
    /// How errors name it: "the pods table".
    label: &'static str,
}

type Item = HashMap<String, AttributeValue>;

impl Table {
    pub(crate) fn new(aws: &Aws, name: String, label: &'static str) -> Self {
        Self { client: Client::new(&aws.config), name, label }
    }

    fn unreadable(&self, error: impl std::fmt::Display) -> Error {
        Error::broken("a stored item cannot be read", format!("{}: {error}", self.label))
    }

    fn read<T: DeserializeOwned>(&self, item: Item) -> Result<T, Error> {
        serde_dynamo::from_item(item).map_err(|error| self.unreadable(error))
    }

    fn item<T: Serialize>(&self, key: &Key, value: &T, more: Item) -> Result<Item, Error> {
        let mut item: Item =
            serde_dynamo::to_item(value).map_err(|error| self.unreadable(error))?;
        item.extend(more);
        item.insert("pk".into(), AttributeValue::S(key.pk.clone()));
        item.insert("sk".into(), AttributeValue::S(key.sk.clone()));
        Ok(item)
    }

    /// The item at `key`, read consistently.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .consistent_read(true)
            .send()
            .await
            .map_err(failed(self.label))?;
        answer.item.map(|item| self.read(item)).transpose()
    }

    /// A change of a number by `delta`, to be part of a transaction; it starts at zero, and must
    /// not be above `at_most` before.
    pub(crate) fn add(
        &self,
        key: &Key,
        (attribute, delta): (&'static str, i64),
        at_most: Option<i64>,
        forget_at: jiff::Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let mut update = Update::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression("SET #ttl = :ttl ADD #name :delta")
            .expression_attribute_names("#name", attribute)
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":delta", AttributeValue::N(delta.to_string()))
            .expression_attribute_values(
                ":ttl",
                AttributeValue::N(forget_at.as_second().to_string()),
            );
        if let Some(at_most) = at_most {
            update = update
                .condition_expression("attribute_not_exists(#name) OR #name <= :most")
                .expression_attribute_values(":most", AttributeValue::N(at_most.to_string()));
        }
        let update = update.build().map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// A write of `value` at `key`, to be part of a transaction.
    pub(crate) fn put<T: Serialize>(
        &self,
        key: &Key,
        value: &T,
        condition: Option<Condition>,
        more: Item,
    ) -> Result<TransactWriteItem, Error> {
        let mut put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(self.item(key, value, more)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::None);
        put = match condition {
            None => put,
            Some(Condition::New) => put.condition_expression("attribute_not_exists(pk)"),
            Some(Condition::Version(version)) => put
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string())),
        };
        let put = put.build().map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// A condition on an item that is not written, to be part of a transaction.
    pub(crate) fn check(
        &self,
        key: &Key,
        condition: Condition,
    ) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()));
        let check = match condition {
            Condition::New => check.condition_expression("attribute_not_exists(pk)"),
            Condition::Version(version) => check
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string())),
        };
        let check = check.build().map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// A write of one attribute of an existing item that lacks it, to be part of a transaction.
    pub(crate) fn set_once(
        &self,
        key: &Key,
        attribute: &'static str,
        value: String,
    ) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression("SET #name = :value")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(#name)")
            .expression_attribute_names("#name", attribute)
            .expression_attribute_values(":value", AttributeValue::S(value))
            .build()
            .map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// A write of one attribute of an existing item, whatever it was before, to be part of a
    /// transaction.
    pub(crate) fn set<T: Serialize>(
        &self,
        key: &Key,
        attribute: &'static str,
        value: &T,
    ) -> Result<TransactWriteItem, Error> {
        let value =
            serde_dynamo::to_attribute_value(value).map_err(|error| self.unreadable(error))?;
        let update = Update::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression("SET #name = :value")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#name", attribute)
            .expression_attribute_values(":value", value)
            .build()
            .map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// A write of one text attribute that only grows, to be part of a transaction; the item may be
    /// missing.
    pub(crate) fn raise(
        &self,
        key: &Key,
        attribute: &'static str,
        value: &str,
    ) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression("SET #name = :value")
            .condition_expression("attribute_not_exists(#name) OR #name < :value")
            .expression_attribute_names("#name", attribute)
            .expression_attribute_values(":value", AttributeValue::S(value.to_owned()))
            .build()
            .map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// A removal of the item at `key`, to be part of a transaction.
    pub(crate) fn remove(&self, key: &Key) -> Result<TransactWriteItem, Error> {
        self.delete(key, |delete| delete.condition_expression("attribute_exists(pk)"))
    }

    /// A removal of the item at `key` if nobody wrote since it was read at `version`, to be part of a
    /// transaction.
    pub(crate) fn remove_unchanged(
        &self,
        key: &Key,
        version: u64,
    ) -> Result<TransactWriteItem, Error> {
        self.delete(key, |delete| {
            delete
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string()))
        })
    }

    /// A removal of the item at `key` if there is one, to be part of a transaction.
    pub(crate) fn forget(&self, key: &Key) -> Result<TransactWriteItem, Error> {
        self.delete(key, |delete| delete)
    }

    fn delete(
        &self,
        key: &Key,
        guarded: impl FnOnce(DeleteBuilder) -> DeleteBuilder,
    ) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.name)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()));
        let delete = guarded(delete).build().map_err(|error| self.unreadable(error))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Moves the number `attribute` of the item at `key` on by `step`, unless it is beyond `at_most`.
    /// A number that is missing or behind `from` starts there. Returns where it was moved on from.
    pub(crate) async fn move_on(
        &self,
        key: &Key,
        attribute: &'static str,
        (from, at_most): (i64, i64),
        step: i64,
    ) -> Result<Option<i64>, Error> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let update = || {
            self.client
                .update_item()
                .table_name(&self.name)
                .key("pk", AttributeValue::S(key.pk.clone()))
                .key("sk", AttributeValue::S(key.sk.clone()))
                .expression_attribute_names("#name", attribute)
                .expression_attribute_values(":from", number(from))
        };
        let start = update()
            .update_expression("SET #name = :next")
            .condition_expression("attribute_not_exists(#name) OR #name <= :from")
            .expression_attribute_values(":next", number(from.saturating_add(step)));
        match start.send().await {
            Ok(_) => return Ok(Some(from)),
            Err(error) if is_unmet(&error) => {}
            Err(error) => return Err(failed(self.label)(error)),
        }
        // It only grows, so it is beyond `from` for good.
        let further = update()
            .update_expression("ADD #name :step")
            .condition_expression("#name > :from AND #name <= :most")
            .expression_attribute_values(":step", number(step))
            .expression_attribute_values(":most", number(at_most))
            .return_values(ReturnValue::UpdatedOld);
        match further.send().await {
            Ok(answer) => {
                let before = answer.attributes.as_ref().and_then(|item| item.get(attribute));
                let before = before.and_then(|value| value.as_n().ok()?.parse().ok());
                before.map(Some).ok_or_else(|| self.unreadable("no number"))
            }
            Err(error) if is_unmet(&error) => Ok(None),
            Err(error) => Err(failed(self.label)(error)),
        }
    }

    /// All of `writes` or none of them. Another transaction on the same items at the same moment
    /// makes DynamoDB refuse ours without saying which one wins, so it is tried again.
    pub(crate) async fn write(&self, writes: Vec<TransactWriteItem>) -> Result<Written, Error> {
        let mut pause = CONFLICT_PAUSE;
        for _ in 1..CONFLICT_TRIES_MAX {
            match self.write_once(writes.clone()).await? {
                Some(written) => return Ok(written),
                None => tokio::time::sleep(pause).await,
            }
            pause = pause.saturating_mul(2);
        }
        let last = self.write_once(writes).await?;
        last.ok_or_else(|| Error::unavailable(self.label, "too many transactions at once"))
    }

    /// `None` when it collided with another transaction.
    async fn write_once(&self, writes: Vec<TransactWriteItem>) -> Result<Option<Written>, Error> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        let Err(error) = request.send().await else {
            return Ok(Some(Written::Yes));
        };
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                canceled.cancellation_reasons()
            }
            _ => &[],
        };
        let with = |code: &str| {
            let matching = |reason: &CancellationReason| reason.code() == Some(code);
            reasons.iter().enumerate().filter(move |(_, r)| matching(r)).map(|(i, _)| i).collect()
        };
        let lost: Vec<usize> = with("ConditionalCheckFailed");
        let conflicts: Vec<usize> = with("TransactionConflict");
        match (lost.is_empty(), conflicts.is_empty()) {
            (false, _) => Ok(Some(Written::Lost(lost))),
            (true, false) => Ok(None),
            (true, true) => Err(failed(self.label)(error)),
        }
    }

    /// Writes `value` at `key` if there is nothing yet.
    pub(crate) async fn put_new<T: Serialize>(&self, key: &Key, value: &T) -> Result<bool, Error> {
        let put = self.put(key, value, Some(Condition::New), Item::new())?;
        Ok(self.write(vec![put]).await? == Written::Yes)
    }
}

fn is_unmet<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

/// An attribute that DynamoDB deletes the item by, as seconds since 1970.
pub(crate) fn time_to_live(at: jiff::Timestamp) -> Item {
    Item::from([("ttl".to_owned(), AttributeValue::N(at.as_second().to_string()))])
}

/// The attributes that put an item into the index `by_<name>`.
pub(crate) fn index_entry(name: &str, partition: String, sort: String) -> Item {
    Item::from([
        (format!("{name}_pk"), AttributeValue::S(partition)),
        (format!("{name}_sk"), AttributeValue::S(sort)),
    ])
}
