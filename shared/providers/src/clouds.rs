//! The clouds this broker has accounts at.

use std::collections::BTreeMap;
use std::fmt;

use domain::Mode;
use domain::{Error, Kind};
use serde::Deserialize;

use crate::Provider;
use crate::lambda::Lambda;
use crate::sandbox::Sandbox;

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
    /// Which cloud, as its offers name it: `lambda`.
    pub cloud: String,
    /// Where its API is, without a slash at its end.
    pub base_url: String,
    /// What opens it.
    pub api_key: ApiKey,
    /// Where the SSH servers of its machines listen.
    #[serde(default = "ssh_port")]
    pub ssh_port: u16,
    /// Milliseconds between two requests; the cloud's published limit where it is absent.
    pub min_interval_ms: Option<u64>,
    /// Milliseconds between two launches; the cloud's published limit where it is absent.
    pub launch_interval_ms: Option<u64>,
}

fn ssh_port() -> u16 {
    22
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

/// Why accounts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CloudsError {
    /// No module speaks to it.
    #[error("the cloud `{0}` is not known")]
    UnknownCloud(String),
    /// A cloud has one account.
    #[error("the cloud `{0}` is there twice")]
    Twice(String),
    /// No connection can be prepared.
    #[error("the connection to `{cloud}` cannot be prepared")]
    Connection {
        /// To which cloud.
        cloud: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
}

/// The connected clouds, read from `{"accounts": […]}`.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "Accounts")]
pub struct Clouds {
    live: BTreeMap<String, Box<dyn Provider>>,
    sandbox: Sandbox,
}

/// The registry: which module speaks to which cloud.
fn connect(account: Account) -> Result<Box<dyn Provider>, CloudsError> {
    let cloud = account.cloud.clone();
    let connected = match cloud.as_str() {
        Lambda::CLOUD => Lambda::new(account).map(|lambda| Box::new(lambda) as Box<dyn Provider>),
        _ => return Err(CloudsError::UnknownCloud(cloud)),
    };
    connected.map_err(|source| CloudsError::Connection { cloud, source })
}

impl TryFrom<Accounts> for Clouds {
    type Error = CloudsError;

    fn try_from(Accounts { accounts }: Accounts) -> Result<Self, CloudsError> {
        let mut live = BTreeMap::new();
        for account in accounts {
            let cloud = account.cloud.clone();
            if live.insert(cloud.clone(), connect(account)?).is_some() {
                return Err(CloudsError::Twice(cloud));
            }
        }
        Ok(Self { live, sandbox: Sandbox })
    }
}

impl Clouds {
    /// The provider that serves a pod of `mode` on an offer of `provider_name`. SANDBOX never
    /// reaches a cloud, whatever the name.
    ///
    /// # Errors
    ///
    /// 409 `no_live_provider`: that cloud is not connected.
    pub fn of(&self, mode: Mode, provider_name: &str) -> Result<&dyn Provider, Error> {
        match mode {
            Mode::Sandbox => Ok(&self.sandbox),
            Mode::Live => self.live.get(provider_name).map(Box::as_ref).ok_or_else(|| {
                Error::new(
                    Kind::Conflict,
                    "no_live_provider",
                    "This GPU cloud is not connected to this broker.",
                )
            }),
        }
    }

    /// Every connected cloud by its name.
    pub fn live(&self) -> impl Iterator<Item = (&str, &dyn Provider)> {
        self.live.iter().map(|(name, provider)| (name.as_str(), provider.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"cloud":"lambda","base_url":"http://127.0.0.1:1","api_key":"k-secret"}"#;

    fn clouds(accounts: &[&str]) -> Result<Clouds, String> {
        let text = format!(r#"{{"accounts":[{}]}}"#, accounts.join(","));
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    fn code(result: Result<&dyn Provider, Error>) -> Option<&'static str> {
        result.err().map(|error| error.code)
    }

    #[test]
    fn a_sandbox_pod_never_reaches_a_cloud() -> Result<(), String> {
        let connected = clouds(&[ONE])?;
        for name in ["lambda", "runpod", ""] {
            let provider = connected.of(Mode::Sandbox, name).map_err(|error| error.to_string())?;
            assert_eq!(format!("{provider:?}"), "Sandbox");
        }
        Ok(())
    }

    #[test]
    fn a_live_pod_needs_the_cloud_of_its_offer() -> Result<(), String> {
        let connected = clouds(&[ONE])?;
        assert!(connected.of(Mode::Live, "lambda").is_ok());
        assert_eq!(code(connected.of(Mode::Live, "runpod")), Some("no_live_provider"));
        assert_eq!(code(clouds(&[])?.of(Mode::Live, "lambda")), Some("no_live_provider"));
        assert_eq!(connected.live().map(|(name, _)| name).collect::<Vec<_>>(), ["lambda"]);
        Ok(())
    }

    #[test]
    fn an_account_that_cannot_be_used_names_its_cloud() {
        let twice = clouds(&[ONE, ONE]).map(drop);
        assert!(twice.is_err_and(|error| error.contains("`lambda` is there twice")));
        let unknown = clouds(&[&ONE.replace("lambda", "nimbus")]).map(drop);
        assert!(unknown.is_err_and(|error| error.contains("`nimbus` is not known")));
    }

    #[test]
    fn nothing_prints_a_key() -> Result<(), String> {
        let printed = format!("{:?}", clouds(&[ONE])?);
        assert!(printed.contains("lambda") && !printed.contains("k-secret"), "{printed}");
        Ok(())
    }
}
