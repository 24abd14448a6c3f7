//! Money that somebody pays in by card.

use jiff::{SignedDuration, Timestamp};
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
/// How long a top-up may be charged under its own key. The payment provider forgets a key after
/// 24 hours, and would then charge a second time.
/// <https://docs.stripe.com/api/idempotent_requests>
const CHARGED_WITHIN: SignedDuration = SignedDuration::from_hours(23);
/// How long a top-up that waits for its card's owner is looked after.
const LOOKED_AFTER_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Where a top-up stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopUpStatus {
    /// The payment provider was asked and did not answer yet.
    Pending,
    /// The card's owner must confirm.
    RequiresAction,
    /// Paid; the wallet has it as soon as the provider's notice is in, or somebody looks.
    Succeeded,
    /// The card was declined.
    Declined,
    /// Given up.
    Canceled,
}

/// What the payment provider is asked for, written down before: a repeated request asks exactly
/// the same, whatever became of the card meanwhile.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CardCharge {
    /// The customer who pays.
    pub customer_id: String,
    /// Their card, stored with them or offered for this once.
    pub card_id: String,
    /// Whether a card that is not stored yet is, as soon as it has paid.
    pub keeps_card: bool,
}

/// What to do with a top-up that its payer asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TopUpAct {
    /// There is a payment: tell where it stands.
    Show {
        /// The provider's name of it.
        payment_id: String,
    },
    /// The provider may have been asked, but no answer was noted: look for the payment there, and
    /// only if there is none ask for the same again.
    Look {
        /// What was asked for.
        charge: CardCharge,
    },
    /// Nobody was asked yet: choose the card, write that down and charge it.
    Charge,
}

/// What comes of a look at a top-up that nothing was heard of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LookedAfter {
    /// It may still be paid: look again.
    Wait,
    /// Nobody will pay it: it needs no more looks.
    GiveUp,
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
    /// What the provider is asked for, from just before it is.
    #[serde(default)]
    pub charge: Option<CardCharge>,
    /// Whether the wallet has it and all that follows from it was done.
    #[serde(default)]
    pub is_settled: bool,
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
            charge: None,
            is_settled: false,
        })
    }

    /// What to do when its payer asks for it, for the first time or again.
    ///
    /// # Errors
    ///
    /// 402 `card_declined`: under an old key the payment provider would try the card again. 409
    /// `top_up_expired` for one that was given up.
    pub fn act(&self) -> Result<TopUpAct, Error> {
        match (&self.payment_id, self.status, &self.charge) {
            (Some(payment_id), _, _) => Ok(TopUpAct::Show { payment_id: payment_id.clone() }),
            (None, TopUpStatus::Declined, _) => Err(card_declined(None)),
            (None, TopUpStatus::Canceled, _) => Err(top_up_expired()),
            (None, _, Some(charge)) => Ok(TopUpAct::Look { charge: charge.clone() }),
            (None, _, None) => Ok(TopUpAct::Charge),
        }
    }

    /// Makes sure that the provider, if it is asked at `now`, still knows what it was asked before.
    ///
    /// # Errors
    ///
    /// 409 `top_up_expired`.
    pub fn check_chargeable(&self, now: Timestamp) -> Result<(), Error> {
        if now.duration_since(self.created_at) < CHARGED_WITHIN {
            return Ok(());
        }
        Err(top_up_expired())
    }

    /// The top-up with what the provider is about to be asked for; what was written first stays.
    #[must_use]
    pub fn asking(&self, charge: &CardCharge) -> Self {
        let charge = self.charge.clone().unwrap_or_else(|| charge.clone());
        Self { charge: Some(charge), ..self.clone() }
    }

    /// The payment to look at before it is shown; what is settled needs no look.
    #[must_use]
    pub fn payment_to_look_at(&self) -> Option<&str> {
        self.payment_id.as_deref().filter(|_| !self.is_settled)
    }

    /// Whether nothing more follows from it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.status {
            TopUpStatus::Declined | TopUpStatus::Canceled => true,
            TopUpStatus::Succeeded => self.is_settled,
            TopUpStatus::Pending | TopUpStatus::RequiresAction => false,
        }
    }

    /// What to do at `now` about a top-up of which a look has shown that nobody has paid it yet.
    #[must_use]
    pub fn look_after(&self, now: Timestamp) -> LookedAfter {
        // Without a payment none can come once the key is too old to ask for one.
        let patience = match self.payment_id {
            Some(_) => LOOKED_AFTER_FOR,
            None => CHARGED_WITHIN.saturating_add(SignedDuration::from_hours(1)),
        };
        if now.duration_since(self.created_at) < patience {
            LookedAfter::Wait
        } else {
            LookedAfter::GiveUp
        }
    }

    /// The top-up after nobody paid it for so long that it is given up.
    #[must_use]
    pub fn given_up(&self) -> Self {
        match (&self.payment_id, self.status) {
            (None, TopUpStatus::Pending) => Self { status: TopUpStatus::Canceled, ..self.clone() },
            _ => self.clone(),
        }
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

    /// The top-up once the wallet has what was paid, if it was.
    #[must_use]
    pub fn settled(self) -> Self {
        let is_settled = self.is_settled || self.status == TopUpStatus::Succeeded;
        Self { is_settled, ..self }
    }
}

/// The refusal to charge for a top-up whose key is too old to be safe.
fn top_up_expired() -> Error {
    let message = "This payment is too old to be repeated. Nothing was charged. Please start a \
                   new one.";
    Error::conflict("top_up_expired", message)
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
