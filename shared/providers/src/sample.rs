//! What unit tests start from; each names only what matters to it.

use domain::market::offer::{BillingTerms, Offer};
use domain::market::quote::Configuration;
use jiff::Timestamp;

use crate::plan::{Plan, Seller};

const CONFIGURATION: &str = r#"{"offer":{"id":"off_a","provider":"runpod","instance_type":"t",
    "gpu":"A40","gpu_count":1000,"gpu_memory_gib":48,"vcpus":4,"ram_gib":16,"region":"r",
    "disk":{"included_gib":20,"max_gib":500,"rate_usd_micros_per_gib_hour":0},"spot":false,
    "provider_rate_usd_micros_per_hour":1,"stock":"high","simulated":[],"source":"","as_of":"",
    "terms":{"billing_increment_secs":1,"minimum_secs":1}},"disk_gib":40,
    "ssh_public_keys":["ssh-ed25519 AAAA","ssh-ed25519 BBBB"],
    "template":{"id":"jupyter","name":"","summary":"","image":"quay.io/jupyter","ports":[8888],
    "start_command":"start --token=$JUPYTER_TOKEN","jupyter_port":8888,"disk_gib_min":1,
    "readiness":{"http":8888}}}"#;

/// A Jupyter template on one GPU, with two keys.
pub(crate) fn configuration() -> Result<Configuration, serde_json::Error> {
    serde_json::from_str(CONFIGURATION)
}

/// The offers of these plans at `cloud`, on the first day of 1970.
pub(crate) fn offers(cloud: &'static str, plans: &[Plan]) -> Vec<Offer> {
    let terms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
    let seller = Seller { cloud, name: cloud, terms, stoppable: false, exchange: None };
    plans.iter().flat_map(|plan| plan.offers(&seller, Timestamp::UNIX_EPOCH)).collect()
}
