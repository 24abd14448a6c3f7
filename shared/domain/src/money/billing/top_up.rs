//! Money that somebody pays in by card.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::card::card_declined;
use crate::Error;
use crate::id::TopUpId;
use crate::money::UsdMicros;
use crate::money::ledger::Entry;

/// The least and the most that is paid in at once.
pub const TOP_UP_MIN: UsdMicros = UsdMicros(5_000_000);
/// See [`TOP_UP_MIN`].
pub const TOP_UP_MAX: UsdMicros = UsdMicros(10_000_000_000);
/// Micro-dollars of a cent, the least that a card can pay.
const MICROS_OF_CENT: i64 = 10_000;

/// Where a top-up stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopUpStatus {
    /// The payment provider was asked and did not answer yet.
    Pending,
    /// The card's owner must confirm.
    RequiresAction,
    /// Paid; the wallet has it as soon as the provider's notice is in.
    Succeeded,
    /// The card was declined.
    Declined,
    /// Given up.
    Canceled,
}

/// What to do with a top-up that its payer asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TopUpAct {
    /// There is a payment: tell where it stands.
    Show {
        /// The provider's name of it.
        payment_id: String,
    },
    /// Charge the card.
    Charge,
}

/// What a payment for a top-up puts into the wallet: what was received, once it succeeded.
#[must_use]
pub fn deposit(status: TopUpStatus, received: UsdMicros) -> Option<Entry> {
    (status == TopUpStatus::Succeeded).then_some(Entry::Deposit { amount_usd_micros: received })
}

/// Money somebody pays in by card.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TopUp {
    /// Names the payment at the provider too, so that it is made once.
    pub id: TopUpId,
    /// What is paid in, in whole cents from [`TOP_UP_MIN`] to [`TOP_UP_MAX`].
    pub amount_usd_micros: UsdMicros,
    /// With which card; none means the default.
    pub payment_method_id: Option<String>,
    /// Whether the card is stored once it has paid, as its owner agreed.
    #[serde(default)]
    pub keeps_card: bool,
    /// Where it stands.
    pub status: TopUpStatus,
    /// The provider's name of the payment, once there is one.
    pub payment_id: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl TopUp {
    /// A top-up that is about to be paid.
    ///
    /// # Errors
    ///
    /// 400 `amount_invalid`.
    pub fn new(
        id: TopUpId,
        amount: UsdMicros,
        payment_method_id: Option<String>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        cents(amount)?;
        Ok(Self {
            id,
            amount_usd_micros: amount,
            payment_method_id,
            keeps_card: false,
            status: TopUpStatus::Pending,
            payment_id: None,
            created_at: now,
        })
    }

    /// What to do when its payer asks for it, for the first time or again.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`: under an old key the payment provider would try the card again.
    pub fn act(&self) -> Result<TopUpAct, Error> {
        match (&self.payment_id, self.status) {
            (Some(payment_id), _) => Ok(TopUpAct::Show { payment_id: payment_id.clone() }),
            (None, TopUpStatus::Declined) => Err(card_declined(None)),
            (None, _) => Ok(TopUpAct::Charge),
        }
    }

    /// The payment to look at before it is shown; what is paid stays paid and needs no look.
    #[must_use]
    pub fn payment_to_look_at(&self) -> Option<&str> {
        self.payment_id.as_deref().filter(|_| self.status != TopUpStatus::Succeeded)
    }

    /// Whether `other` asks for the same as this.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        (self.amount_usd_micros, &self.payment_method_id, self.keeps_card)
            == (other.amount_usd_micros, &other.payment_method_id, other.keeps_card)
    }

    /// The top-up after its card was declined before there was a payment.
    #[must_use]
    pub fn declined(&self) -> Self {
        let status = match self.status {
            TopUpStatus::Pending => TopUpStatus::Declined,
            other => other,
        };
        Self { status, ..self.clone() }
    }

    /// The top-up after the provider showed its payment as `payment_id` in `status`; what is paid
    /// stays paid whatever is seen later, since what is seen may be old.
    #[must_use]
    pub fn seen(&self, payment_id: &str, status: TopUpStatus) -> Self {
        let status =
            if self.status == TopUpStatus::Succeeded { TopUpStatus::Succeeded } else { status };
        Self { payment_id: Some(payment_id.to_owned()), status, ..self.clone() }
    }
}

/// The cents of an amount that a card may pay in.
///
/// # Errors
///
/// 400 `amount_invalid` below [`TOP_UP_MIN`], above [`TOP_UP_MAX`] and for parts of a cent.
pub fn cents(amount: UsdMicros) -> Result<i64, Error> {
    let whole = amount.0.checked_rem(MICROS_OF_CENT) == Some(0);
    if !whole || amount < TOP_UP_MIN || amount > TOP_UP_MAX {
        let message = format!(
            "A top-up must be between ${} and ${}, in whole cents.",
            TOP_UP_MIN.dollars_rounded_up(),
            TOP_UP_MAX.dollars_rounded_down()
        );
        return Err(Error::invalid("amount_invalid", message));
    }
    amount.0.checked_div(MICROS_OF_CENT).ok_or_else(crate::money::overflow)
}

/// Cents as an amount.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn from_cents(cents: i64) -> Result<UsdMicros, Error> {
    cents.checked_mul(MICROS_OF_CENT).map(UsdMicros).ok_or_else(crate::money::overflow)
}
