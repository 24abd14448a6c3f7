//! What a vendor's wire format has to say: a [`Wire`] is all that a further cloud adds.

use axum::body::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Uri};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::act::{Act, Done, Problem};
use super::catalogue::Sold;
use super::machine::SSH_PORT;
use crate::faults::{Answer, Refusal};

const USD_MICROS_PER_USD: u32 = 1_000_000;

/// A request to a cloud.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// Whether it bears this key.
    pub(super) fn bears(&self, key: &str) -> Result<(), Problem> {
        let borne = self.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        match borne.and_then(|borne| borne.strip_prefix("Bearer ")) {
            Some(borne) if borne == key => Ok(()),
            _ => Err(Problem::Unauthorized),
        }
    }

    /// The parts of its path after `path`.
    pub(super) fn words(&self, path: &str) -> Vec<&str> {
        let rest = self.uri.path().trim_start_matches(path);
        rest.split('/').filter(|word| !word.is_empty()).collect()
    }

    /// A part of its query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.uri.query().unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split_once('=')).find(|it| it.0 == name).map(|it| it.1)
    }

    /// Its body.
    pub(super) fn parsed<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|error| Problem::Invalid(error.to_string()))
    }
}

/// Micro-dollars as a JSON number of dollars.
pub(super) fn dollars(usd_micros: u32) -> Value {
    let (whole, rest) = (usd_micros / USD_MICROS_PER_USD, usd_micros % USD_MICROS_PER_USD);
    serde_json::from_str(&format!("{whole}.{rest:06}")).unwrap_or_default()
}

/// How one vendor speaks.
#[derive(Debug)]
pub(super) struct Wire {
    /// The cloud's name in offers and accounts.
    pub(super) cloud: &'static str,
    /// What every path begins with.
    pub(super) path: &'static str,
    /// Names the one account where a token is had for its key.
    pub(super) client_id: Option<&'static str>,
    /// Opens the one account. It opens nothing else, so it is no secret.
    pub(super) api_key: &'static str,
    /// What it sells; no other cloud sells any of these models.
    pub(super) sold: Sold,
    /// Whether a machine whose end is asked for is gone when that is answered.
    pub(super) ends_at_once: bool,
    /// Whether only the list of what it sells tells what a machine costs.
    pub(super) prices_by_type: bool,
    /// What a request asks for.
    pub(super) read: fn(&Request) -> Result<Act, Problem>,
    /// What was done, in the vendor's words: all of it, or the part that the request asks for.
    pub(super) told: fn(&Request, &Done) -> Answer,
    /// Why nothing was done, in the vendor's words.
    pub(super) refused: fn(&Problem) -> Answer,
    /// A fault, in the vendor's words.
    pub(super) fault: fn(Refusal) -> Answer,
}

impl Wire {
    /// Its account as the product's secret `GpuClouds` holds it.
    pub(super) fn account(&self, server: &str) -> Value {
        json!({
            "cloud": self.cloud,
            "base_url": format!("{server}{}", self.path),
            "client_id": self.client_id,
            "api_key": self.api_key,
            "ssh_port": SSH_PORT,
            // Many functions share this account, and nobody needs them to be slow.
            "min_interval_ms": 0,
            "launch_interval_ms": 0,
        })
    }
}
