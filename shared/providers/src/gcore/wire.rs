//! What Gcore's API tells.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use domain::market::offer::Stock;
use serde::Deserialize;
use serde_json::Number;

use crate::cloud::{Life, Listed, Rate, Reached};
use crate::decimal::price_micros;
use crate::listing::MIB_PER_GIB;
use crate::plan::{Plan, gpu_mib};

/// GiB of the disk of every machine of ours.
pub(super) const DISK_GIB: u32 = 120;
/// Its type.
pub(super) const DISK_TYPE: &str = "ssd_hiiops";

/// Few enough of a flavor that there may soon be none.
const FEW: u32 = 4;

#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) count: usize,
    pub(super) results: Vec<T>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Flavor {
    /// `g3-ai-32-192-1500-l40s-48-1`.
    pub(super) name: String,
    /// How many more there may be.
    #[serde(default)]
    pub(super) capacity: u32,
    #[serde(default)]
    pub(super) disabled: bool,
    pub(super) hardware_description: Description,
    pub(super) hardware_properties: Properties,
    pub(super) price: Option<Price>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Description {
    /// MiB.
    pub(super) ram: u32,
    pub(super) vcpus: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Properties {
    pub(super) gpu_count: Option<u32>,
    pub(super) gpu_model: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Price {
    #[serde(rename = "currency_code")]
    pub(super) currency: Option<String>,
    #[serde(rename = "price_per_hour")]
    pub(super) hour: Option<Number>,
    /// `show`, or why there is none.
    #[serde(rename = "price_status")]
    pub(super) status: String,
}

/// What one machine would cost, part by part.
#[derive(Deserialize)]
pub(super) struct Preview {
    pub(super) currency_code: Option<String>,
    pub(super) per_hour: PerHour,
}

#[derive(Deserialize)]
pub(super) struct PerHour {
    pub(super) external_ip: Option<Number>,
    /// By type.
    #[serde(default)]
    pub(super) volumes: BTreeMap<String, Option<Number>>,
}

#[derive(Deserialize)]
pub(super) struct Region {
    /// `Luxembourg-2`.
    pub(super) display_name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cluster {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) flavor: String,
    /// `new`, `creating`, `active`, `shutoff`, `deleting`, …, or a new word.
    pub(super) status: String,
    #[serde(default)]
    pub(super) servers_ids: Vec<String>,
}

/// The answer to a launch.
#[derive(Deserialize)]
pub(super) struct Begun {
    #[serde(default)]
    pub(super) tasks: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Task {
    /// `NEW`, `RUNNING`, `FINISHED` or `ERROR`.
    #[serde(default)]
    pub(super) state: String,
    pub(super) created_resources: Option<Resources>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Resources {
    #[serde(default)]
    pub(super) clusters: Option<Vec<String>>,
}

/// A server of the project, whatever it belongs to.
#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    pub(super) id: Option<String>,
    #[serde(rename = "instance_id")]
    pub(super) same: Option<String>,
    /// By network.
    #[serde(default)]
    pub(super) addresses: BTreeMap<String, Vec<Addressed>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Addressed {
    pub(super) addr: String,
}

/// A server of one cluster.
#[derive(Debug, Deserialize)]
pub(super) struct Server {
    #[serde(default)]
    pub(super) ip_addresses: Vec<String>,
}

impl Price {
    pub(super) fn micros(&self) -> Option<i64> {
        let is_ours = self.status == "show" && self.currency.as_deref() == Some("USD");
        let micros = price_micros(&self.hour.as_ref()?.to_string())?;
        Some(micros).filter(|micros| is_ours && *micros > 0)
    }
}

impl Preview {
    /// What disk and address cost together, in micro-dollars.
    pub(super) fn extras(&self) -> Option<i64> {
        let part = |it: Option<&Number>| price_micros(&it?.to_string());
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
    pub(super) fn spelling(&self) -> Option<(&str, u32)> {
        let mut parts = self.name.rsplit('-');
        let (_, gib, model) = (parts.next()?, parts.next()?, parts.next()?);
        Some((model, gib.parse().ok()?))
    }

    pub(super) fn plan(self, extras: Option<i64>, region: u32) -> Plan {
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
pub(super) fn public<'a>(mut addresses: impl Iterator<Item = &'a String>) -> Option<Reached> {
    let is_open = |it: &&String| it.parse::<Ipv4Addr>().is_ok_and(|ip| !ip.is_private());
    Reached::at(addresses.find(is_open).map(String::as_str))
}

impl Task {
    /// The cluster that it made, if it has.
    pub(super) fn cluster(self) -> Option<String> {
        self.created_resources?.clusters?.into_iter().next()
    }
}

impl Instance {
    pub(super) fn id(&self) -> Option<&String> {
        self.id.as_ref().or(self.same.as_ref())
    }

    pub(super) fn is(&self, id: &str) -> bool {
        [&self.id, &self.same].into_iter().flatten().any(|it| it == id)
    }

    pub(super) fn reached(&self) -> Option<Reached> {
        public(self.addresses.values().flatten().map(|it| &it.addr))
    }
}

impl Cluster {
    pub(super) fn listed(self, reached: Option<Reached>) -> Listed {
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
