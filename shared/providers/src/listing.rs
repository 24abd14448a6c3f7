//! What the offers of all clouds have in common.

use domain::market::offer::OfferId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

const OFFER_ID_DIGITS: usize = 20;
pub(crate) const MIB_PER_GIB: u32 = 1_024;

/// The identifier of the offer that these parts tell apart from all others: the cloud first.
pub(crate) fn offer_id(parts: &[&str]) -> OfferId {
    let digits = format!("{:x}", Sha256::digest(parts.join("|")));
    OfferId(format!("off_{}", digits.get(..OFFER_ID_DIGITS).unwrap_or_default()))
}

/// The day of an offer's price, `YYYY-MM-DD`.
pub(crate) fn day(now: Timestamp) -> String {
    now.to_string().chars().take("YYYY-MM-DD".len()).collect()
}
