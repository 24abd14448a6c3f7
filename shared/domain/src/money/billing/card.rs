//! A card, and its refusal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Error, Kind};

/// The refusal of a card, in its bank's words if there are any.
#[must_use]
pub fn card_declined(because: Option<String>) -> Error {
    let message = because.unwrap_or_else(|| "The card was declined.".to_owned());
    Error::new(Kind::Funds, "card_declined", message)
}

/// A card, as far as it may be shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Card {
    /// The payment provider's name of it: `pm_…`.
    pub id: String,
    /// The network, lower case: `visa`, `mastercard`.
    pub brand: String,
    /// Its last four digits.
    pub last4: String,
    /// Month it ends with, 1 to 12.
    pub exp_month: i64,
    /// Year it ends in.
    pub exp_year: i64,
    /// Whether it pays where no card is named.
    pub is_default: bool,
}
