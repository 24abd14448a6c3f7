//! The accounts of the ledger, and their spelling in the stores.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::PodId;

/// Name of a grant, unique in its wallet: `signup`. Lower-case letters, digits and dashes.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct GrantId(String);

impl GrantId {
    /// A grant's name, if it is made of lower-case letters, digits and dashes.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (!name.is_empty() && name.bytes().all(fits)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where spendable money of a wallet lies.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Source {
    /// Free credit that expires.
    Grant(GrantId),
    /// Money that was paid in.
    Cash,
}

/// An account inside a wallet.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum WalletAccount {
    /// Spendable.
    Free(Source),
    /// Reserved for a pod, with the place it came from.
    Held(PodId, Source),
}

/// An account of ours; its balance is derived from the transactions.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum House {
    /// Pays for free credit.
    SandboxGrants,
    /// Money that came in by card.
    CardReceipts,
    /// What providers charge for the time users ran.
    ProviderCost,
    /// Our part of what users paid: brokerage and markup.
    Margin,
    /// Pays for machines before their users run on them.
    ActivationCarry,
    /// Pays for what ran past its held money, or after its user wanted it ended.
    Overrun,
    /// Pays for the increments and minimums that providers bill and users do not.
    ProviderRounding,
}

/// Any account of the ledger.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// One of the wallet the transaction belongs to.
    Wallet(WalletAccount),
    /// One of ours.
    House(House),
}

/// A text that names no wallet account.
#[derive(Debug, thiserror::Error)]
#[error("not a wallet account: {0}")]
pub struct UnknownAccount(String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cash => f.write_str("cash"),
            Self::Grant(GrantId(name)) => write!(f, "grant:{name}"),
        }
    }
}

impl FromStr for Source {
    type Err = UnknownAccount;

    fn from_str(text: &str) -> Result<Self, UnknownAccount> {
        if text == "cash" {
            return Ok(Self::Cash);
        }
        text.strip_prefix("grant:")
            .and_then(GrantId::new)
            .map(Self::Grant)
            .ok_or_else(|| UnknownAccount(text.to_owned()))
    }
}

impl fmt::Display for WalletAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free(source) => write!(f, "{source}"),
            Self::Held(pod, source) => write!(f, "hold:{pod}:{source}"),
        }
    }
}

impl FromStr for WalletAccount {
    type Err = UnknownAccount;

    fn from_str(text: &str) -> Result<Self, UnknownAccount> {
        let Some(held) = text.strip_prefix("hold:") else {
            return text.parse().map(Self::Free);
        };
        let unknown = || UnknownAccount(text.to_owned());
        let (pod, source) = held.split_once(':').ok_or_else(unknown)?;
        Ok(Self::Held(pod.parse().map_err(|_| unknown())?, source.parse()?))
    }
}

impl TryFrom<String> for WalletAccount {
    type Error = UnknownAccount;

    fn try_from(text: String) -> Result<Self, UnknownAccount> {
        text.parse()
    }
}

impl From<WalletAccount> for String {
    fn from(account: WalletAccount) -> Self {
        account.to_string()
    }
}
