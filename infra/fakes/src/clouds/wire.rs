//! What a vendor's wire format has to say: a [`Wire`] is all that a further cloud adds.

use axum::body::Bytes;
use http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use super::act::{Act, Done, Problem};
use super::catalogue::Sold;
use super::machine::SSH_PORT;
use crate::faults::{Answer, Refusal};

/// A request to a cloud.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// How one vendor speaks.
#[derive(Debug)]
pub(super) struct Wire {
    /// The cloud's name in offers and accounts.
    pub(super) cloud: &'static str,
    /// What every path begins with.
    pub(super) path: &'static str,
    /// Opens the one account. It opens nothing else, so it is no secret.
    pub(super) api_key: &'static str,
    /// What it sells; no other cloud sells any of these models.
    pub(super) sold: Sold,
    /// Whether a machine whose end is asked for is gone when that is answered.
    pub(super) ends_at_once: bool,
    /// What a request asks for.
    pub(super) read: fn(&Request) -> Result<Act, Problem>,
    /// What was done, in the vendor's words.
    pub(super) told: fn(&Done) -> Answer,
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
            "api_key": self.api_key,
            "ssh_port": SSH_PORT,
            // Many functions share this account, and nobody needs them to be slow.
            "min_interval_ms": 0,
            "launch_interval_ms": 0,
        })
    }
}
