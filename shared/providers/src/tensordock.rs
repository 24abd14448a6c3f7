//! The GPU market `TensorDock` (tensordock.com), whose machines are VMs on other people's hosts, API
//! v2: <https://dashboard.tensordock.com/api/docs>.
//!
//! A location tells what a GPU, a vCPU and a GB of memory and of disk cost there and how many GPUs one
//! machine may have, not how many are left. A type of ours is a count of a model at a location, in one
//! size, on hosts that give a machine an address of its own. A machine that is stopped goes on to cost
//! its disk and may lose its GPUs, so to us `TensorDock` can end machines but not stop them. The
//! account names the image (`image`), one of `TensorDock`'s own with driver and Docker. Exactly one key
//! is part of a launch; further ones, token and template arrive by cloud-init. It is not verified that
//! the list of machines tells addresses and prices as one machine's page does, how it bills, nor which
//! of its images have Docker.

use std::net::IpAddr;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::market::region::UNSPECIFIED;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::NOBODY;
use crate::decimal::usd_micros;
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const COUNTS: [u32; 4] = [1, 2, 4, 8];
/// What comes with each GPU: vCPUs are had by twos, and memory by powers of two.
const VCPUS_PER_GPU: u32 = 4;
const RAM_GB_PER_GPU: u32 = 16;
/// The least disk of any machine.
const DISK_GB: u32 = 100;

/// An account at `TensorDock`.
#[derive(Debug)]
pub(crate) struct TensorDock {
    image: String,
}

/// Every answer's outermost part.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
struct Locations {
    locations: Vec<Location>,
}

#[derive(Debug, Deserialize)]
struct Location {
    id: String,
    city: Option<String>,
    country: Option<String>,
    gpus: Vec<Value>,
}

/// What a location has of one model.
#[derive(Debug, Deserialize)]
struct Gpu {
    /// `geforcertx4090-pcie-24gb`.
    #[serde(rename = "v0Name")]
    name: String,
    /// As many as one machine may have.
    max_count: u32,
    /// Dollars for one GPU alone.
    price_per_hr: Number,
    resources: Sizes,
    pricing: Pricing,
    network_features: Network,
}

/// The most that one machine may have.
#[derive(Debug, Deserialize)]
struct Sizes {
    #[serde(rename = "max_vcpus")]
    vcpus: u32,
    #[serde(rename = "max_ram_gb")]
    ram_gb: u32,
    #[serde(rename = "max_storage_gb")]
    disk_gb: u32,
}

/// Dollars an hour of one of each.
#[derive(Debug, Deserialize)]
struct Pricing {
    #[serde(rename = "per_vcpu_hr")]
    vcpu: Number,
    #[serde(rename = "per_gb_ram_hr")]
    ram_gb: Number,
    #[serde(rename = "per_gb_storage_hr")]
    disk_gb: Number,
}

#[derive(Debug, Deserialize)]
struct Network {
    #[serde(default)]
    dedicated_ip_available: bool,
}

#[derive(Deserialize)]
struct List {
    attributes: Instances,
}

#[derive(Deserialize)]
struct Instances {
    instances: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: String,
    attributes: Attributes,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(default)]
    name: String,
    /// `starting`, `running`, `stopping`, `stopped`, `deleting`, `deleted`, `error`, in either case.
    status: String,
    ip_address: Option<String>,
    /// Dollars, for the whole machine.
    rate_hourly: Option<Number>,
}

/// A refusal may come as an answer, with a status of its own.
#[derive(Deserialize)]
struct Created {
    data: Option<Named>,
    status: Option<Value>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Created {
    /// The identifier of what was made; `None` if it says nothing to rely on.
    fn id(self) -> Option<Outcome<String>> {
        if let Some(Named { id }) = self.data {
            return Some(Ok(id));
        }
        let status = u16::try_from(self.status?.as_u64()?).ok();
        let status = status.filter(|status| (400..500).contains(status))?;
        let error = self.error.unwrap_or_default();
        let message = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        Some(Err(Failure::Refused { status, code: String::new(), message }))
    }
}

fn micros(dollars: &Number) -> Option<i64> {
    usd_micros(&dollars.to_string())
}

impl Gpu {
    /// What one machine with so many GPUs costs; `None` unless every part has a price.
    fn rate_micros(&self, count: u32) -> Option<i64> {
        let gpu = micros(&self.price_per_hr).filter(|micros| *micros > 0)?;
        let vcpus = micros(&self.pricing.vcpu)?.checked_mul((VCPUS_PER_GPU * count).into())?;
        let ram = micros(&self.pricing.ram_gb)?.checked_mul((RAM_GB_PER_GPU * count).into())?;
        let disk = micros(&self.pricing.disk_gb)?.checked_mul(DISK_GB.into())?;
        let gpus = gpu.checked_mul(count.into())?;
        gpus.checked_add(vcpus)?.checked_add(ram)?.checked_add(disk)
    }

    fn fits(&self, count: u32) -> bool {
        let most = &self.resources;
        count <= self.max_count
            && VCPUS_PER_GPU * count <= most.vcpus
            && RAM_GB_PER_GPU * count <= most.ram_gb
            && DISK_GB <= most.disk_gb
    }

    /// `geforcertx4090-pcie` of `geforcertx4090-pcie-24gb`, and those 24.
    fn spelling(&self) -> (&str, Option<u32>) {
        let parts = self.name.rsplit_once('-');
        let gb = parts.and_then(|(_, last)| last.strip_suffix("gb")?.parse().ok());
        (parts.filter(|_| gb.is_some()).map_or(self.name.as_str(), |it| it.0), gb)
    }

    /// The machines of this model at a location.
    fn plans<'a>(&'a self, location: &'a Location) -> impl Iterator<Item = Plan> + 'a {
        let (full, gb) = self.spelling();
        let model = full.strip_suffix("-pcie").unwrap_or(full);
        let is_ours = self.network_features.dedicated_ip_available;
        let counts = COUNTS.into_iter().filter(move |count| is_ours && self.fits(*count));
        counts.map(move |count| Plan {
            kind: format!("{count}x {}/{}", self.name, location.id),
            spellings: vec![full.to_owned(), model.to_owned()],
            gpus: count,
            gpu_memory_mib: gb.and_then(gpu_mib),
            vcpus: VCPUS_PER_GPU * count,
            ram_gib: RAM_GB_PER_GPU * count,
            disk_gib: DISK_GB,
            rate_micros: self.rate_micros(count),
            places: vec![(location.region(), Stock::Medium)],
            ..Plan::default()
        })
    }
}

impl Location {
    /// `Joplin (United States)`. Lists of regions are separated by commas, so a name has none.
    fn region(&self) -> String {
        let named = |it: &Option<String>| it.clone().filter(|name| !name.is_empty());
        let name = match (named(&self.city), named(&self.country)) {
            (Some(city), Some(country)) => format!("{city} ({country})"),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => UNSPECIFIED.to_owned(),
        };
        name.replace(',', "")
    }

    /// One model that tells nonsense keeps no other from being sold.
    fn gpus(&self) -> impl Iterator<Item = Gpu> + '_ {
        self.gpus.iter().filter_map(|gpu| Gpu::deserialize(gpu).ok())
    }
}

impl Instance {
    fn listed(self) -> Listed {
        let Attributes { name, status, ip_address, rate_hourly } = self.attributes;
        let life = match status.to_lowercase().as_str() {
            "starting" => Life::Starting,
            "deleting" => Life::Going,
            "deleted" | "terminated" => Life::Gone,
            _ => Life::Running,
        };
        let is_up = status.eq_ignore_ascii_case("running");
        let ip = ip_address.and_then(|ip| ip.parse::<IpAddr>().ok()).filter(|_| is_up);
        let told = rate_hourly.as_ref().and_then(micros);
        Listed {
            id: self.id,
            name,
            kind: String::new(),
            region: String::new(),
            life,
            rate: told.map_or(Rate::OfPlan, Rate::Told),
            reached: ip.map(Reached::At),
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for TensorDock {
    const CLOUD: &'static str = "tensordock";
    const PECULIAR: Peculiar = Peculiar {
        // 100 requests a minute.
        min_interval_ms: 600,
        ..Peculiar::usual("the GPU market TensorDock")
    };
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const REQUESTS: Requests = Requests { offers: 1, list: 1, launch: 3, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        Ok(Self { image: account.image.clone().ok_or("image")? })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Envelope { data: Locations { locations } } = act.get("/locations").await?;
        let mut plans = Vec::new();
        for location in &locations {
            for gpu in location.gpus() {
                plans.extend(gpu.plans(location));
            }
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Envelope { data: List { attributes } } = act.get("/instances").await?;
        Ok(attributes.instances.into_iter().map(Instance::listed).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (what, location) = order.kind.rsplit_once('/').unwrap_or_default();
        let (count, model) = what.split_once("x ").unwrap_or_default();
        let count: u32 = count.parse().unwrap_or_default();
        let key = order.configuration.ssh_public_keys.first();
        let script = boot_script::script(order.configuration, order.jupyter_token, Self::SSH_USER);
        let attributes = json!({
            "name": order.name,
            "type": "virtualmachine",
            "image": self.image,
            "resources": {
                "vcpu_count": VCPUS_PER_GPU.saturating_mul(count),
                "ram_gb": RAM_GB_PER_GPU.saturating_mul(count),
                "storage_gb": DISK_GB,
                "gpus": {model: {"count": count}},
            },
            "location_id": location,
            "useDedicatedIp": true,
            "ssh_key": key.map_or(NOBODY, String::as_str),
            "cloud_init": {"runcmd": [boot_script::on_one_line(&script)]},
        });
        let body = json!({"data": {"type": "virtualmachine", "attributes": attributes}});
        let created: Created = act.post("/instances", &body).await?;
        let id =
            created.id().unwrap_or_else(|| Err(act.unknown("the answer names no instance")))?;
        Ok(order.launched(id, Rate::Listed))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/instances/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn sold(name: &str, max_count: u32, changes: Value) -> Vec<(String, u32, u32, i64)> {
        let mut gpu = json!({
            "v0Name": name, "displayName": "It", "max_count": max_count, "price_per_hr": 0.35,
            "resources": {"max_vcpus": 16, "max_ram_gb": 64, "max_storage_gb": 1000},
            "pricing": {"per_vcpu_hr": 0.003, "per_gb_ram_hr": 0.002, "per_gb_storage_hr": 0.00005},
            "network_features": {"dedicated_ip_available": true},
        });
        if let (Value::Object(gpu), Value::Object(changes)) = (&mut gpu, changes) {
            gpu.extend(changes);
        }
        let location = Location {
            id: "l".to_owned(),
            city: Some("Seoul".to_owned()),
            country: Some("Korea, Republic of".to_owned()),
            gpus: vec![gpu, json!({"v0Name": "nonsense"})],
        };
        let plans: Vec<_> =
            location.gpus().flat_map(|gpu| gpu.plans(&location).collect::<Vec<_>>()).collect();
        let told = sample::offers(TensorDock::CLOUD, &plans).into_iter().map(|it| {
            assert_eq!(it.region, "Seoul (Korea Republic of)");
            let rate = it.provider_rate_usd_micros_per_hour.0;
            (it.gpu, it.gpu_memory_gib, it.gpu_count.0 / 1_000, rate)
        });
        told.collect()
    }

    #[test]
    fn a_machine_costs_all_of_its_parts() {
        // 35 cents, 4 vCPUs, 16 GB of memory, and 100 GB of disk whatever the count.
        let rate = |count: i64| count * (350_000 + 12_000 + 32_000) + 5_000;
        for (name, gpu, gib) in [
            ("geforcertx4090-pcie-24gb", "RTX 4090", 24),
            ("h100-sxm5-80gb", "H100 SXM", 80),
            ("rtxa4000-pcie-16gb", "RTX A4000", 16),
            ("v100-sxm2-16gb", "V100 SXM", 16),
        ] {
            let expected = [1_u32, 2, 4].map(|it| (gpu.to_owned(), gib, it, rate(it.into())));
            assert_eq!(sold(name, 7, json!({})), expected, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_reached_or_had_or_has_a_part_without_a_price_is_not_sold() {
        let name = "geforcertx4090-pcie-24gb";
        for changes in [
            json!({"network_features": {"dedicated_ip_available": false}}),
            json!({"max_count": 0}),
            json!({"price_per_hr": 0}),
            json!({"pricing": {"per_vcpu_hr": 0.003, "per_gb_ram_hr": 0.002}}),
            json!({"resources": {"max_vcpus": 16, "max_ram_gb": 64, "max_storage_gb": 99}}),
        ] {
            assert_eq!(sold(name, 1, changes.clone()), [], "{changes}");
        }
    }

    #[test]
    fn a_refusal_may_come_as_an_answer() {
        let id = |text| serde_json::from_str::<Created>(text).ok().and_then(Created::id);
        let made = id(r#"{"data":{"type":"virtualmachine","id":"i","attributes":{}}}"#);
        assert!(matches!(made, Some(Ok(id)) if id == "i"));
        let refused = id(r#"{"status":400,"error":"No available nodes found"}"#);
        let Some(Err(refused)) = refused else { panic!("{refused:?}") };
        assert!(refused.is_status(400) && refused.says("No available"), "{refused:?}");
        for unknown in ["{}", r#"{"status":500,"error":"x"}"#, r#"{"status":"ok"}"#] {
            assert!(id(unknown).is_none(), "{unknown}");
        }
    }
}
