//! The running product.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::secrets::PepperStore;
use adapters::tables::accounts::Accounts;
use adapters::tables::clouds::CloudAccounts;
use adapters::tables::ledger::Ledger;
use adapters::tables::pods::Pods;
use adapters::tables::tenants::Tenants;
use domain::id::TenantId;
use domain::pod::activation_token;
use domain::pod::launch::MachinePrefix;
use runtime::config::Config;

use crate::{LocalClouds, Outcome, Visitor};

const TIMEOUT: Duration = Duration::from_secs(30);
const REGION: &str = "us-east-1";

/// The product that `make test` brought up.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Where a browser finds it.
    pub origin: String,
    /// Where its AWS is.
    pub endpoint: String,
    outputs: BTreeMap<String, String>,
    pub(crate) client: reqwest::Client,
}

pub(crate) fn variable(name: &'static str) -> Outcome<String> {
    runtime::config::required(name)
        .map_err(|error| format!("{error}: run `make test`, which brings the product up").into())
}

impl Stack {
    /// The product this process was started with.
    pub fn from_env() -> Outcome<Self> {
        let outputs = variable("GPUBROKER_OUTPUTS")?;
        Self::at(
            variable("GPUBROKER_ORIGIN")?,
            variable("GPUBROKER_AWS_ENDPOINT")?,
            Path::new(&outputs),
        )
    }

    /// The product at `origin` on the AWS at `endpoint`, whose outputs lie in the file `outputs`.
    pub fn at(origin: String, endpoint: String, outputs: &Path) -> Outcome<Self> {
        let outputs = serde_json::from_slice(&fs::read(outputs)?)?;
        let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self { origin, endpoint, outputs, client })
    }

    /// An output of the deployment.
    pub fn output(&self, name: &str) -> Outcome<&str> {
        let value = self.outputs.get(name);
        value.map(String::as_str).ok_or_else(|| format!("there is no output {name}").into())
    }

    /// What the deployed functions work with, as far as the outputs tell it.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::of_outputs(&self.outputs)
    }

    /// The deployment's name, which begins the names of its tables and functions.
    pub fn name(&self) -> Outcome<&str> {
        let table = self.output("TenantsTable")?;
        table.strip_suffix("-tenants").ok_or_else(|| "no stack's name in its tables".into())
    }

    /// What the names of its machines begin with.
    pub fn machine_prefix(&self) -> Outcome<MachinePrefix> {
        Ok(self.output("Deployment")?.parse()?)
    }

    /// When the account at `cloud` was last listed, and its brake.
    pub async fn cloud_accounts(&self) -> Outcome<CloudAccounts> {
        Ok(CloudAccounts::new(&self.aws().await, self.output("PodsTable")?.to_owned()))
    }

    /// The product's AWS.
    pub async fn aws(&self) -> Aws {
        Aws::connect_to(&self.endpoint, REGION).await
    }

    /// The local GPU clouds.
    pub fn clouds(&self) -> Outcome<LocalClouds> {
        Ok(LocalClouds::new(variable("GPUBROKER_CLOUDS")?))
    }

    /// The market.
    pub async fn market(&self) -> Outcome<MarketStore> {
        Ok(MarketStore::new(&self.aws().await, self.output("MarketBucket")?.to_owned()))
    }

    /// The pods as the functions see them.
    pub async fn pods(&self) -> Outcome<Pods> {
        Ok(Pods::new(&self.aws().await, self.output("PodsTable")?.to_owned()))
    }

    /// The ledger as the functions see it.
    pub async fn ledger(&self) -> Outcome<Ledger> {
        Ok(Ledger::new(&self.aws().await, self.output("LedgerTable")?.to_owned()))
    }

    /// The tenants and their members as the functions see them.
    pub async fn tenants(&self) -> Outcome<Tenants> {
        Ok(Tenants::new(&self.aws().await, self.output("TenantsTable")?.to_owned()))
    }

    /// The accounts as the functions see them.
    pub async fn accounts(&self) -> Outcome<Accounts> {
        Ok(Accounts::new(&self.aws().await, self.output("AccountsTable")?.to_owned()))
    }

    /// The tenant at `host`.
    pub async fn tenant_id(&self, host: &str) -> Outcome<TenantId> {
        let tenants = self.tenants().await?;
        tenants.id_at(host).await?.ok_or_else(|| format!("there is no tenant at {host}").into())
    }

    /// The token of a pod's activation link, before any mail tells it.
    pub async fn activation_token(&self, pod_id: &str) -> Outcome<String> {
        let arn = self.output("TokenPepperSecretArn")?.to_owned();
        let pepper = PepperStore::new(&self.aws().await, arn);
        Ok(activation_token(&pod_id.parse()?, pepper.pepper().await?))
    }

    /// Somebody at `host` who is not signed in.
    #[must_use]
    pub fn visitor(&self, host: &str) -> Visitor {
        Visitor::new(self.clone(), host)
    }
}
