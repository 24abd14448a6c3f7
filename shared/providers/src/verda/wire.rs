//! Verda's wire format, REST API v1: <https://api.verda.com/v1/docs>.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::decimal::usd_micros;
use crate::http::{Act, Outcome};

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

/// A script of the account.
#[derive(Debug, Deserialize)]
pub(super) struct Script {
    pub(super) id: String,
    pub(super) name: String,
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

/// Makes something; its identifier.
pub(super) async fn created(act: &mut Act<'_>, path: &str, body: Value) -> Outcome<String> {
    let answer = act.answer(Method::POST, path, Some(body)).await?;
    identifier(&answer).ok_or_else(|| act.unknown("the answer is no identifier"))
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
