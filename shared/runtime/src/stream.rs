//! Stream functions: the changes of a table, in their order.
//!
//! A stream is read in order, so the first change that fails ends the batch: Lambda hands out that
//! one and all after it again, until the mapping's limits send it to the dead-letter queue.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>

use std::future::Future;

use domain::Error;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::now;

/// A batch of changes.
#[derive(Clone, Debug, Deserialize)]
pub struct StreamEvent {
    /// The changes, oldest first.
    #[serde(rename = "Records")]
    pub records: Vec<StreamRecord>,
}

/// One change of one item.
#[derive(Clone, Debug, Deserialize)]
pub struct StreamRecord {
    dynamodb: Change,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: Value,
    #[serde(default)]
    new_image: Option<Value>,
    #[serde(default)]
    sequence_number: String,
}

/// The first change that failed; Lambda reads on from there.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamAnswer {
    batch_item_failures: Vec<Failure>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

/// An attribute value as plain JSON; `None` for the kinds our rows do not use.
fn plain(value: &Value) -> Option<Value> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    match kind.as_str() {
        "S" | "BOOL" | "SS" => Some(inner.clone()),
        "N" => serde_json::from_str(inner.as_str()?).ok(),
        "NULL" => Some(Value::Null),
        "L" => inner.as_array()?.iter().map(plain).collect(),
        "M" => plain_map(inner).map(Value::Object),
        _ => None,
    }
}

fn plain_map(item: &Value) -> Option<Map<String, Value>> {
    item.as_object()?.iter().map(|(key, value)| Some((key.clone(), plain(value)?))).collect()
}

fn malformed(error: impl std::fmt::Display) -> Error {
    Error::broken("a change of a table cannot be read", error.to_string())
}

impl StreamRecord {
    fn key(&self, name: &str) -> &str {
        self.dynamodb.keys[name]["S"].as_str().unwrap_or_default()
    }

    /// The item's partition key.
    #[must_use]
    pub fn pk(&self) -> &str {
        self.key("pk")
    }

    /// The item's sort key.
    #[must_use]
    pub fn sk(&self) -> &str {
        self.key("sk")
    }

    /// The item as it is after the change; `None` when it was removed.
    ///
    /// # Errors
    ///
    /// `internal` when it is no `T`.
    pub fn item<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let Some(image) = &self.dynamodb.new_image else {
            return Ok(None);
        };
        let item = plain_map(image).ok_or_else(|| malformed(self.pk()))?;
        serde_json::from_value(Value::Object(item)).map(Some).map_err(malformed)
    }
}

/// Handles each change of `event` in order, with the instant it is handled at, up to the first that
/// fails.
pub async fn each_record<F, Fut>(event: StreamEvent, handle: F) -> StreamAnswer
where
    F: Fn(StreamRecord, Timestamp) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    for record in event.records {
        let item_identifier = record.dynamodb.sequence_number.clone();
        if let Err(error) = handle(record, now()).await {
            tracing::error!(item_identifier, code = error.code, error = ?error, "change failed");
            return StreamAnswer { batch_item_failures: vec![Failure { item_identifier }] };
        }
    }
    StreamAnswer::default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        name: String,
        count: i64,
        since: Option<String>,
        list: Vec<u64>,
        inner: BTreeMap<String, bool>,
    }

    fn record(image: &Value) -> StreamRecord {
        let keys = json!({"pk": {"S": "ten_1#pod#pod_1"}, "sk": {"S": "pod"}});
        let change = json!({"dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": "7"}});
        serde_json::from_value(change).expect("a change")
    }

    #[test]
    fn an_image_reads_as_the_row_it_is() {
        let record = record(&json!({
            "pk": {"S": "ten_1#pod#pod_1"}, "name": {"S": "first"}, "count": {"N": "-7"},
            "since": {"NULL": true}, "list": {"L": [{"N": "1"}, {"N": "2"}]},
            "inner": {"M": {"on": {"BOOL": true}}}, "unknown": {"SS": ["x"]},
        }));
        assert_eq!((record.pk(), record.sk()), ("ten_1#pod#pod_1", "pod"));
        let inner = BTreeMap::from([("on".to_owned(), true)]);
        let row = Row { name: "first".to_owned(), count: -7, since: None, list: vec![1, 2], inner };
        assert_eq!(record.item::<Row>().expect("a row"), Some(row));
    }

    #[test]
    fn a_removal_has_no_image_and_a_strange_one_is_an_error() {
        assert!(record(&Value::Null).item::<Row>().expect("no error").is_none());
        assert!(record(&json!({"name": {"X": 1}})).item::<Row>().is_err());
        assert!(record(&json!({"name": {"S": "alone"}})).item::<Row>().is_err());
    }

    #[tokio::test]
    async fn the_first_failure_ends_the_batch_so_that_order_is_kept() {
        let of = |number: u8| {
            let keys = json!({"pk": {"S": number.to_string()}, "sk": {"S": "x"}});
            json!({"dynamodb": {"Keys": keys, "SequenceNumber": format!("s{number}")}})
        };
        let event = json!({"Records": [of(1), of(2), of(3)]});
        let event: StreamEvent = serde_json::from_value(event).expect("an event");
        let seen = std::sync::Mutex::new(Vec::new());
        let answer = each_record(event, async |record, _now| {
            seen.lock().expect("a list").push(record.pk().to_owned());
            if record.pk() == "2" { Err(Error::broken("x", "y")) } else { Ok(()) }
        })
        .await;
        assert_eq!(*seen.lock().expect("a list"), ["1", "2"]);
        let written = serde_json::to_value(&answer).expect("an answer");
        assert_eq!(written, json!({"batchItemFailures": [{"itemIdentifier": "s2"}]}));
    }
}
