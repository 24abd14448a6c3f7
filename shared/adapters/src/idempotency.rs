//! Idempotency keys: the same key and the same request give the answer of the first time, the
//! same key and another request are refused.
//!
//! A marker is written in the transaction that does what was asked, under the condition that there
//! is none, and is read before that write and after a lost one.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::tables::table::{Condition, Key, Table, time_to_live};

/// The write of the marker `row` at `at`, which fails when the key was used before. Without
/// `forget_at` the key is remembered for good.
pub(crate) fn remember<T: Serialize>(
    table: &Table,
    at: &Key,
    row: &T,
    forget_at: Option<Timestamp>,
) -> Result<TransactWriteItem, Error> {
    let more = forget_at.map(time_to_live).unwrap_or_default();
    table.put(at, row, Some(Condition::New), more)
}

/// The marker of an earlier request under the key at `at`, which `is_same` has to recognise.
///
/// # Errors
///
/// 409 `idempotency_mismatch` when the key was used for another request, `unavailable`.
pub(crate) async fn recall<T: DeserializeOwned>(
    table: &Table,
    at: &Key,
    is_same: impl Fn(&T) -> bool,
) -> Result<Option<T>, Error> {
    table.get(at).await?.map(|row| same(row, is_same)).transpose()
}

/// What an earlier request led to, if `is_same` finds that it asked for the same thing.
///
/// # Errors
///
/// 409 `idempotency_mismatch`.
pub(crate) fn same<T>(earlier: T, is_same: impl Fn(&T) -> bool) -> Result<T, Error> {
    if is_same(&earlier) { Ok(earlier) } else { Err(Error::idempotency_mismatch()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_request_under_the_same_key_is_refused() {
        assert_eq!(same("a", |known| *known == "a").ok(), Some("a"));
        let refused = same("a", |known| *known == "b").err().map(|error| error.code);
        assert_eq!(refused, Some("idempotency_mismatch"));
    }
}
