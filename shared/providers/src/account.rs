//! Accounts at GPU clouds, as the secret `GpuClouds` holds them.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// A key that opens an account; nothing prints it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
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

/// An account at a cloud.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// The cloud, under the name that its offers bear: `lambda`.
    pub cloud: String,
    /// Where its API is, without a slash at its end.
    pub base_url: String,
    /// Names us where a token is had for the key: the client of OAuth 2.0.
    pub client_id: Option<ApiKey>,
    /// Authorises every request, or has a token that does: the client's secret of OAuth 2.0.
    pub api_key: ApiKey,
    /// Where the SSH servers of its machines listen.
    #[serde(default = "ssh_port")]
    pub ssh_port: u16,
    /// Milliseconds between two requests; the cloud's published limit if absent.
    pub min_interval_ms: Option<u64>,
    /// Milliseconds between two launches; the cloud's published limit if absent.
    pub launch_interval_ms: Option<u64>,
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
