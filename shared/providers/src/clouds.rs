//! The clouds at which this broker has accounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Mode;
use domain::{Error, Kind};
use serde::Deserialize;

use crate::account::{Account, Unusable};
use crate::cloud::Cloud;
use crate::cloudrift::CloudRift;
use crate::connected;
use crate::digitalocean::DigitalOcean;
use crate::e2e_networks::E2eNetworks;
use crate::ecs;
use crate::gcore::Gcore;
use crate::hyperstack::Hyperstack;
use crate::lambda_cloud::Lambda;
use crate::latitude::Latitude;
use crate::linode::Linode;
use crate::massed_compute::MassedCompute;
use crate::novita::Novita;
use crate::provider::Provider;
use crate::runpod;
use crate::sandbox::Sandbox;
use crate::scaleway::Scaleway;
use crate::shadeform::Shadeform;
use crate::tencent::Tencent;
use crate::tensordock::TensorDock;
use crate::turns::Turns;
use crate::vast::Vast;
use crate::verda::Verda;
use crate::voltage_park::VoltagePark;
use crate::vultr::Vultr;

type Connect = fn(Account, Arc<dyn Turns>) -> Result<Box<dyn Provider>, Unusable>;

/// A cloud whose machines stand in a list with their names.
const fn listing<C: Cloud>() -> (&'static str, Connect) {
    (C::CLOUD, connected::connect::<C>)
}

/// Which module speaks to which cloud.
const KNOWN: &[(&str, Connect)] = &[
    listing::<E2eNetworks>(),
    listing::<Gcore>(),
    listing::<Novita>(),
    listing::<Tencent>(),
    listing::<TensorDock>(),
    listing::<MassedCompute>(),
    listing::<CloudRift>(),
    listing::<Vast>(),
    listing::<Latitude>(),
    listing::<VoltagePark>(),
    listing::<Shadeform>(),
    listing::<Scaleway>(),
    listing::<Linode>(),
    listing::<Hyperstack>(),
    listing::<DigitalOcean>(),
    (ecs::CLOUD, ecs::connect),
    listing::<Lambda>(),
    (runpod::CLOUD, runpod::connect),
    listing::<Verda>(),
    listing::<Vultr>(),
];

/// Our accounts: `{"accounts": […]}`.
#[derive(Debug, Deserialize)]
pub struct Accounts {
    /// At most one for each cloud.
    pub accounts: Vec<Account>,
}

/// Why accounts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CloudsError {
    /// No module speaks to this cloud.
    #[error("the cloud `{0}` is not known")]
    UnknownCloud(String),
    /// A cloud has more than one account.
    #[error("the cloud `{0}` is there twice")]
    Twice(String),
    /// An account lacks something that its cloud needs.
    #[error("the account at `{cloud}` has no usable `{field}`")]
    Incomplete {
        /// The cloud, as [`Account::cloud`] names it.
        cloud: String,
        /// The field of [`Account`].
        field: &'static str,
    },
    /// The HTTP client cannot be built.
    #[error("the connection to `{cloud}` cannot be prepared")]
    Connection {
        /// The cloud, as [`Account::cloud`] names it.
        cloud: String,
        /// What is wrong with the client's settings.
        #[source]
        source: reqwest::Error,
    },
}

/// The connected clouds.
#[derive(Debug, Default)]
pub struct Clouds {
    live: BTreeMap<String, Box<dyn Provider>>,
    sandbox: Sandbox,
}

fn connect(account: Account, turns: Arc<dyn Turns>) -> Result<Box<dyn Provider>, CloudsError> {
    let cloud = account.cloud.clone();
    let Some((_, connect)) = KNOWN.iter().find(|(known, _)| *known == cloud) else {
        return Err(CloudsError::UnknownCloud(cloud));
    };
    if account.api_key.is_absent() && cloud != ecs::CLOUD {
        return Err(CloudsError::Incomplete { cloud, field: "api_key" });
    }
    connect(account, turns).map_err(|unusable| match unusable {
        Unusable::Lacks(field) => CloudsError::Incomplete { cloud, field },
        Unusable::Http(source) => CloudsError::Connection { cloud, source },
    })
}

impl Clouds {
    /// The clouds of these accounts, whose time is shared out by `turns`.
    ///
    /// # Errors
    ///
    /// [`CloudsError`].
    pub fn connect(accounts: Accounts, turns: &Arc<dyn Turns>) -> Result<Self, CloudsError> {
        let mut live = BTreeMap::new();
        for account in accounts.accounts {
            let cloud = account.cloud.clone();
            let provider = connect(account, Arc::clone(turns))?;
            if live.insert(cloud.clone(), provider).is_some() {
                return Err(CloudsError::Twice(cloud));
            }
        }
        Ok(Self { live, sandbox: Sandbox })
    }

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
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;

    const ONE: &str = r#"{"cloud":"lambda","base_url":"http://127.0.0.1:1","api_key":"k-secret"}"#;

    /// Turns that nobody takes here.
    #[derive(Debug)]
    struct NoTurns;

    #[async_trait]
    impl Turns for NoTurns {
        async fn take(&self, _: &str, _: Duration, _: Duration) -> Result<Option<Duration>, Error> {
            Ok(None)
        }
    }

    fn clouds(accounts: &[&str]) -> Result<Clouds, String> {
        let text = format!(r#"{{"accounts":[{}]}}"#, accounts.join(","));
        let accounts = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let turns: Arc<dyn Turns> = Arc::new(NoTurns);
        Clouds::connect(accounts, &turns).map_err(|error| error.to_string())
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
        let keyless = clouds(&[&ONE.replace(r#","api_key":"k-secret""#, "")]).map(drop);
        assert!(keyless.is_err_and(|error| error.contains("`lambda` has no usable `api_key`")));
    }

    #[test]
    fn our_own_cloud_needs_a_cluster_and_no_key() {
        let account = |cluster: &str| {
            format!(r#"{{"cloud":"ecs","base_url":"http://127.0.0.1:1"{cluster}}}"#)
        };
        let named = r#","project":"arn:aws:ecs:eu-west-1:123456789012:cluster/broker-gpu""#;
        assert!(clouds(&[&account(named)]).is_ok());
        for none in ["", r#","project":"broker-gpu""#, r#","project":"arn:aws:ecs:::cluster/""#] {
            let refused = clouds(&[&account(none)]).map(drop);
            assert!(refused.is_err_and(|error| error.contains("`ecs` has no usable `project`")));
        }
    }

    #[test]
    fn nothing_prints_a_key() -> Result<(), String> {
        let printed = format!("{:?}", clouds(&[ONE])?);
        assert!(printed.contains("lambda") && !printed.contains("k-secret"), "{printed}");
        Ok(())
    }
}
