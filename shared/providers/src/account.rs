//! Accounts at GPU clouds, as the secret `GpuClouds` holds them.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::decimal::usd_micros;

/// Millionths of one unit of money.
const MICROS: i64 = 1_000_000;

/// A key that opens an account; nothing prints it.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// The key itself, for the request that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// What another currency is worth. Its operator sets it and says of which day it is: nothing here
/// asks a bank, so a price never moves but with the cloud's own or by somebody's hand.
#[derive(Clone, Debug, Deserialize)]
pub struct Exchange {
    /// ISO 4217: `EUR`.
    pub currency: String,
    /// US dollars for one unit of it, as a decimal number: `1.0832`.
    pub usd: String,
    /// The day of this rate, `YYYY-MM-DD`.
    pub as_of: String,
}

impl Exchange {
    /// Millionths of the currency as micro-dollars, rounded up: we pay no less for a machine.
    pub(crate) fn usd_micros_rounded_up(&self, micros: i64) -> Option<i64> {
        let rate = usd_micros(&self.usd)?;
        let product = micros.checked_mul(rate)?;
        let carry = i64::from(product.checked_rem(MICROS)? > 0);
        product.checked_div(MICROS)?.checked_add(carry)
    }

    /// Whether it is a rate from `currency` that can be read.
    pub(crate) fn is_from(&self, currency: &str) -> bool {
        self.currency == currency && usd_micros(&self.usd).is_some_and(|rate| rate > 0)
    }
}

/// An account at a cloud.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// The cloud, under the name that its offers bear: `lambda`.
    pub cloud: String,
    /// Where its API is, without a slash at its end.
    pub base_url: String,
    /// Names us where the key itself is not sent: the client of OAuth 2.0, who signs a request.
    pub client_id: Option<ApiKey>,
    /// Authorises every request, or has a token that does (the client's secret of OAuth 2.0), or signs
    /// it. Only our own cloud at AWS does without: there it is the function's role that may.
    #[serde(default)]
    pub api_key: ApiKey,
    /// The part of the account that machines are in, where a cloud asks for one: the identifier of a
    /// project or of a security group, the handle of a team, the ARN of a cluster.
    pub project: Option<String>,
    /// What its machines boot from, where that is not to be the cloud's usual image.
    pub image: Option<String>,
    /// Where its prices are listed, where that is not a part of its API.
    pub prices_url: Option<String>,
    /// What the cloud's money is worth, where its prices are not in US dollars.
    pub exchange: Option<Exchange>,
    /// Where the SSH servers of its machines listen.
    #[serde(default = "ssh_port")]
    pub ssh_port: u16,
    /// Milliseconds between two requests; the cloud's published limit if absent.
    pub min_interval_ms: Option<u64>,
    /// Milliseconds between two launches; the cloud's published limit if absent.
    pub launch_interval_ms: Option<u64>,
}

/// Why an account cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It lacks this field, or what stands there makes no sense.
    Lacks(&'static str),
    /// The HTTP client cannot be built.
    Http(reqwest::Error),
}

impl From<reqwest::Error> for Unusable {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

fn ssh_port() -> u16 {
    22
}

impl Account {
    /// The time between two requests, `published_ms` unless the account says otherwise.
    pub(crate) fn min_interval(&self, published_ms: u64) -> Duration {
        Duration::from_millis(self.min_interval_ms.unwrap_or(published_ms))
    }

    /// The time between two launches, `published_ms` unless the account says otherwise.
    pub(crate) fn launch_interval(&self, published_ms: u64) -> Duration {
        Duration::from_millis(self.launch_interval_ms.unwrap_or(published_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(usd: &str) -> Exchange {
        Exchange { currency: "EUR".to_owned(), usd: usd.to_owned(), as_of: "2026-11-20".to_owned() }
    }

    #[test]
    fn another_currency_is_converted_to_the_micro_dollar_above() {
        for (micros, usd, converted) in [
            (2_520_000, "1.0832", Some(2_729_664)),
            (1, "1.0832", Some(2)),
            (3, "1", Some(3)),
            (0, "1.0832", Some(0)),
            (1_000_000, "0.0061", Some(6_100)),
            (i64::MAX, "1.0832", None),
            (1_000_000, "1,08", None),
        ] {
            assert_eq!(euros(usd).usd_micros_rounded_up(micros), converted, "{micros} at {usd}");
        }
    }

    #[test]
    fn a_rate_is_one_from_the_clouds_own_currency() {
        assert!(euros("1.0832").is_from("EUR"));
        for (usd, currency) in [("1.0832", "CHF"), ("0", "EUR"), ("", "EUR"), ("-1", "EUR")] {
            assert!(!euros(usd).is_from(currency), "{usd} {currency}");
        }
    }
}
