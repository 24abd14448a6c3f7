//! The GPU cloud Novita (novita.ai), whose machines are containers, API v1:
//! <https://novita.ai/docs/api-reference/gpu-instance-create-instance>.
//!
//! A product is one GPU with what comes with it, sold in some of the clusters; a machine has one or
//! several of them, and each costs the product's price, which is told in hundred-thousandths of a
//! dollar. A machine that is stopped goes on to cost its disk and may lose its GPUs, so to us
//! Novita can end machines but not stop them. Ports get other numbers outside, at a proxy of the
//! cluster; a list may leave them out, so a machine that runs is then asked about by itself. It is
//! not verified that a cluster is called the same in its own list and in those of products, in
//! which form the address of a port is told, how a command is split into words, nor by which words
//! Novita says that it has none left.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::pod::{Address, PublicPort};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::container::{Container, EVALUATE};
use crate::decimal::{Rounding, scaled};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const COUNTS: [u32; 4] = [1, 2, 4, 8];
/// GB of the disk of every machine of ours, which cost nothing:
/// <https://novita.ai/docs/guides/gpu-instance-pricing>.
const DISK_GB: u32 = 60;
/// Micro-dollars of the unit in which prices are told.
const UNIT_USD_MICROS: i64 = 10;
const PER_PAGE: usize = 100;
/// No account has more machines than fit on so many pages.
const PAGES_MAX: usize = 20;
const SSH: u16 = 22;
/// What Novita says of a machine that is not there, with status 400.
const NOT_FOUND: &str = "RESOURCE_NOT_FOUND";

/// An account at Novita.
#[derive(Debug)]
pub(crate) struct Novita;

#[derive(Deserialize)]
struct Data<T> {
    data: Vec<T>,
}

/// What comes with one GPU.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product {
    /// `4090.16c62g`.
    id: String,
    /// `RTX 4090 24GB`.
    name: String,
    cpu_per_gpu: u32,
    /// GB.
    memory_per_gpu: u32,
    #[serde(default)]
    available_deploy: bool,
    /// `none`, `low`, `normal` or `high`; absent where Novita does not say.
    inventory_state: Option<String>,
    /// GB of disk that a machine may have.
    #[serde(rename = "minRootFS")]
    disk_min: Option<u32>,
    #[serde(rename = "maxRootFS")]
    disk_max: Option<u32>,
    /// `US-CA-06 (California)`.
    #[serde(default)]
    regions: Vec<String>,
    /// Hundred-thousandths of a dollar, mostly as a string.
    price: Value,
}

#[derive(Debug, Deserialize)]
struct Cluster {
    id: String,
    /// As in products.
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Instances {
    #[serde(default)]
    instances: Vec<Instance>,
    /// On all pages, of which pages without it tell nothing.
    total: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instance {
    id: String,
    #[serde(default)]
    name: String,
    /// `toCreate`, `creating`, `pulling`, `running`, `exited`, `removing`, …, or a new word.
    status: String,
    #[serde(default)]
    product_id: String,
    /// A number, mostly as a string.
    #[serde(default)]
    gpu_num: Value,
    #[serde(default)]
    cluster_id: String,
    #[serde(default)]
    port_mappings: Option<Vec<Mapping>>,
}

/// Where a port is reached.
#[derive(Debug, Deserialize)]
struct Mapping {
    port: u16,
    /// `proxy.us-ca-6.gpu-instance.novita.ai:62248`.
    #[serde(default)]
    endpoint: String,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

/// A number that may be told as a string, rounded up.
fn whole(told: &Value) -> Option<u64> {
    let text = told.as_str().map_or_else(|| told.to_string(), str::to_owned);
    scaled(&text, 0, Rounding::Up)
}

/// `US-CA-06` of `US-CA-06 (California)`.
fn code(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(code, _)| code)
}

/// What a machine with so many of a product is called at this cluster.
fn kind(count: u64, product: &str, cluster: &str) -> String {
    format!("{count}x {product}/{cluster}")
}

impl Product {
    /// `RTX 4090` of `RTX 4090 24GB`, and those 24.
    fn spelling(&self) -> (&str, Option<u32>) {
        let parts = self.name.rsplit_once(' ');
        let gb = parts.and_then(|(_, last)| last.strip_suffix("GB")?.parse().ok());
        (parts.filter(|_| gb.is_some()).map_or(self.name.as_str(), |it| it.0), gb)
    }

    /// What one GPU costs; zero is no price.
    fn rate_micros(&self) -> Option<i64> {
        let micros = i64::try_from(whole(&self.price)?).ok()?.checked_mul(UNIT_USD_MICROS)?;
        Some(micros).filter(|micros| *micros > 0)
    }

    fn stock(&self) -> Stock {
        match (self.available_deploy, self.inventory_state.as_deref()) {
            (false, _) | (_, Some("none")) => Stock::None,
            (_, Some("low")) => Stock::Low,
            (_, Some("high")) => Stock::High,
            _ => Stock::Medium,
        }
    }

    /// Its machines in every cluster that has some and is known.
    fn plans(&self, clusters: &[Cluster]) -> Vec<Plan> {
        let (model, gb) = self.spelling();
        let fits = self.disk_min.is_none_or(|least| least <= DISK_GB)
            && self.disk_max.is_none_or(|most| most >= DISK_GB);
        let mut plans = Vec::new();
        for region in self.regions.iter().filter(|_| fits) {
            let is_it = |it: &&Cluster| code(&it.name) == code(region) || it.id == *region;
            let Some(cluster) = clusters.iter().find(is_it) else { continue };
            plans.extend(COUNTS.map(|count| Plan {
                kind: kind(count.into(), &self.id, &cluster.id),
                spellings: vec![model.to_owned()],
                gpus: count,
                gpu_memory_mib: gb.and_then(gpu_mib),
                vcpus: self.cpu_per_gpu.saturating_mul(count),
                ram_gib: self.memory_per_gpu.saturating_mul(count),
                disk_gib: DISK_GB,
                rate_micros: self.rate_micros().and_then(|it| it.checked_mul(count.into())),
                places: vec![(code(region).to_owned(), self.stock())],
                ..Plan::default()
            }));
        }
        plans
    }
}

/// Host and number of `proxy.us-ca-6.gpu-instance.novita.ai:62248`, whatever scheme stands before it.
fn socket(endpoint: &str) -> Option<(&str, u16)> {
    let bare = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let (host, port) = bare.trim_end_matches('/').rsplit_once(':')?;
    Some((host, port.parse().ok()?)).filter(|_| !host.is_empty())
}

impl Instance {
    fn listed(self) -> Listed {
        let gpus = whole(&self.gpu_num).unwrap_or_default();
        Listed {
            life: match self.status.as_str() {
                "pending" | "toCreate" | "creating" | "pulling" => Life::Starting,
                "toRemove" | "removing" => Life::Going,
                "removed" => Life::Gone,
                // Its disk is billed, whatever else it does.
                _ => Life::Running,
            },
            reached: self.address().filter(|_| self.status == "running").map(Reached::By),
            kind: kind(gpus, &self.product_id, &self.cluster_id),
            id: self.id,
            name: self.name,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }

    /// Whether it runs, but nothing tells where it is reached.
    fn is_missed(&self) -> bool {
        self.status == "running" && self.address().is_none()
    }

    /// Where it is reached, once SSH's port has a number outside: ports at another host than SSH's
    /// cannot be expressed in `Address`.
    fn address(&self) -> Option<Address> {
        let mappings = self.port_mappings.iter().flatten();
        let outside = mappings.filter_map(|it| Some((it.port, socket(&it.endpoint)?)));
        let all: Vec<_> = outside.collect();
        let (_, (host, ssh_port)) = *all.iter().find(|(port, _)| *port == SSH)?;
        let others = all.iter().filter(|(port, (at, _))| *port != SSH && *at == host);
        let public =
            |(port, (_, public)): &(u16, (&str, u16))| PublicPort { port: *port, public: *public };
        Some(Address {
            host: host.to_owned(),
            ssh_port,
            ssh_user: Novita::SSH_USER.to_owned(),
            simulated: false,
            ports: others.map(public).collect(),
        })
    }
}

impl Novita {
    /// The machines of a list, which may leave out where one that runs is reached.
    async fn reached(
        &self,
        act: &mut Act<'_>,
        all: BTreeMap<String, Instance>,
    ) -> Outcome<Vec<Listed>> {
        let mut listed = Vec::new();
        for (id, instance) in all {
            let told = if instance.is_missed() { self.one(act, &id).await } else { Ok(None) };
            let told = match told {
                Err(failure) if self.is_gone(&failure) => None,
                told => told?,
            };
            let reached = told.and_then(|it| it.reached);
            let instance = instance.listed();
            listed
                .push(Listed { reached: reached.or_else(|| instance.reached.clone()), ..instance });
        }
        Ok(listed)
    }
}

#[async_trait]
impl Cloud for Novita {
    const CLOUD: &'static str = "novita";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU cloud Novita");
    /// Billed by the second: <https://novita.ai/docs/guides/gpu-instance-pricing>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
    const MAPS_PORTS: bool = true;
    const REQUESTS: Requests = Requests { offers: 2, list: 3, launch: 4, terminate: 2 };

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Data { data } = act.get::<Data<Value>>("/products").await?;
        let clusters: Data<Cluster> = act.get("/clusters").await?;
        // One product that tells nonsense keeps no other from being sold.
        let products = data.into_iter().filter_map(|it| serde_json::from_value(it).ok());
        Ok(products.flat_map(|it: Product| it.plans(&clusters.data)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let mut all = BTreeMap::new();
        for number in 0..PAGES_MAX {
            let path = format!("/gpu/instances?pageSize={PER_PAGE}&pageNum={number}");
            let Instances { instances, total } = act.get(&path).await?;
            let is_over = instances.is_empty();
            all.extend(instances.into_iter().map(|it| (it.id.clone(), it)));
            match total {
                Some(total) if all.len() >= total => return self.reached(act, all).await,
                None if is_over => return self.reached(act, all).await,
                // A list that breaks off is no list: what is missing from it would be taken for gone.
                Some(_) if is_over => return Err(act.unknown("the list of instances breaks off")),
                _ => {}
            }
        }
        Err(act.unknown(format!("more than {PAGES_MAX} pages")))
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&format!("/gpu/instance?instanceId={id}")).await?;
        Ok(Some(instance.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (what, cluster) = order.kind.rsplit_once('/').unwrap_or_default();
        let (count, product) = what.split_once("x ").unwrap_or_default();
        let template = &order.configuration.template;
        let Container { runs_script, env } =
            Container::of(order.configuration, order.jupyter_token, None);
        let ports = [SSH].iter().chain(&template.ports).map(|port| format!("{port}/tcp"));
        let env = env.into_iter().map(|(key, value)| json!({"key": key, "value": value}));
        let mut body = json!({
            "name": order.name,
            "productId": product,
            "gpuNum": count.parse::<u32>().unwrap_or_default(),
            "rootfsSize": DISK_GB,
            "imageUrl": template.image,
            "ports": ports.collect::<Vec<_>>().join(", "),
            "envs": env.collect::<Value>(),
            "clusterId": cluster,
            "kind": "gpu",
            "billingMode": "onDemand",
        });
        if runs_script {
            body["command"] = json!(format!("sh -c '{EVALUATE}'"));
        }
        let Created { id } = act.post("/gpu/instance/create", &body).await?;
        Ok(order.launched(id, Rate::OfPlan))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let body = json!({"instanceId": machine.id});
        act.answer(Method::POST, "/gpu/instance/delete", Some(body)).await.map(drop)
    }

    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_not_found() || failure.says(NOT_FOUND)
    }
}

#[cfg(test)]
mod tests;
