//! The GPU cloud Hyperstack (hyperstack.cloud, by `NexGen`), whose machines are VMs:
//! <https://docs.hyperstack.cloud/docs/api-reference/>.
//!
//! A machine that is shut off is billed in full; hibernation keeps what our pods do not need, and
//! the address is lost. So to us Hyperstack can end machines but not stop them. Prices stand in a
//! book of their own, for one GPU of a model. A machine is in an environment, of which each region
//! needs one: the account's `project`, or `default` without one, and the region (`default-CANADA-1`)
//! name it. Its user's keys arrive by cloud-init, but a launch also takes a registered key: each
//! machine gets one under its own name, which is removed with it. A name may have 50 characters, so
//! the stack's name nine of them. That a launch without a key is taken is not verified.

use std::time::Duration;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::charges::{self, BilledDay};
use crate::cloud::{Accessory, Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

/// Ubuntu with the GPU's driver and Docker.
const IMAGE: &str = "Ubuntu Server 22.04 LTS R535 CUDA 12.2 with Docker";
const PAGE_SIZE: u32 = 100;

/// An account at Hyperstack.
#[derive(Debug)]
pub(crate) struct Hyperstack {
    /// What its environments' names begin with.
    project: String,
    image: String,
}

#[derive(Deserialize)]
struct Flavors {
    data: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    flavors: Vec<Flavor>,
}

#[derive(Debug, Deserialize)]
struct Flavor {
    /// `n3-H100x1`.
    name: String,
    /// `H100-80G-PCIe`; empty without a GPU.
    gpu: String,
    gpu_count: u32,
    cpu: u32,
    /// GiB.
    ram: u32,
    /// GB.
    disk: u32,
    region_name: String,
    stock_available: bool,
}

/// The price of one GPU, or of something else.
#[derive(Debug, Deserialize)]
struct Price {
    /// As [`Flavor::gpu`].
    name: String,
    /// Dollars, as a string.
    value: Value,
}

#[derive(Deserialize)]
struct Many {
    instances: Vec<Instance>,
    /// How many there are on all pages; absent where all are on one.
    count: Option<u32>,
    page: Option<u32>,
    page_size: Option<u32>,
}

#[derive(Deserialize)]
struct One {
    instance: Instance,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: u64,
    name: String,
    /// `CREATING`, `BUILD`, `ACTIVE`, `SHUTOFF`, `HIBERNATED`, `DELETING`, …, or a new word.
    status: String,
    flavor: Named,
    /// Null until it has one.
    floating_ip: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Keypairs {
    keypairs: Vec<Keypair>,
}

#[derive(Deserialize)]
struct Keypair {
    id: u64,
    name: String,
}

#[derive(Deserialize)]
struct Told {
    billing_history: Bill,
}

/// What the account was charged in the time that was asked for.
#[derive(Deserialize)]
struct Bill {
    billing_history: Vec<Charge>,
    total_count: usize,
}

#[derive(Deserialize)]
struct Charge {
    metrics: Metrics,
}

#[derive(Deserialize)]
struct Metrics {
    /// Dollars, after discounts.
    incurred_bill: Value,
}

impl Flavor {
    fn plan(self, prices: &[Price]) -> Plan {
        let one =
            prices.iter().find(|price| price.name == self.gpu).and_then(|it| match &it.value {
                Value::String(dollars) => usd_micros(dollars),
                Value::Number(dollars) => usd_micros(&dollars.to_string()),
                _ => None,
            });
        let stock = if self.stock_available { Stock::Medium } else { Stock::None };
        Plan {
            kind: self.name,
            spellings: vec![spelled(&self.gpu)],
            gpus: self.gpu_count,
            gpu_memory_mib: memory_gb(&self.gpu).and_then(gpu_mib),
            vcpus: self.cpu,
            ram_gib: self.ram,
            disk_gib: self.disk,
            rate_micros: one.and_then(|one| one.checked_mul(i64::from(self.gpu_count))),
            places: vec![(self.region_name, stock)],
            ..Plan::default()
        }
    }
}

/// GB among the words of `H100-80G-PCIe`, if they say so.
fn memory_gb(gpu: &str) -> Option<u32> {
    gpu.split('-').find_map(|word| word.strip_suffix('G')?.parse().ok())
}

/// `H100-80G-PCIe-NVLink` without its memory and its bridge: `H100 PCIe`.
fn spelled(gpu: &str) -> String {
    let words = gpu.split('-').filter(|word| memory_gb(word).is_none() && *word != "NVLink");
    words.collect::<Vec<_>>().join(" ")
}

impl Instance {
    fn listed(self) -> Listed {
        Listed {
            life: match self.status.as_str() {
                "CREATING" | "BUILD" | "STARTING" => Life::Starting,
                "DELETING" | "DELETED" => Life::Going,
                // Billed, even if it is shut off, hibernated in part, or broken.
                _ => Life::Running,
            },
            reached: Reached::at(self.floating_ip.as_deref()).filter(|_| self.status == "ACTIVE"),
            id: self.id.to_string(),
            name: self.name,
            kind: self.flavor.name,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

impl Many {
    fn split(self) -> (Vec<Instance>, Option<String>) {
        let (page, size) = (self.page.unwrap_or(1), self.page_size.unwrap_or(PAGE_SIZE));
        let is_last = self.count.is_none_or(|count| page.saturating_mul(size) >= count);
        (self.instances, (!is_last).then(|| format!("page={}", page + 1)))
    }
}

/// A way in from anywhere to one port.
fn opened(port: u16) -> Value {
    json!({
        "direction": "ingress",
        "protocol": "tcp",
        "ethertype": "IPv4",
        "remote_ip_prefix": "0.0.0.0/0",
        "port_range_min": port,
        "port_range_max": port,
    })
}

#[async_trait]
impl Cloud for Hyperstack {
    const CLOUD: &'static str = "hyperstack";
    const PECULIAR: Peculiar = Peculiar {
        authorized_by: ("api_key", ""),
        answer_within: Duration::from_secs(4),
        // An address may make 500 requests a minute.
        min_interval_ms: 150,
        ..Peculiar::usual("the GPU cloud Hyperstack")
    };
    /// Billed by the minute: <https://www.hyperstack.cloud/gpu-pricing>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 60, minimum_secs: 60 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 2, list: 3, launch: 5, terminate: 3 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let project = account.project.clone().unwrap_or_else(|| "default".to_owned());
        let image = account.image.clone().unwrap_or_else(|| IMAGE.to_owned());
        Ok(Self { project, image })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let prices: Vec<Price> = act.get("/pricebook").await?;
        let Flavors { data } = act.get("/core/flavors").await?;
        let flavors = data.into_iter().flat_map(|group| group.flavors);
        Ok(flavors.map(|flavor| flavor.plan(&prices)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let path = format!("/core/virtual-machines?pageSize={PAGE_SIZE}");
        let instances = act.all(&path, Many::split).await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { instance } = act.get(&format!("/core/virtual-machines/{id}")).await?;
        Ok(Some(instance.listed()))
    }

    /// A key; none for a user without one.
    async fn accessory(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Option<String>> {
        let Some(first) = order.configuration.ssh_public_keys.first() else { return Ok(None) };
        let body = json!({
            "name": order.name,
            "environment_name": format!("{}-{}", self.project, order.region),
            "public_key": first,
        });
        act.post::<Value>("/core/keypairs", &body).await?;
        Ok(Some(order.name.to_owned()))
    }

    async fn accessories(&self, act: &mut Act<'_>, machine_name: &str) -> Outcome<Vec<Accessory>> {
        let Keypairs { keypairs } = act.get("/core/keypairs").await?;
        let named = keypairs.into_iter().filter(|keypair| keypair.name == machine_name);
        let accessory = |Keypair { id, name }| Accessory {
            reference: name,
            path: format!("/core/keypairs/{id}"),
        };
        Ok(named.map(accessory).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let ports = [22].into_iter().chain(order.configuration.template.ports.iter().copied());
        let mut body = json!({
            "name": order.name,
            "environment_name": format!("{}-{}", self.project, order.region),
            "image_name": self.image,
            "flavor_name": order.kind,
            "count": 1,
            "assign_floating_ip": true,
            "user_data": order.user_data(Login::Default),
            "security_rules": ports.map(opened).collect::<Vec<_>>(),
        });
        if let Some(key) = &order.accessory {
            body["key_name"] = Value::String(key.clone());
        }
        let Many { instances, .. } = act.post("/core/virtual-machines", &body).await?;
        let launched = instances.into_iter().next().map(Instance::listed);
        launched.ok_or_else(|| act.unknown("the answer names no instance"))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/core/virtual-machines/{}", machine.id)).await
    }

    /// <https://docs.hyperstack.cloud/docs/api-reference/get-user-billing-history>
    async fn charged(&self, act: &mut Act<'_>, day: Date) -> Outcome<Option<i64>> {
        let next = BilledDay::of(day).next();
        let time = format!("start_date={day}T00:00:00&end_date={next}T00:00:00");
        let Told { billing_history } = act.get(&format!("/billing/billing/history?{time}")).await?;
        let Bill { billing_history: charges, total_count } = billing_history;
        if charges.len() != total_count {
            return Err(act.unknown(format!("{} of {total_count} charges", charges.len())));
        }
        let amounts = charges.iter().map(|it| charges::micros(&it.metrics.incurred_bill));
        charges::sum(act, amounts).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_flavor_costs_as_much_as_its_gpus_and_their_spelling_is_taken_apart() {
        for (gpu, name, memory_gib) in [
            ("H100-80G-PCIe", "H100 PCIe", 80),
            ("H100-80G-SXM5", "H100 SXM", 80),
            ("A100-80G-PCIe-NVLink", "A100 PCIe", 80),
            ("RTX-A6000", "RTX A6000", 48),
            ("L40", "L40", 48),
        ] {
            let text = format!(
                r#"{{"id":1,"name":"n3","region_name":"CANADA-1","cpu":252,"ram":1440,"disk":100,
                "ephemeral":6500,"gpu":"{gpu}","gpu_count":8,"stock_available":true}}"#
            );
            let flavor: Flavor = serde_json::from_str(&text).unwrap_or_else(|it| panic!("{it}"));
            let price = |name: &str, dollars: &str| Price {
                name: name.to_owned(),
                value: Value::String(dollars.to_owned()),
            };
            let prices = [price(&format!("{gpu}-spot"), "1"), price(gpu, "1.9")];
            let offers = sample::offers(Hyperstack::CLOUD, &[flavor.plan(&prices)]);
            let [offer] = offers.as_slice() else { panic!("{gpu}: {offers:?}") };
            assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), (name, memory_gib));
            assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 15_200_000);
        }
    }
}
