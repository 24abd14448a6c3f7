//! Verda's wire format, REST API v1: <https://api.verda.com/v1/docs>.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::Account;
use crate::decimal::usd_micros;
use crate::http::{Act, Http, Outcome, Peculiar};
use crate::turns::Turns;

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "verda";
/// A launch is several requests in a row, which must leave a step of 30 s time to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// No limits are published, so this pace is our own choice.
const MIN_INTERVAL_MS: u64 = 250;
const LAUNCH_INTERVAL_MS: u64 = 1_000;
pub(super) const CONTEXT: &str = "the GPU cloud Verda";
/// Ubuntu with the GPU's driver and Docker.
pub(super) const IMAGE: &str = "ubuntu-24.04-cuda-12.8-open-docker";

/// A type of instance.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct InstanceType {
    /// `1H100.80S.30V`.
    #[serde(rename = "instance_type")]
    pub(super) kind: String,
    /// `H100`.
    pub(super) model: String,
    /// `H100 SXM5 80GB`.
    pub(super) name: String,
    /// `usd`.
    pub(super) currency: String,
    pub(super) cpu: Cores,
    pub(super) gpu: Gpus,
    /// Of all GPUs together.
    pub(super) gpu_memory: Size,
    pub(super) memory: Size,
    /// A decimal number, mostly as a string.
    pub(super) price_per_hour: Value,
}

impl InstanceType {
    /// Its price in micro-dollars, of whatever that is.
    pub(super) fn micros(&self) -> Option<i64> {
        match &self.price_per_hour {
            Value::String(dollars) => usd_micros(dollars),
            Value::Number(dollars) => usd_micros(&dollars.to_string()),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Cores {
    pub(super) number_of_cores: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gpus {
    pub(super) number_of_gpus: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Size {
    pub(super) size_in_gigabytes: u32,
}

/// The types that a location has.
#[derive(Debug, Deserialize)]
pub(super) struct Available {
    /// `FIN-01`.
    pub(super) location_code: String,
    /// Absent or empty: none.
    pub(super) availabilities: Option<Vec<String>>,
}

/// An instance of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    #[serde(default)]
    pub(super) hostname: String,
    #[serde(rename = "instance_type")]
    pub(super) kind: String,
    /// `ordered`, `provisioning`, `running`, `offline`, `error`, …, or a new word.
    pub(super) status: String,
    /// Absent, null or empty until it has one.
    pub(super) ip: Option<String>,
    /// The disk it boots from.
    pub(super) os_volume_id: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Launch<'a> {
    pub(super) instance_type: &'a str,
    pub(super) image: &'static str,
    /// None: the script lets the user's keys in.
    pub(super) ssh_key_ids: [&'a str; 0],
    pub(super) hostname: &'a str,
    pub(super) description: &'a str,
    pub(super) location_code: &'a str,
    pub(super) startup_script_id: &'a str,
    pub(super) is_spot: bool,
    pub(super) os_volume: Volume<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Volume<'a> {
    pub(super) name: &'a str,
    /// GB.
    pub(super) size: u32,
}

/// A script of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Script {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: String,
    message: String,
}

fn refusal(body: &[u8]) -> (String, String) {
    let Refusal { code, message } = serde_json::from_slice(body).unwrap_or_default();
    (code, message)
}

/// The account at Verda.
pub(super) fn http(account: Account, turns: Arc<dyn Turns>) -> Result<Http, reqwest::Error> {
    let peculiar = Peculiar {
        context: CONTEXT,
        answer_within: ANSWER_WITHIN,
        min_interval_ms: MIN_INTERVAL_MS,
        launch_interval_ms: LAUNCH_INTERVAL_MS,
        token_path: Some("/oauth2/token"),
        refusal,
    };
    Http::new(account, turns, peculiar)
}

/// An identifier that is all an answer holds, as a JSON string or as it is.
fn identifier(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let id: String = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
    let is_sound = |id: &String| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    Some(id).filter(is_sound)
}

/// Requests to the account, whose turn has come.
#[derive(Debug)]
pub(super) struct Api<'a> {
    pub(super) act: Act<'a>,
}

impl Api<'_> {
    pub(super) async fn instance_types(&mut self) -> Outcome<Vec<InstanceType>> {
        self.act.json(Method::GET, "/instance-types?currency=usd", None).await
    }

    pub(super) async fn available(&mut self) -> Outcome<Vec<Available>> {
        self.act.json(Method::GET, "/instance-availability?is_spot=false", None).await
    }

    pub(super) async fn instances(&mut self) -> Outcome<Vec<Instance>> {
        self.act.json(Method::GET, "/instances", None).await
    }

    pub(super) async fn instance(&mut self, id: &str) -> Outcome<Instance> {
        self.act.json(Method::GET, &format!("/instances/{id}"), None).await
    }

    /// Identifier of the new instance.
    pub(super) async fn launch(&mut self, launch: &Launch<'_>) -> Outcome<String> {
        self.created("/instances", self.act.body(launch)?).await
    }

    /// Ends an instance and deletes its disk, which would else go on to be billed.
    pub(super) async fn delete(&mut self, instance: &Instance) -> Outcome<()> {
        let body = json!({
            "id": instance.id,
            "action": "delete",
            "volume_ids": instance.os_volume_id.iter().collect::<Vec<_>>(),
            "delete_permanently": true,
        });
        self.act.answer(Method::PUT, "/instances", Some(body)).await.map(drop)
    }

    pub(super) async fn scripts(&mut self) -> Outcome<Vec<Script>> {
        self.act.json(Method::GET, "/scripts", None).await
    }

    /// Identifier of the new script.
    pub(super) async fn add_script(&mut self, name: &str, script: &str) -> Outcome<String> {
        self.created("/scripts", json!({"name": name, "script": script})).await
    }

    pub(super) async fn remove_script(&mut self, id: &str) -> Outcome<()> {
        self.act.answer(Method::DELETE, &format!("/scripts/{id}"), None).await.map(drop)
    }

    async fn created(&mut self, path: &str, body: Value) -> Outcome<String> {
        let answer = self.act.answer(Method::POST, path, Some(body)).await?;
        identifier(&answer).ok_or_else(|| self.act.unknown("the answer is no identifier"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_comes_bare_or_as_json() {
        for body in ["\"c01dd00d-0000-480b\"", "c01dd00d-0000-480b", "c01dd00d-0000-480b\n"] {
            let told = identifier(body.as_bytes());
            assert_eq!(told.as_deref(), Some("c01dd00d-0000-480b"), "{body}");
        }
        for body in ["", "\"\"", "{\"data\": [", "null{}", "<html>", "\"../volumes\""] {
            assert_eq!(identifier(body.as_bytes()), None, "{body}");
        }
    }
}
