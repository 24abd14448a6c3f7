//! Typed, prefixed, time-ordered identifiers: `pod_01jd8…`.
//!
//! The part after the prefix is 26 characters of lower-case Crockford base32: 48 bits of
//! milliseconds since 1970 and 80 random bits, so identifiers sort by the time of their making.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Random bytes an identifier is made with.
pub type Entropy = [u8; 10];

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const BODY_LEN: usize = 26;

/// Why a text is not an identifier of the wanted kind.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {prefix}_ and 26 characters of 0-9 a-z")]
pub struct IdError {
    prefix: &'static str,
}

fn encode(now: Timestamp, entropy: Entropy) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0) & 0xffff_ffff_ffff;
    let random = entropy.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let mut rest = (u128::from(millis) << 80) | random;
    let mut body = [b'0'; BODY_LEN];
    for slot in body.iter_mut().rev() {
        let index = usize::try_from(rest & 31).unwrap_or(0);
        *slot = ALPHABET.get(index).copied().unwrap_or(b'0');
        rest >>= 5;
    }
    body.iter().map(|byte| char::from(*byte)).collect()
}

fn is_body(text: &str) -> bool {
    text.len() == BODY_LEN && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Text before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier made at `now`.
            #[must_use]
            pub fn new(now: Timestamp, entropy: Entropy) -> Self {
                Self(format!("{}_{}", $prefix, encode(now, entropy)))
            }

            /// The whole identifier.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The part after the prefix.
            #[must_use]
            pub fn body(&self) -> &str {
                self.0.get($prefix.len() + 1..).unwrap_or_default()
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                let body = text.strip_prefix(concat!($prefix, "_"));
                if body.is_some_and(is_body) { Ok(Self(text)) } else { Err(IdError { prefix: $prefix }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]{26}$")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// A tenant: one branded instance of the broker.
    TenantId = "ten";
    /// A person; also their user name in the user pool.
    UserId = "usr";
    /// A pod.
    PodId = "pod";
    /// A pod configuration that is not deployed yet.
    DraftId = "draft";
    /// A frozen price.
    QuoteId = "quote";
    /// A public SSH key of a user.
    SshKeyId = "key";
    /// A mail to be sent.
    NoticeId = "notice";
    /// What is kept of a mail for its reader.
    NotificationId = "note";
    /// A snapshot of the market.
    SnapshotId = "snap";
    /// Money somebody pays in by card.
    TopUpId = "top";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_identifier_reads_back_and_keeps_its_kind() {
        let pod = PodId::new(at(1_700_000_000_000), [7; 10]);
        assert_eq!(pod.as_str().parse(), Ok(pod.clone()));
        assert!(pod.as_str().parse::<QuoteId>().is_err());
        assert_eq!(pod.body().len(), BODY_LEN);
    }

    #[test]
    fn later_identifiers_sort_after_earlier_ones() {
        let early = PodId::new(at(1_700_000_000_000), [255; 10]);
        let late = PodId::new(at(1_700_000_000_001), [0; 10]);
        assert!(early < late);
    }

    #[test]
    fn foreign_characters_and_lengths_are_refused() {
        for text in ["pod_", "pod_UPPER", "pod-01", "", "pod_01jd8x4zq2m5r7t9v0w3y6aceil"] {
            assert!(text.parse::<PodId>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_identifier_spells_its_instant_and_every_random_bit() {
        let entropy = [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9];
        let pod = PodId::new(at(0x0123_4567_89ab), entropy);
        assert_eq!(pod.as_str(), "pod_014d2pf2dby3rz5wzmyqvffy7s");
    }
}
