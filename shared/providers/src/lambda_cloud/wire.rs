//! Lambda's wire format: <https://docs.lambda.ai/public-cloud/cloud-api/>.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::Error;
use domain::money::UsdMicrosPerHour;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::Account;
use crate::http::{Act, Http, Outcome, Peculiar};
use crate::turns::Turns;

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "lambda";
/// A launch is several requests in a row, which must leave a step of 30 s time to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// One request a second, one launch in 12 seconds:
/// <https://docs.lambda.ai/public-cloud/cloud-api/#rate-limits>.
const MIN_INTERVAL_MS: u64 = 1_000;
const LAUNCH_INTERVAL_MS: u64 = 12_000;
const CONTEXT: &str = "the GPU cloud Lambda";
const USD_MICROS_PER_CENT: i64 = 10_000;

/// The codes of refusals that we tell apart.
pub(super) mod code {
    pub(crate) const NO_CAPACITY: &str = "instance-operations/launch/insufficient-capacity";
    pub(crate) const QUOTA: &str = "global/quota-exceeded";
}

/// A type of instance, and the regions that have some.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) instance_type: InstanceType,
    /// Absent or empty: sold out everywhere.
    pub(super) regions_with_capacity_available: Option<Vec<Region>>,
}

/// What a type of instance has and costs.
#[derive(Debug, Deserialize)]
pub(super) struct InstanceType {
    pub(super) name: String,
    /// `H100 (80 GB SXM5)`.
    pub(super) gpu_description: Option<String>,
    pub(super) price_cents_per_hour: i64,
    pub(super) specs: Specs,
}

#[derive(Debug, Deserialize)]
pub(super) struct Specs {
    pub(super) vcpus: u32,
    pub(super) memory_gib: u32,
    pub(super) storage_gib: u32,
    #[serde(default)]
    pub(super) gpus: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Region {
    pub(super) name: String,
}

/// The price in an instance's own listing.
#[derive(Debug, Deserialize)]
pub(super) struct Priced {
    pub(super) price_cents_per_hour: i64,
}

/// An instance of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) name: Option<String>,
    /// Absent until the instance boots.
    pub(super) ip: Option<String>,
    /// `booting`, `active`, `unhealthy`, `terminated`, `terminating`, `preempted`, or a new word.
    pub(super) status: String,
    #[serde(rename = "instance_type")]
    pub(super) kind: Priced,
}

#[derive(Debug, Serialize)]
pub(super) struct Launch<'a> {
    pub(super) region_name: &'a str,
    pub(super) instance_type_name: &'a str,
    /// Exactly one.
    pub(super) ssh_key_names: [&'a str; 1],
    pub(super) name: &'a str,
    pub(super) user_data: String,
}

#[derive(Debug, Deserialize)]
struct Launched {
    instance_ids: Vec<String>,
}

/// A key; the private half that comes with a key Lambda made is not read.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Debug, Serialize)]
pub(super) struct NewKey<'a> {
    pub(super) name: &'a str,
    /// Absent: Lambda makes a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<&'a str>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Debug, Default, Deserialize)]
struct RefusalBody {
    error: Refusal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: String,
    message: String,
}

/// Cents as micro-dollars; a negative price is no answer.
pub(super) fn rate(cents: i64) -> Result<UsdMicrosPerHour, Error> {
    let micros = cents.checked_mul(USD_MICROS_PER_CENT).filter(|micros| *micros >= 0);
    let micros = micros.ok_or_else(|| Error::unavailable(CONTEXT, format!("{cents} cents")))?;
    Ok(UsdMicrosPerHour(micros))
}

fn refusal(body: &[u8]) -> (String, String) {
    let body: RefusalBody = serde_json::from_slice(body).unwrap_or_default();
    (body.error.code, body.error.message)
}

/// The account at Lambda.
pub(super) fn http(account: Account, turns: Arc<dyn Turns>) -> Result<Http, reqwest::Error> {
    let peculiar = Peculiar {
        context: CONTEXT,
        answer_within: ANSWER_WITHIN,
        min_interval_ms: MIN_INTERVAL_MS,
        launch_interval_ms: LAUNCH_INTERVAL_MS,
        token_path: None,
        refusal,
    };
    Http::new(account, turns, peculiar)
}

/// Requests to the account, whose turn has come.
#[derive(Debug)]
pub(super) struct Api<'a> {
    pub(super) act: Act<'a>,
}

impl Api<'_> {
    pub(super) async fn instance_types(&mut self) -> Outcome<Vec<Listed>> {
        let types: BTreeMap<String, Listed> =
            self.send(Method::GET, "/instance-types", None).await?;
        Ok(types.into_values().collect())
    }

    pub(super) async fn instances(&mut self) -> Outcome<Vec<Instance>> {
        self.send(Method::GET, "/instances", None).await
    }

    pub(super) async fn instance(&mut self, id: &str) -> Outcome<Instance> {
        self.send(Method::GET, &format!("/instances/{id}"), None).await
    }

    /// Identifier of the new instance.
    pub(super) async fn launch(&mut self, launch: &Launch<'_>) -> Outcome<String> {
        let body = self.act.body(launch)?;
        let launched: Launched =
            self.send(Method::POST, "/instance-operations/launch", Some(body)).await?;
        launched
            .instance_ids
            .into_iter()
            .next()
            .ok_or_else(|| self.act.unknown("the answer names no instance"))
    }

    pub(super) async fn terminate(&mut self, ids: &[&str]) -> Outcome<()> {
        let body = serde_json::json!({ "instance_ids": ids });
        self.act.answer(Method::POST, "/instance-operations/terminate", Some(body)).await.map(drop)
    }

    pub(super) async fn keys(&mut self) -> Outcome<Vec<Key>> {
        self.send(Method::GET, "/ssh-keys", None).await
    }

    pub(super) async fn add_key(&mut self, key: &NewKey<'_>) -> Outcome<Key> {
        let body = self.act.body(key)?;
        self.send(Method::POST, "/ssh-keys", Some(body)).await
    }

    pub(super) async fn remove_key(&mut self, id: &str) -> Outcome<()> {
        self.act.answer(Method::DELETE, &format!("/ssh-keys/{id}"), None).await.map(drop)
    }

    async fn send<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<T> {
        let envelope: Envelope<T> = self.act.json(method, path, body).await?;
        Ok(envelope.data)
    }
}
