//! What can be entered into a wallet, and what is refused.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::GrantId;
use crate::id::PodId;
use crate::money::UsdMicros;
use crate::money::metering::{MachineBill, PodCapture};
use crate::{Error, Kind};

/// Something to be entered into a wallet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Free credit that expires.
    Grant {
        /// Its name in the wallet.
        grant: GrantId,
        /// How much, above zero.
        amount_usd_micros: UsdMicros,
        /// When what is left of it can no longer be spent.
        expires_at: Timestamp,
    },
    /// Money that was paid in.
    Deposit {
        /// How much, above zero.
        amount_usd_micros: UsdMicros,
    },
    /// Reserves money for a pod: grants first, the oldest expiry first, then cash.
    Hold {
        /// The pod that is to run on the money.
        pod: PodId,
        /// How much, above zero.
        amount_usd_micros: UsdMicros,
    },
    /// Gives everything that is held for a pod back to where it came from.
    Release {
        /// The pod that gives back all it holds.
        pod: PodId,
    },
    /// Pays usage from what is held: grants first, the oldest expiry first, then cash.
    Capture {
        /// What moves for each pod.
        captures: Vec<PodCapture>,
    },
    /// Books what a machine cost us beyond what its user paid; the wallet stays as it is.
    Machine {
        /// The pod that the machine was launched for.
        pod: PodId,
        /// What it cost.
        bill: MachineBill,
    },
}

/// Why an entry is not posted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The wallet has less than the hold needs.
    #[error("needed {needed:?}, available {available:?}")]
    InsufficientFunds {
        /// The amount asked for.
        needed: UsdMicros,
        /// The amount that could be held.
        available: UsdMicros,
    },
    /// Nothing is held for this pod.
    #[error("nothing is held for this pod")]
    NothingHeld,
    /// The amount is zero or negative.
    #[error("an amount must be above zero")]
    NotPositive,
    /// An amount left 64 bits, or a rule of the ledger would break.
    #[error(transparent)]
    Fault(#[from] Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InsufficientFunds { needed, available } => Self::new(
                Kind::Funds,
                "insufficient_funds",
                format!(
                    "This needs ${} and your wallet has ${} available.",
                    needed.dollars_rounded_up(),
                    available.dollars_rounded_down()
                ),
            ),
            Refusal::Fault(error) => error,
            Refusal::NothingHeld | Refusal::NotPositive => {
                Self::broken("a ledger entry makes no sense", refusal.to_string())
            }
        }
    }
}
