//! What AWS would list for recorded calls.
//!
//! `infra/local/record.py` writes the calls down; the state machine's transitions come from its
//! execution's history. A call of a service that has no rule here is an error, so that nothing new
//! goes unpriced. Idle polling of queues, logs, traces and storage are no calls of a journey.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Outcome;
use crate::figure::float;
use crate::prices::{Prices, Unit};

const KIB: u64 = 1_024;
/// How much one unit covers, by the pages that `prices.json` names.
const READ_BYTES: u64 = 4 * KIB;
const WRITE_BYTES: u64 = KIB;
const MESSAGE_BYTES: u64 = 64 * KIB;
const REQUEST_BYTES: u64 = 512 * KIB;
const MICROS_PER_MILLI: u64 = 1_000;
/// MiB and milliseconds in a GiB-second.
const GIB_SECOND: u64 = KIB * 1_000;
const PICOS_PER_USD: f64 = 1e12;

/// A recorded call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Call {
    service: String,
    operation: String,
    /// The function that called, or was called.
    function: String,
    items: Vec<Item>,
    consistent: bool,
    asked_bytes: u64,
    answered_bytes: u64,
    memory_mib: u64,
    micros: u64,
    from_queue: bool,
}

/// An item read or written.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Item {
    bytes: u64,
    /// Whether an index of its table holds it too.
    indexed: bool,
}

/// How much of each unit was used and what that costs.
#[derive(Debug)]
pub(crate) struct Bill(BTreeMap<Unit, (u64, u64)>);

/// Of this unit, that many.
type Use = (Unit, u64);

impl Call {
    /// Whether it belongs to a journey, not to a schedule that came by meanwhile.
    pub(crate) fn is_of_a_person(&self) -> bool {
        !self.function.contains("-every-")
    }

    fn uses(&self) -> Outcome<Vec<Use>> {
        let at_least_one = |bytes: u64, unit: u64| bytes.div_ceil(unit).max(1);
        Ok(match (self.service.as_str(), self.operation.as_str()) {
            ("dynamodb", operation) => vec![self.items_used(operation)?],
            ("sqs", "SendMessage") => {
                vec![(Unit::SqsRequest, at_least_one(self.asked_bytes, MESSAGE_BYTES))]
            }
            ("lambda", "Invoke") => {
                let millis = at_least_one(self.micros, MICROS_PER_MILLI);
                let mut uses = vec![
                    (Unit::LambdaRequest, 1),
                    (Unit::LambdaGibSecond, self.memory_mib.saturating_mul(millis)),
                ];
                if self.from_queue {
                    // The service's receive and delete of the batch.
                    uses.push((Unit::SqsRequest, 2));
                }
                uses
            }
            ("apigateway", _) => {
                let bytes = self.asked_bytes.max(self.answered_bytes);
                vec![(Unit::ApigatewayRequest, at_least_one(bytes, REQUEST_BYTES))]
            }
            ("s3", "GET") => vec![(Unit::S3Get, 1)],
            ("secretsmanager", "GetSecretValue") => vec![(Unit::SecretsmanagerCall, 1)],
            ("ses", _) => vec![(Unit::SesMail, 1)],
            // Billed by the person, however often they sign in.
            ("cognito-idp", "AdminInitiateAuth") => vec![(Unit::CognitoMonthlyUser, 1)],
            ("states", "StartExecution") | ("cognito-idp", _) => Vec::new(),
            (service, operation) => {
                return Err(format!("nobody knows what {service} {operation} costs").into());
            }
        })
    }

    fn items_used(&self, operation: &str) -> Outcome<Use> {
        let written = |item: &Item| item.bytes.div_ceil(WRITE_BYTES).max(1);
        let of_index = |item: &Item| if item.indexed { written(item) } else { 0 };
        Ok(match operation {
            "GetItem" | "Query" => {
                let bytes: u64 = self.items.iter().map(|item| item.bytes).sum();
                let halves = if self.consistent { 2 } else { 1 };
                (Unit::DynamodbHalfRead, bytes.div_ceil(READ_BYTES).max(1) * halves)
            }
            "PutItem" | "UpdateItem" | "DeleteItem" => {
                let units = self.items.iter().map(|item| written(item) + of_index(item));
                (Unit::DynamodbWrite, units.sum())
            }
            "TransactWriteItems" => {
                let units = self.items.iter().map(|item| 2 * written(item) + of_index(item));
                (Unit::DynamodbWrite, units.sum())
            }
            other => return Err(format!("nobody knows what dynamodb {other} costs").into()),
        })
    }
}

impl Bill {
    /// The bill of some calls and state transitions.
    pub(crate) fn of(calls: &[Call], transitions: u64, list: &Prices) -> Outcome<Self> {
        let mut counts = BTreeMap::from([(Unit::StatesTransition, transitions)]);
        for call in calls {
            for (unit, count) in call.uses()? {
                *counts.entry(unit).or_default() += count;
            }
        }
        let priced = counts.into_iter().map(|(unit, count)| {
            let picos = list.of(unit)?.checked_mul(count).ok_or("a bill beyond counting")?;
            let picos =
                if unit == Unit::LambdaGibSecond { picos.div_ceil(GIB_SECOND) } else { picos };
            Ok((unit, (count, picos)))
        });
        priced.collect::<Outcome<_>>().map(Self)
    }

    /// The sum in dollars, without mail and identity.
    pub(crate) fn usd(&self) -> f64 {
        let summed = self.0.iter().filter(|(unit, _)| is_summed(**unit));
        usd(summed.map(|(_, (_, picos))| picos).sum())
    }

    /// Each unit's name, how many were used, their price in dollars, and whether it is in the sum.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&'static str, f64, f64, bool)> {
        self.0.iter().map(|(unit, (count, picos))| {
            let (title, divisor) = title(*unit);
            (title, float(*count) / divisor, usd(*picos), is_summed(*unit))
        })
    }
}

fn is_summed(unit: Unit) -> bool {
    !matches!(unit, Unit::SesMail | Unit::CognitoMonthlyUser)
}

/// A unit's name, and what its count is divided by to be shown.
fn title(unit: Unit) -> (&'static str, f64) {
    match unit {
        Unit::DynamodbHalfRead => ("DynamoDB read units", 2.0),
        Unit::DynamodbWrite => ("DynamoDB write units", 1.0),
        Unit::SqsRequest => ("SQS requests", 1.0),
        Unit::StatesTransition => ("Step Functions transitions", 1.0),
        Unit::LambdaRequest => ("Lambda requests", 1.0),
        Unit::LambdaGibSecond => ("Lambda GB-s, as timed here", 1_024_000.0),
        Unit::ApigatewayRequest => ("API Gateway requests", 1.0),
        Unit::S3Get => ("S3 reads", 1.0),
        Unit::SecretsmanagerCall => ("Secrets Manager calls", 1.0),
        Unit::SesMail => ("SES mails", 1.0),
        Unit::CognitoMonthlyUser => ("Cognito users of a month", 1.0),
    }
}

/// Picodollars as dollars.
fn usd(picos: u64) -> f64 {
    let [micros, rest] = [picos / 1_000_000, picos % 1_000_000];
    (float(micros) * 1e6 + float(rest)) / PICOS_PER_USD
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Outcome<Call> {
        Ok(serde_json::from_str(line)?)
    }

    fn uses(line: &str) -> Outcome<Vec<Use>> {
        parsed(line)?.uses()
    }

    #[test]
    fn a_write_counts_each_begun_kibibyte_and_its_index() -> Outcome<()> {
        let put = r#"{"service":"dynamodb","operation":"PutItem","items":[{"bytes":1025,"indexed":false}]}"#;
        assert_eq!(uses(put)?, [(Unit::DynamodbWrite, 2)]);
        let transaction = put.replace("PutItem", "TransactWriteItems");
        assert_eq!(uses(&transaction)?, [(Unit::DynamodbWrite, 4)]);
        let indexed = transaction.replace("false", "true").replace("1025", "1024");
        assert_eq!(uses(&indexed)?, [(Unit::DynamodbWrite, 3)]);
        Ok(())
    }

    #[test]
    fn a_read_counts_each_begun_four_kibibytes_and_double_when_consistent() -> Outcome<()> {
        let query = r#"{"service":"dynamodb","operation":"Query","consistent":true,
            "items":[{"bytes":4000,"indexed":false},{"bytes":97,"indexed":false}]}"#;
        assert_eq!(uses(query)?, [(Unit::DynamodbHalfRead, 4)]);
        let nothing = r#"{"service":"dynamodb","operation":"GetItem","items":[]}"#;
        assert_eq!(uses(nothing)?, [(Unit::DynamodbHalfRead, 1)]);
        Ok(())
    }

    #[test]
    fn an_invocation_from_a_queue_is_three_kinds_of_use() -> Outcome<()> {
        let invoke = r#"{"service":"lambda","operation":"Invoke","memory_mib":256,"micros":1001,
            "from_queue":true}"#;
        let expected =
            [(Unit::LambdaRequest, 1), (Unit::LambdaGibSecond, 512), (Unit::SqsRequest, 2)];
        assert_eq!(uses(invoke)?, expected);
        Ok(())
    }

    #[test]
    fn one_call_more_costs_more_and_an_unknown_one_is_no_bill() -> Outcome<()> {
        let prices = Prices::read()?;
        let secret = parsed(r#"{"service":"secretsmanager","operation":"GetSecretValue"}"#)?;
        let once = Bill::of(std::slice::from_ref(&secret), 10, &prices)?;
        let twice = Bill::of(&[secret.clone(), secret], 10, &prices)?;
        assert!((once.usd() - 0.000_255).abs() < 1e-12, "{}", once.usd());
        assert!((twice.usd() - 0.000_260).abs() < 1e-12, "{}", twice.usd());
        assert!(Bill::of(&[parsed(r#"{"service":"athena"}"#)?], 0, &prices).is_err());
        Ok(())
    }

    #[test]
    fn what_a_schedule_does_is_no_part_of_a_journey() -> Outcome<()> {
        let read = r#"{"service":"dynamodb","operation":"GetItem","function":"stack-api-pods"}"#;
        assert!(parsed(read)?.is_of_a_person());
        assert!(!parsed(&read.replace("api-pods", "every-pod-sweep"))?.is_of_a_person());
        Ok(())
    }

    #[test]
    fn mail_and_identity_are_listed_beside_the_sum() -> Outcome<()> {
        let mail = parsed(r#"{"service":"ses","operation":"POST"}"#)?;
        let login = parsed(r#"{"service":"cognito-idp","operation":"AdminInitiateAuth"}"#)?;
        let bill = Bill::of(&[mail, login], 0, &Prices::read()?)?;
        assert!(bill.usd() == 0.0);
        assert_eq!(bill.lines().filter(|(_, _, usd, summed)| *usd > 0.0 && !summed).count(), 2);
        Ok(())
    }
}
