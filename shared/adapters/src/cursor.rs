//! Cursors of lists that are in the order of instants.
//!
//! On the wire a cursor is base64url text that a client hands back unread: the sort key of the last
//! item it saw. A forged one shows nothing but more of the same person's list.

use data_encoding::BASE64URL_NOPAD;
use domain::Error;
use jiff::Timestamp;

/// Longest cursor that is read; a key of ours has at most about 120 characters.
const CURSOR_LEN_MAX: usize = 256;

/// The text to hand to a client for a sort key.
pub(crate) fn encode(key: &str) -> String {
    BASE64URL_NOPAD.encode(key.as_bytes())
}

/// The sort key in a client's text: `prefix`, an instant, and what makes it unique after a `#`.
pub(crate) fn decode(text: &str, prefix: &str) -> Result<String, Error> {
    let bytes = (text.len() <= CURSOR_LEN_MAX)
        .then(|| BASE64URL_NOPAD.decode(text.as_bytes()).ok())
        .flatten();
    let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let begins_with_instant = |key: &String| {
        let instant = key.strip_prefix(prefix).and_then(|key| key.split('#').next());
        instant.is_some_and(|instant| instant.parse::<Timestamp>().is_ok())
    };
    key.filter(begins_with_instant).ok_or_else(malformed)
}

/// The refusal of a text that is no cursor.
pub(crate) fn malformed() -> Error {
    let message = "This cursor is malformed. Please start again without it.";
    Error::invalid("invalid_cursor", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() -> Result<(), Error> {
        for (prefix, key) in [
            ("transaction#", "transaction#2026-11-21T00:00:00.000Z#capture#3"),
            ("", "2026-11-21T00:00:00.000Z#pod_1#00000003"),
        ] {
            assert_eq!(decode(&encode(key), prefix)?, key);
        }
        let prefix = "transaction#";
        for key in ["", "x", "wallet", "transaction#~", "meter#pod", "transaction#now#key"] {
            let refused = decode(&encode(key), prefix).err().map(|error| error.code);
            assert_eq!(refused, Some("invalid_cursor"), "{key}");
            assert!(decode(key, prefix).is_err(), "{key}");
        }
        assert!(decode(&"A".repeat(CURSOR_LEN_MAX + 1), "").is_err());
        Ok(())
    }
}
