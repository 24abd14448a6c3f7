//! Lambda's wire format: <https://docs.lambda.ai/public-cloud/cloud-api/>.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Every answer's outermost part.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: T,
}

/// What Lambda sells, by name.
pub(super) type Types = BTreeMap<String, Sold>;

/// A type of instance, and the regions that have some.
#[derive(Debug, Deserialize)]
pub(super) struct Sold {
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

#[derive(Debug, Deserialize)]
pub(super) struct Launched {
    pub(super) instance_ids: Vec<String>,
}

/// A key; the private half that comes with a key Lambda made is not read.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) name: String,
}
