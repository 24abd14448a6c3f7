//! Shadeform (shadeform.ai), which rents out machines of many clouds in accounts of its own:
//! <https://docs.shadeform.ai/api-reference>.
//!
//! What it bills a machine that is off is not documented and it stops none, so to us it can end
//! machines but not stop them. A type is one cloud's, so ours have that cloud's name before them:
//! `hyperstack/A6000`. Its user's keys and token arrive by a script, for the user that Shadeform's own
//! images have. A machine is listed with its price and its SSH port. That an instance is listed as soon as it is made is documented;
//! that names need not be unique is not, and ours are.

use std::net::IpAddr;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use domain::pod::Address;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::http::{Act, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const MICROS_PER_CENT: i64 = 10_000;
/// What stands between a cloud and its type in our types.
const JOINT: char = '/';

/// An account at Shadeform.
#[derive(Debug)]
pub(crate) struct Shadeform;

#[derive(Deserialize)]
struct Types {
    instance_types: Vec<Sold>,
}

#[derive(Debug, Deserialize)]
struct Sold {
    /// The cloud that has it: `hyperstack`.
    cloud: String,
    /// `A6000x2`.
    shade_instance_type: String,
    configuration: Configuration,
    /// Cents, for the whole machine.
    hourly_price: i64,
    /// `vm`, `container` or `baremetal`; absent for the first.
    deployment_type: Option<String>,
    #[serde(default)]
    availability: Vec<Availability>,
}

#[derive(Debug, Deserialize)]
struct Configuration {
    memory_in_gb: u32,
    storage_in_gb: u32,
    vcpus: u32,
    num_gpus: u32,
    /// `A100_80G`.
    gpu_type: String,
    /// `pcie`, `sxm4`, …
    #[serde(default)]
    interconnect: String,
    vram_per_gpu_in_gb: u32,
    /// What a launch may ask for.
    #[serde(default)]
    os_options: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Availability {
    region: String,
    available: bool,
}

#[derive(Deserialize)]
struct Instances {
    instances: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: String,
    name: String,
    cloud: String,
    shade_instance_type: String,
    region: String,
    /// `creating`, `pending_provider`, `pending`, `active`, `error`, `deleting`, `deleted`, or a new
    /// word.
    status: String,
    /// Empty until it has one.
    #[serde(default)]
    ip: String,
    #[serde(default)]
    ssh_port: u16,
    /// Cents.
    hourly_price: Option<i64>,
}

#[derive(Deserialize)]
struct Launched {
    id: String,
}

fn micros(cents: i64) -> Option<i64> {
    cents.checked_mul(MICROS_PER_CENT).filter(|micros| *micros >= 0)
}

impl Sold {
    fn plan(self) -> Plan {
        let it = self.configuration;
        // `A100_80G`: the memory is told besides.
        let name = it.gpu_type.split('_').next().unwrap_or_default().to_owned();
        let is_vm = self.deployment_type.is_none_or(|kind| kind == "vm");
        let there = self.availability.into_iter().filter(|at| at.available && is_vm);
        Plan {
            kind: format!("{}{JOINT}{}", self.cloud, self.shade_instance_type),
            spellings: vec![format!("{name} {}", it.interconnect), name, it.gpu_type],
            gpus: it.num_gpus,
            gpu_memory_mib: gpu_mib(it.vram_per_gpu_in_gb),
            vcpus: it.vcpus,
            ram_gib: it.memory_in_gb,
            disk_gib: it.storage_in_gb,
            rate_micros: micros(self.hourly_price),
            // Shadeform says where there is some but not how much. Without an image that has driver
            // and Docker there is nothing to launch.
            places: there
                .filter(|_| it.os_options.iter().any(|os| os.contains("shade_os")))
                .map(|at| (at.region, Stock::Medium))
                .collect(),
            ..Plan::default()
        }
    }
}

impl Instance {
    fn listed(self) -> Listed {
        let ip = self.ip.parse::<IpAddr>().ok().filter(|_| self.status == "active");
        let address = ip.map(|ip| Address {
            host: ip.to_string(),
            ssh_port: self.ssh_port,
            ssh_user: Shadeform::SSH_USER.to_owned(),
            simulated: false,
            ports: Vec::new(),
        });
        Listed {
            life: match self.status.as_str() {
                "creating" | "pending_provider" | "pending" => Life::Starting,
                "deleting" => Life::Going,
                "deleted" => Life::Gone,
                _ => Life::Running,
            },
            rate: self.hourly_price.and_then(micros).map_or(Rate::OfPlan, Rate::Told),
            reached: address.map(Reached::By),
            id: self.id,
            name: self.name,
            kind: format!("{}{JOINT}{}", self.cloud, self.shade_instance_type),
            region: self.region,
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for Shadeform {
    const CLOUD: &'static str = "shadeform";
    const PECULIAR: Peculiar =
        Peculiar { authorized_by: ("x-api-key", ""), ..Peculiar::usual("the GPU cloud Shadeform") };
    /// Its clouds bill by the minute or longer: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "shadeform";
    const REQUESTS: Requests = Requests::PRICED_BY_LIST;

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Types { instance_types } = act.get("/instances/types").await?;
        Ok(instance_types.into_iter().map(Sold::plan).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Instances { instances } = act.get("/instances").await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&format!("/instances/{id}/info")).await?;
        Ok(Some(instance.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (cloud, kind) = order.kind.split_once(JOINT).unwrap_or(("", order.kind));
        let script = boot_script::script(order.configuration, order.jupyter_token, Self::SSH_USER);
        let body = json!({
            "cloud": cloud,
            "region": order.region,
            "shade_instance_type": kind,
            // In an account of Shadeform's, not in one of ours at that cloud.
            "shade_cloud": true,
            "name": order.name,
            "launch_configuration": {
                "type": "script",
                "script_configuration": {"base64_script": BASE64.encode(script.as_bytes())},
            },
        });
        let Launched { id } = act.post("/instances/create", &body).await?;
        Ok(order.launched(id, Rate::Listed))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let path = format!("/instances/{}/delete", machine.id);
        act.answer(Method::POST, &path, None).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_published_row_is_read_in_cents_and_by_gpu() {
        for (gpu, interconnect, memory, name) in [
            ("A6000", "pcie", 48, "RTX A6000"),
            ("A100_80G", "sxm4", 80, "A100 SXM"),
            ("H100", "sxm5", 80, "H100 SXM"),
            ("H100", "pcie", 80, "H100 PCIe"),
            ("RTX6000Ada", "pcie", 48, "RTX 6000 Ada"),
        ] {
            let text = format!(
                r#"{{"cloud":"hyperstack","shade_instance_type":"{gpu}x2","configuration":
                {{"memory_in_gb":12,"storage_in_gb":256,"vcpus":6,"num_gpus":2,"gpu_type":"{gpu}",
                "interconnect":"{interconnect}","vram_per_gpu_in_gb":{memory},
                "os_options":["ubuntu22.04_cuda12.2_shade_os"]}},"hourly_price":210,
                "deployment_type":"vm","availability":[{{"region":"canada-1","available":true}},
                {{"region":"us-1","available":false}}]}}"#
            );
            let plan = serde_json::from_str::<Sold>(&text).map(Sold::plan).unwrap_or_default();
            let offers = sample::offers(Shadeform::CLOUD, &[plan]);
            let [offer] = offers.as_slice() else { panic!("{gpu}: {offers:?}") };
            assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), (name, memory));
            assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 2_100_000);
            assert_eq!(offer.instance_type, format!("hyperstack/{gpu}x2"));
        }
    }
}
