//! Lambda's wire format: <https://docs.lambda.ai/public-cloud/cloud-api/>.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Error;
use domain::money::UsdMicrosPerHour;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::{Account, ApiKey};
use crate::pace::Pace;

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "lambda";
/// A launch is several requests in a row, which must leave a step of 30 s time to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// One request a second, one launch in 12 seconds:
/// <https://docs.lambda.ai/public-cloud/cloud-api/#rate-limits>.
const MIN_INTERVAL_MS: u64 = 1_000;
const LAUNCH_INTERVAL_MS: u64 = 12_000;
const CONTEXT: &str = "the GPU cloud Lambda";
const USD_MICROS_PER_CENT: i64 = 10_000;
/// As much of a refusal's text as a log line needs.
const REFUSAL_LEN_MAX: usize = 200;

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

/// A request that failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Lambda said no, so nothing happened.
    Refused { status: u16, code: String, message: String },
    /// There is no answer to rely on; what we asked for may have happened.
    Unknown(Error),
}

impl Failure {
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 410, .. })
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { status, code, message } => {
                let why = format!("{status} {code}: {message}");
                Self::broken("a GPU cloud refuses what we ask for", why)
            }
            Failure::Unknown(error) => error,
        }
    }
}

pub(super) type Outcome<T> = Result<T, Failure>;

fn unknown(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::Unknown(Error::unavailable(CONTEXT, why))
}

/// Cents as micro-dollars; a negative price is no answer.
pub(super) fn rate(cents: i64) -> Result<UsdMicrosPerHour, Error> {
    let micros = cents.checked_mul(USD_MICROS_PER_CENT).filter(|micros| *micros >= 0);
    let micros = micros.ok_or_else(|| Error::unavailable(CONTEXT, format!("{cents} cents")))?;
    Ok(UsdMicrosPerHour(micros))
}

/// The account at Lambda.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) client: reqwest::Client,
    base_url: String,
    key: ApiKey,
    pace: Pace,
    launch_pace: Pace,
}

impl Api {
    pub(super) fn new(account: Account) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: reqwest::Client::builder()
                .connect_timeout(CONNECT_WITHIN)
                .timeout(ANSWER_WITHIN)
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            pace: Pace::new(CONTEXT, account.min_interval(MIN_INTERVAL_MS)),
            launch_pace: Pace::new(
                "the GPU cloud Lambda, whose launches are limited",
                account.launch_interval(LAUNCH_INTERVAL_MS),
            ),
            base_url: account.base_url,
            key: account.api_key,
        })
    }

    pub(super) async fn instance_types(&self) -> Outcome<Vec<Listed>> {
        let types: BTreeMap<String, Listed> =
            self.send(Method::GET, "/instance-types", None).await?;
        Ok(types.into_values().collect())
    }

    pub(super) async fn instances(&self) -> Outcome<Vec<Instance>> {
        self.send(Method::GET, "/instances", None).await
    }

    pub(super) async fn instance(&self, id: &str) -> Outcome<Instance> {
        self.send(Method::GET, &format!("/instances/{id}"), None).await
    }

    /// Identifier of the new instance.
    pub(super) async fn launch(&self, launch: &Launch<'_>) -> Outcome<String> {
        self.launch_pace.turn().await.map_err(Failure::Unknown)?;
        let body = serde_json::to_value(launch).map_err(unknown)?;
        let launched: Launched =
            self.send(Method::POST, "/instance-operations/launch", Some(body)).await?;
        launched
            .instance_ids
            .into_iter()
            .next()
            .ok_or_else(|| unknown("the answer names no instance"))
    }

    pub(super) async fn terminate(&self, ids: &[&str]) -> Outcome<()> {
        let body = serde_json::json!({ "instance_ids": ids });
        self.answer(Method::POST, "/instance-operations/terminate", Some(body)).await.map(drop)
    }

    pub(super) async fn keys(&self) -> Outcome<Vec<Key>> {
        self.send(Method::GET, "/ssh-keys", None).await
    }

    pub(super) async fn add_key(&self, key: &NewKey<'_>) -> Outcome<Key> {
        let body = serde_json::to_value(key).map_err(unknown)?;
        self.send(Method::POST, "/ssh-keys", Some(body)).await
    }

    pub(super) async fn remove_key(&self, id: &str) -> Outcome<()> {
        self.answer(Method::DELETE, &format!("/ssh-keys/{id}"), None).await.map(drop)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<T> {
        let bytes = self.answer(method, path, body).await?;
        let envelope: Envelope<T> = serde_json::from_slice(&bytes).map_err(unknown)?;
        Ok(envelope.data)
    }

    /// The body of a successful answer.
    async fn answer(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Vec<u8>> {
        self.pace.turn().await.map_err(Failure::Unknown)?;
        let request = self.client.request(method, format!("{}{path}", self.base_url));
        let request = request.bearer_auth(self.key.reveal());
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.map_err(unknown)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(unknown)?.to_vec();
        match status.as_u16() {
            _ if status.is_success() => Ok(bytes),
            429 => Err(unknown("429: too many requests")),
            // Only a refusal is certain to have had no effect; the text of a 5xx proves nothing.
            refused @ 400..=499 => {
                let body: RefusalBody = serde_json::from_slice(&bytes).unwrap_or_default();
                let Refusal { code, message } = body.error;
                let message = message.chars().take(REFUSAL_LEN_MAX).collect();
                Err(Failure::Refused { status: refused, code, message })
            }
            other => Err(unknown(format!("status {other}"))),
        }
    }
}
