//! The GPU cloud Massed Compute (massedcompute.com), whose machines are VMs, API v1:
//! <https://vm-docs.massedcompute.com/api/v1>.
//!
//! A machine can be restarted and ended, so to us Massed Compute can end machines but not stop them.
//! Keys, token and template arrive by one command, which the image's own user runs; registered keys
//! have names without dashes and are not used. The account names the image by its number (`image`),
//! one with driver and Docker. The GPU's memory is told nowhere, so only models are sold that are
//! made with one size. It is not verified how it bills, nor that the image's user may become root
//! without a password.

use std::collections::BTreeMap;
use std::net::IpAddr;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::pod::Address;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::decimal::usd_micros;
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;

const MICROS_PER_CENT: i64 = 10_000;
/// Ends of products' names that tell how a machine is built and not which GPU it has.
const VARIANTS: [&str; 3] = ["_low_ram", "_high_ram", "_nvlink"];
/// The end of those that may be taken away at any time.
const SPOT: &str = "_spot";

/// An account at Massed Compute.
#[derive(Debug)]
pub(crate) struct MassedCompute {
    image: u32,
    ssh_port: u16,
}

#[derive(Deserialize)]
struct Inventory {
    gpu_inventory: BTreeMap<String, Sold>,
}

#[derive(Debug, Deserialize)]
struct Sold {
    /// Null for one that is sold no more.
    instance_type: Option<Type>,
    /// Empty: sold out.
    #[serde(default)]
    regions_with_capacity_available: Vec<Named>,
    #[serde(default)]
    capacity_available: u32,
}

#[derive(Debug, Deserialize)]
struct Type {
    /// For the whole machine.
    price_cents_per_hour: i64,
    specs: Specs,
}

#[derive(Debug, Deserialize)]
struct Specs {
    vcpu_count: u32,
    memory_gib: u32,
    storage_gb: u32,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Running {
    #[serde(rename = "runningInstances")]
    instances: Vec<Instance>,
}

/// A machine; the password of its user is not read.
#[derive(Debug, Deserialize)]
struct Instance {
    uuid: String,
    #[serde(default)]
    name: String,
    /// `Running`, `Stopped`, …, or a new word.
    status: String,
    /// Zero until it has booted.
    os_booted: Option<u8>,
    /// Empty until it has one.
    ip: Option<String>,
    username: Option<String>,
    product: Option<Product>,
}

#[derive(Debug, Deserialize)]
struct Product {
    /// Dollars, for the whole machine, as a string.
    final_price_hr: Option<String>,
}

#[derive(Deserialize)]
struct Launched {
    response: String,
}

/// How many GPUs a product has, and their spelling: `gpu_8x_h100_sxm5`.
fn gpus(product: &str) -> Option<(u32, String)> {
    let (count, mut name) = product.strip_prefix("gpu_")?.split_once("x_")?;
    while let Some(shorter) = VARIANTS.iter().find_map(|end| name.strip_suffix(end)) {
        name = shorter;
    }
    Some((count.parse().ok()?, name.replace('_', " ")))
}

impl Sold {
    fn plan(self, product: String) -> Option<Plan> {
        let Type { price_cents_per_hour, specs } = self.instance_type?;
        let (count, spelling) = gpus(&product).filter(|_| !product.ends_with(SPOT))?;
        let stock = match self.capacity_available {
            0 => Stock::None,
            1 | 2 => Stock::Low,
            3..=9 => Stock::Medium,
            _ => Stock::High,
        };
        let regions = self.regions_with_capacity_available.into_iter();
        Some(Plan {
            kind: product,
            spellings: vec![spelling],
            gpus: count,
            vcpus: specs.vcpu_count,
            ram_gib: specs.memory_gib,
            disk_gib: specs.storage_gb,
            rate_micros: price_cents_per_hour.checked_mul(MICROS_PER_CENT),
            places: regions.map(|region| (region.name, stock)).collect(),
            ..Plan::default()
        })
    }
}

impl Instance {
    fn listed(self, ssh_port: u16) -> Listed {
        let status = self.status.to_lowercase();
        let is_up = matches!(status.as_str(), "running" | "active" | "rented");
        let ip = self.ip.and_then(|ip| ip.parse::<IpAddr>().ok());
        let user = self.username.filter(|user| !user.is_empty());
        let told = self.product.and_then(|it| usd_micros(it.final_price_hr?.as_str()));
        Listed {
            life: match status.as_str() {
                "terminating" | "deleting" => Life::Going,
                "terminated" | "deleted" => Life::Gone,
                _ if self.os_booted == Some(0) => Life::Starting,
                _ => Life::Running,
            },
            reached: ip.zip(user).filter(|_| is_up).map(|(ip, ssh_user)| {
                Reached::By(Address {
                    host: ip.to_string(),
                    ssh_port,
                    ssh_user,
                    simulated: false,
                    ports: Vec::new(),
                })
            }),
            rate: told.map_or(Rate::OfPlan, Rate::Told),
            id: self.uuid,
            name: self.name,
            kind: String::new(),
            region: String::new(),
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for MassedCompute {
    const CLOUD: &'static str = "massed-compute";
    const PECULIAR: Peculiar = Peculiar {
        // Its limits are not published; this is our own choice.
        min_interval_ms: 500,
        ..Peculiar::usual("the GPU cloud Massed Compute")
    };
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const REQUESTS: Requests = Requests { offers: 1, list: 1, launch: 3, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let image = account.image.as_ref().and_then(|image| image.parse().ok()).ok_or("image")?;
        Ok(Self { image, ssh_port: account.ssh_port })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Inventory { gpu_inventory } = act.get("/gpu-inventory").await?;
        Ok(gpu_inventory.into_iter().filter_map(|(product, it)| it.plan(product)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Running { instances } = act.get("/instance").await?;
        Ok(instances.into_iter().map(|it| it.listed(self.ssh_port)).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let script = boot_script::script_for_first_user(order.configuration, order.jupyter_token);
        let body = json!({
            "imageId": self.image,
            "productName": order.kind,
            "regionName": order.region,
            "instanceName": order.name,
            "command": boot_script::on_one_line(&script),
        });
        let Launched { response } = act.post("/instance/launch", &body).await?;
        Ok(order.launched(response, Rate::Listed))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let body = json!({"instanceUuids": [machine.id]});
        act.answer(Method::POST, "/instance/terminate", Some(body)).await.map(drop)
    }

    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_not_found() || failure.says("No valid VMs found")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn sold(product: &str) -> Vec<(String, u32, u32, i64)> {
        let text = r#"{"instance_type":{"name":"it","description":"it","price_cents_per_hour":249,
            "specs":{"vcpu_count":26,"memory_gib":200,"storage_gb":1250}},
            "regions_with_capacity_available":[{"name":"us-central-3","description":"Iowa"}],
            "capacity_available":1}"#;
        let sold: Option<Sold> = serde_json::from_str(text).ok();
        let plan = sold.and_then(|it| it.plan(product.to_owned()));
        let offers = sample::offers(MassedCompute::CLOUD, &plan.into_iter().collect::<Vec<_>>());
        let told = offers.into_iter().map(|it| {
            let rate = it.provider_rate_usd_micros_per_hour.0;
            (it.gpu, it.gpu_memory_gib, it.gpu_count.0 / 1_000, rate)
        });
        told.collect()
    }

    #[test]
    fn a_products_name_tells_its_gpus() {
        for (product, gpu, memory_gib, count) in [
            ("gpu_1x_a6000", "RTX A6000", 48, 1),
            ("gpu_2x_a6000_high_ram", "RTX A6000", 48, 2),
            ("gpu_8x_h100_sxm5", "H100 SXM", 80, 8),
            ("gpu_4x_h100_nvl_nvlink", "H100 NVL", 94, 4),
            ("gpu_1x_l40s", "L40S", 48, 1),
            ("gpu_1x_6000_ada", "RTX 6000 Ada", 48, 1),
        ] {
            assert_eq!(
                sold(product),
                [(gpu.to_owned(), memory_gib, count, 2_490_000)],
                "{product}"
            );
        }
    }

    #[test]
    fn what_may_be_taken_away_and_what_would_be_a_guess_is_not_sold() {
        for product in ["gpu_8x_h100_spot", "gpu_1x_a100", "cpu_4", "gpu_1x_abacus", "gpu_x_l40"] {
            assert_eq!(sold(product), [], "{product}");
        }
    }
}
