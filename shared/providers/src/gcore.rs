//! The GPU cloud Gcore (gcore.com), whose machines are VMs:
//! <https://gcore.com/docs/api-reference/cloud/gpu-virtual/create-virtual-gpu-cluster>.
//!
//! A machine of ours is a cluster of one server. The account names its project and one region, by
//! their numbers (`project`: `1234/76`), and an image that has driver and Docker (`image`). A launch
//! is answered with a task, so the cluster is then looked for by its name. Its disk and its address
//! cost extra: what they do is told by a preview of a price, and they end with the cluster. What a
//! machine that is stopped costs is not documented, so to us Gcore can end machines but not stop them.
//! It is not verified that a cluster is listed as soon as its launch is answered, that the list of
//! instances tells the addresses of its servers, nor how Gcore bills. Prices in another currency than
//! the US dollar, which Gcore tells some accounts, are not read.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::{Plan, gpu_mib};

/// GiB of the disk of every machine of ours, and its type.
const DISK_GIB: u32 = 120;
const DISK_TYPE: &str = "ssd_hiiops";
const PER_PAGE: usize = 100;
/// Few enough of a flavor that there may soon be none.
const FEW: u32 = 4;

/// An account at Gcore.
#[derive(Debug)]
pub(crate) struct Gcore {
    /// Its project and region, as paths have them: `1234/76`.
    place: String,
    region: u32,
    image: String,
}

#[derive(Deserialize)]
struct Page<T> {
    count: usize,
    results: Vec<T>,
}

#[derive(Debug, Deserialize)]
struct Flavor {
    /// `g3-ai-32-192-1500-l40s-48-1`.
    name: String,
    /// How many more there may be.
    #[serde(default)]
    capacity: u32,
    #[serde(default)]
    disabled: bool,
    hardware_description: Description,
    hardware_properties: Properties,
    price: Option<Price>,
}

#[derive(Debug, Deserialize)]
struct Description {
    /// MiB.
    ram: u32,
    vcpus: u32,
}

#[derive(Debug, Deserialize)]
struct Properties {
    gpu_count: Option<u32>,
    gpu_model: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Price {
    #[serde(rename = "currency_code")]
    currency: Option<String>,
    #[serde(rename = "price_per_hour")]
    hour: Option<Number>,
    /// `show`, or why there is none.
    #[serde(rename = "price_status")]
    status: String,
}

/// What one machine would cost, part by part.
#[derive(Deserialize)]
struct Preview {
    currency_code: Option<String>,
    per_hour: PerHour,
}

#[derive(Deserialize)]
struct PerHour {
    external_ip: Option<Number>,
    /// By type.
    #[serde(default)]
    volumes: BTreeMap<String, Option<Number>>,
}

#[derive(Deserialize)]
struct Region {
    /// `Luxembourg-2`.
    display_name: String,
}

#[derive(Debug, Deserialize)]
struct Cluster {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    flavor: String,
    /// `new`, `creating`, `active`, `shutoff`, `deleting`, …, or a new word.
    status: String,
    #[serde(default)]
    servers_ids: Vec<String>,
}

/// A server of the project, whatever it belongs to.
#[derive(Debug, Deserialize)]
struct Instance {
    id: Option<String>,
    #[serde(rename = "instance_id")]
    same: Option<String>,
    /// By network.
    #[serde(default)]
    addresses: BTreeMap<String, Vec<Addressed>>,
}

#[derive(Debug, Deserialize)]
struct Addressed {
    addr: String,
}

/// A server of one cluster.
#[derive(Debug, Deserialize)]
struct Server {
    #[serde(default)]
    ip_addresses: Vec<String>,
}

impl Price {
    fn micros(&self) -> Option<i64> {
        let is_ours = self.status == "show" && self.currency.as_deref() == Some("USD");
        let micros = usd_micros(&self.hour.as_ref()?.to_string())?;
        Some(micros).filter(|micros| is_ours && *micros > 0)
    }
}

impl Preview {
    /// What disk and address cost together, in micro-dollars.
    fn extras(&self) -> Option<i64> {
        let part = |it: Option<&Number>| usd_micros(&it?.to_string());
        let disk = part(self.per_hour.volumes.get(DISK_TYPE)?.as_ref())?;
        let address = match &self.per_hour.external_ip {
            None => 0,
            some => part(some.as_ref())?,
        };
        disk.checked_add(address).filter(|_| self.currency_code.as_deref() == Some("USD"))
    }
}

impl Flavor {
    /// `l40s` and 48 of `g3-ai-32-192-1500-l40s-48-1`.
    fn spelling(&self) -> Option<(&str, u32)> {
        let mut parts = self.name.rsplit('-');
        let (_, gib, model) = (parts.next()?, parts.next()?, parts.next()?);
        Some((model, gib.parse().ok()?))
    }

    fn plan(self, extras: Option<i64>, region: u32) -> Plan {
        let named = self.spelling();
        let model = self.hardware_properties.gpu_model.clone();
        let spellings = model.into_iter().chain(named.map(|(model, _)| model.to_owned()));
        let stock = match self.capacity {
            _ if self.disabled => Stock::None,
            0 => Stock::None,
            few if few <= FEW => Stock::Low,
            _ => Stock::Medium,
        };
        let rate = self.price.as_ref().and_then(Price::micros);
        Plan {
            spellings: spellings.collect(),
            gpus: self.hardware_properties.gpu_count.unwrap_or_default(),
            gpu_memory_mib: named.and_then(|(_, gib)| gpu_mib(gib)),
            vcpus: self.hardware_description.vcpus,
            ram_gib: self.hardware_description.ram / MIB_PER_GIB,
            disk_gib: DISK_GIB,
            rate_micros: rate.zip(extras).and_then(|(rate, extras)| rate.checked_add(extras)),
            places: vec![(region.to_string(), stock)],
            kind: self.name,
            ..Plan::default()
        }
    }
}

/// The first address that is open to the world.
fn public<'a>(mut addresses: impl Iterator<Item = &'a String>) -> Option<Reached> {
    let is_open = |it: &&String| it.parse::<Ipv4Addr>().is_ok_and(|ip| !ip.is_private());
    Reached::at(addresses.find(is_open).map(String::as_str))
}

impl Instance {
    fn is(&self, id: &str) -> bool {
        [&self.id, &self.same].into_iter().flatten().any(|it| it == id)
    }

    fn reached(&self) -> Option<Reached> {
        public(self.addresses.values().flatten().map(|it| &it.addr))
    }
}

impl Cluster {
    fn listed(self, reached: Option<Reached>) -> Listed {
        Listed {
            life: match self.status.as_str() {
                "new" | "creating" => Life::Starting,
                "deleting" => Life::Going,
                // Its disk is billed, whatever else it does.
                _ => Life::Running,
            },
            reached: reached.filter(|_| self.status == "active"),
            id: self.id,
            name: self.name,
            kind: self.flavor,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

/// What is on all pages of a list.
async fn all<T: DeserializeOwned>(act: &mut Act<'_>, path: &str) -> Outcome<Vec<T>> {
    let mut told = 0;
    act.all(path, |Page { count, results }: Page<T>| {
        told += results.len();
        let is_last = results.is_empty() || told >= count;
        (results, (!is_last).then(|| format!("offset={told}")))
    })
    .await
}

impl Gcore {
    fn clusters(&self) -> String {
        format!("/cloud/v3/gpu/virtual/{}/clusters", self.place)
    }

    async fn listed(&self, act: &mut Act<'_>) -> Outcome<Vec<Cluster>> {
        all(act, &format!("{}?limit={PER_PAGE}", self.clusters())).await
    }

    /// What disk and address cost, whatever the flavor.
    async fn extras(&self, act: &mut Act<'_>, flavor: &str) -> Outcome<Option<i64>> {
        let path = format!("/cloud/v2/pricing/{}/gpu/virtual/clusters", self.place);
        let body = json!({
            "flavor": flavor,
            "name": "price",
            "instances_count": 1,
            "interfaces": [{"type": "external", "interface_name": "eth0", "ip_family": "ipv4"}],
            "volumes": [{"source": "image", "size": DISK_GIB, "type_name": DISK_TYPE}],
        });
        let preview: Preview = act.post(&path, &body).await?;
        Ok(preview.extras())
    }
}

#[async_trait]
impl Cloud for Gcore {
    const CLOUD: &'static str = "gcore";
    const PECULIAR: Peculiar = Peculiar {
        authorized_by: ("authorization", "APIKey "),
        ..Peculiar::usual("the GPU cloud Gcore")
    };
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 3, list: 4, launch: 6, terminate: 3 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let place = account.project.clone().ok_or("project")?;
        let (project, region) = place.split_once('/').ok_or("project")?;
        project.parse::<u32>().map_err(|_| "project")?;
        let region = region.parse().map_err(|_| "project")?;
        Ok(Self { place, region, image: account.image.clone().ok_or("image")? })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let path = format!("/cloud/v3/gpu/virtual/{}/flavors?include_prices=true", self.place);
        let Page { results, .. } = act.get::<Page<Value>>(&path).await?;
        // One flavor that tells nonsense keeps no other from being sold.
        let told = results.into_iter().filter_map(|it| serde_json::from_value(it).ok());
        let flavors: Vec<Flavor> = told.collect();
        let extras = match flavors.first() {
            Some(any) => self.extras(act, &any.name).await?,
            None => None,
        };
        Ok(flavors.into_iter().map(|it| it.plan(extras, self.region)).collect())
    }

    /// Under the name of the region.
    async fn stocked(&self, act: &mut Act<'_>, mut plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let Region { display_name } =
            act.get(&format!("/cloud/v1/regions/{}", self.region)).await?;
        // Lists of regions are separated by commas, so a name has none.
        let name = display_name.replace(',', "");
        for place in plans.iter_mut().flat_map(|plan| &mut plan.places) {
            name.clone_into(&mut place.0);
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let clusters = self.listed(act).await?;
        let path = format!("/cloud/v1/instances/{}?include_ai=true&limit={PER_PAGE}", self.place);
        let servers: Vec<Instance> =
            if clusters.is_empty() { Vec::new() } else { all(act, &path).await? };
        let listed = |cluster: Cluster| {
            let is_its = |it: &&Instance| cluster.servers_ids.iter().any(|id| it.is(id));
            let reached = servers.iter().find(is_its).and_then(Instance::reached);
            cluster.listed(reached)
        };
        Ok(clusters.into_iter().map(listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let path = format!("{}/{id}", self.clusters());
        let cluster: Cluster = act.get(&path).await?;
        let Page { results, .. } = act.get::<Page<Server>>(&format!("{path}/servers")).await?;
        let reached = public(results.iter().flat_map(|it| &it.ip_addresses));
        Ok(Some(cluster.listed(reached)))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "name": order.name,
            "flavor": order.kind,
            "servers_count": 1,
            "servers_settings": {
                "interfaces": [{"type": "external", "ip_family": "ipv4", "name": "eth0"}],
                "volumes": [{
                    "source": "image",
                    "image_id": self.image,
                    "name": order.name,
                    "size": DISK_GIB,
                    "type": DISK_TYPE,
                    "boot_index": 0,
                    "delete_on_termination": true,
                }],
                "user_data": BASE64.encode(order.user_data(Login::Default).as_bytes()),
            },
        });
        let _: Value = act.post(&self.clusters(), &body).await?;
        let named = self.listed(act).await?.into_iter().filter(|it| it.name == order.name);
        let first = named.min_by(|one, other| one.id.cmp(&other.id));
        let cluster = first.ok_or_else(|| act.unknown("the new cluster is not listed"))?;
        Ok(cluster.listed(None))
    }

    /// Ends a cluster with its disks and addresses, which would else go on to be billed.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let with = "all_volumes=true&all_floating_ips=true&all_reserved_fixed_ips=true";
        act.delete(&format!("{}/{}?{with}", self.clusters(), machine.id)).await
    }
}

#[cfg(test)]
mod tests;
