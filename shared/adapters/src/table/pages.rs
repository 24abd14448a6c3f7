//! Reading many items: a page of a partition, all of one, and the first part of an index.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use serde::de::DeserializeOwned;

use super::{Key, Table};
use crate::aws::failed;

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
    /// Every item of `pk` whose sort key begins with `prefix`, in its order.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<T>, Error> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix));
        let mut pages = query.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = pages.try_next().await.map_err(failed(self.label))? {
            found.push(self.read(item)?);
        }
        Ok(found)
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
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(limit.saturating_add(1))
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :before")
            .expression_attribute_values(":pk", text(&from.pk))
            .expression_attribute_values(":from", text(&from.sk))
            .expression_attribute_values(":before", text(before));
        let (end, limit) = (text(before), usize::try_from(limit).unwrap_or(0));
        // One answer holds 1 MB at most, which may be fewer items than were asked for.
        let mut items = query.into_paginator().items().send();
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(item) = items.try_next().await.map_err(failed(self.label))?
        {
            if item.get("sk") != Some(&end) {
                found.push(self.read(item)?);
            }
        }
        Ok(found)
    }

    /// The items of an index partition whose sort key is below `end`, as the index knows them by
    /// now.
    pub(crate) async fn below_in_index<T: DeserializeOwned>(
        &self,
        index: Index,
        partition: &str,
        end: &str,
    ) -> Result<Vec<T>, Error> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(index.name)
            .key_condition_expression("#pk = :pk AND #sk < :end")
            .expression_attribute_names("#pk", index.pk)
            .expression_attribute_names("#sk", index.sk)
            .expression_attribute_values(":pk", text(partition))
            .expression_attribute_values(":end", text(end));
        let mut pages = query.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = pages.try_next().await.map_err(failed(self.label))? {
            found.push(self.read(item)?);
        }
        Ok(found)
    }
}
