//! Where a page ends and the next begins.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::query::Query;
use crate::Error;
use crate::id::SnapshotId;
use crate::market::price::Margins;

/// The longest cursor text that is read; ours have about 130 characters.
const TEXT_LEN_MAX: usize = 256;
/// Bytes of a query's digest: enough that two queries of one user never share it by accident.
const DIGEST_LEN: usize = 8;

/// The place of the next page: in which snapshot, of which query, from which row.
///
/// On the wire it is base64url text that a client hands back unread. A forged one shows nothing
/// that a query would not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The snapshot the first page was taken from, and all others must be.
    pub snapshot: SnapshotId,
    query: String,
    next: usize,
}

impl Cursor {
    /// Reads a cursor from its text.
    ///
    /// # Errors
    ///
    /// `invalid_cursor` for anything but a text of [`Cursor::encode`].
    pub fn decode(text: &str) -> Result<Self, Error> {
        let bytes = (text.len() <= TEXT_LEN_MAX)
            .then(|| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
            .flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(invalid)
    }

    /// The text to hand to a client.
    ///
    /// # Errors
    ///
    /// `internal` if JSON fails, which it has no reason to.
    pub fn encode(&self) -> Result<String, Error> {
        let json = serde_json::to_vec(self).map_err(|e| Error::broken("writing a cursor", e))?;
        Ok(BASE64URL_NOPAD.encode(&json))
    }

    pub(super) fn new(snapshot: &SnapshotId, digest: String, next: usize) -> Self {
        Self { snapshot: snapshot.clone(), query: digest, next }
    }

    /// The first row of the page, if the cursor was made for this snapshot and query.
    pub(super) fn position(&self, snapshot: &SnapshotId, digest: &str) -> Result<usize, Error> {
        if self.snapshot == *snapshot && self.query == digest {
            return Ok(self.next);
        }
        let message = "This cursor belongs to another query. Please start again without it.";
        Err(Error::invalid("cursor_mismatch", message))
    }
}

pub(super) fn invalid() -> Error {
    Error::invalid("invalid_cursor", "This cursor is malformed. Please start again without it.")
}

/// What makes two queries have one order: everything but the page size, margins included.
pub(super) fn digest(query: &Query, margins: Margins) -> Result<String, Error> {
    let Query { filter, group, per, sort, weights, limit: _ } = query;
    let order = (filter, group, per, sort, weights, margins);
    let json = serde_json::to_vec(&order).map_err(|e| Error::broken("digesting a query", e))?;
    let hash = Sha256::digest(&json);
    Ok(BASE64URL_NOPAD.encode(hash.get(..DIGEST_LEN).unwrap_or(&hash)))
}
