//! Reading many items, of a partition or of an index.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use domain::Error;
use serde::de::DeserializeOwned;

use super::{Item, Key, Table};
use crate::aws::failed;

/// Items one list reads at most; every list of ours is bounded well below.
const LIST_MAX: usize = 1_000;

/// Partition and sort key of an index entry, and how the index is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index {
    pub(crate) name: &'static str,
    pub(crate) pk: &'static str,
    pub(crate) sk: &'static str,
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

impl Table {
    /// The items of `pk` whose sort key begins with `prefix`, in its order; a thousand at most.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<T>, Error> {
        self.first_of(pk, prefix, LIST_MAX).await
    }

    /// Every item of `pk` whose sort key begins with `prefix`, in its order.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<T>, Error> {
        self.first_of(pk, prefix, usize::MAX).await
    }

    async fn first_of<T: DeserializeOwned>(
        &self,
        pk: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<T>, Error> {
        let query = self
            .query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix));
        self.first(query, limit, |_| true).await
    }

    /// At most `limit` items between `from` and just before `before` (two sort keys of one
    /// partition), the last first.
    pub(crate) async fn newest_before<T: DeserializeOwned>(
        &self,
        from: &Key,
        before: &str,
        limit: i32,
    ) -> Result<Vec<T>, Error> {
        // BETWEEN takes both ends in, so the item at `before` itself is asked for and left out.
        let query = self
            .query()
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(limit.saturating_add(1))
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :before")
            .expression_attribute_values(":pk", text(&from.pk))
            .expression_attribute_values(":from", text(&from.sk))
            .expression_attribute_values(":before", text(before));
        let (end, limit) = (text(before), usize::try_from(limit).unwrap_or(0));
        self.first(query, limit, |item| item.get("sk") != Some(&end)).await
    }

    /// At most `limit` items of a partition from a sort key on, in their order.
    pub(crate) async fn first_from<T: DeserializeOwned>(
        &self,
        from: &Key,
        limit: i32,
    ) -> Result<Vec<T>, Error> {
        let query = self
            .query()
            .consistent_read(true)
            .limit(limit)
            .key_condition_expression("pk = :pk AND sk >= :from")
            .expression_attribute_values(":pk", text(&from.pk))
            .expression_attribute_values(":from", text(&from.sk));
        self.first(query, usize::try_from(limit).unwrap_or(0), |_| true).await
    }

    /// One page of the items of an index partition before the sort key `before`, newest first.
    pub(crate) async fn page_of_index<T: DeserializeOwned>(
        &self,
        index: Index,
        partition: &str,
        before: Option<&str>,
        limit: i32,
    ) -> Result<Vec<T>, Error> {
        let query = self.query_index(index, partition, before);
        let query = query.scan_index_forward(false).limit(limit);
        self.first(query, usize::try_from(limit).unwrap_or(0), |_| true).await
    }

    /// How many items of a partition come after `after`, counted up to `limit`.
    pub(crate) async fn count_after(&self, after: &Key, limit: i32) -> Result<u32, Error> {
        let query = self
            .query()
            .consistent_read(true)
            .select(Select::Count)
            .limit(limit)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", text(&after.pk))
            .expression_attribute_values(":after", text(&after.sk));
        let answer = query.send().await.map_err(failed(self.label))?;
        Ok(u32::try_from(answer.count).unwrap_or(0))
    }

    /// The items of an index partition, only those whose sort key is below `end` if there is one,
    /// as far as the index has followed the table.
    pub(crate) async fn all_of_index<T: DeserializeOwned>(
        &self,
        index: Index,
        partition: &str,
        end: Option<&str>,
    ) -> Result<Vec<T>, Error> {
        let mut items = self.query_index(index, partition, end).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = items.try_next().await.map_err(failed(self.label))? {
            // One row that cannot be read must not keep everybody else's from being looked after.
            match self.read(item) {
                Ok(item) => found.push(item),
                Err(error) => tracing::error!(error = ?error, "a row of an index was left out"),
            }
        }
        Ok(found)
    }

    fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name)
    }

    fn query_index(
        &self,
        index: Index,
        partition: &str,
        below: Option<&str>,
    ) -> QueryFluentBuilder {
        let query = self
            .query()
            .index_name(index.name)
            .expression_attribute_names("#pk", index.pk)
            .expression_attribute_values(":pk", text(partition));
        match below {
            None => query.key_condition_expression("#pk = :pk"),
            Some(below) => query
                .key_condition_expression("#pk = :pk AND #sk < :below")
                .expression_attribute_names("#sk", index.sk)
                .expression_attribute_values(":below", text(below)),
        }
    }

    /// The first `limit` items that are `wanted`. One answer holds 1 MB at most, which may be
    /// fewer items than were asked for.
    async fn first<T: DeserializeOwned>(
        &self,
        query: QueryFluentBuilder,
        limit: usize,
        wanted: impl Fn(&Item) -> bool,
    ) -> Result<Vec<T>, Error> {
        let mut items = query.into_paginator().items().send();
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(item) = items.try_next().await.map_err(failed(self.label))?
        {
            if wanted(&item) {
                found.push(self.read(item)?);
            }
        }
        Ok(found)
    }
}
