//! The GPU cloud `CloudRift` (cloudrift.ai), whose machines are VMs: <https://docs.cloudrift.ai/>.
//!
//! Every request is a POST that names the protocol's date. A machine gets its name from `CloudRift`,
//! so ours is its **tag**, which the list tells. A machine is ended for good and never only stopped.
//! The account names the image (`image`, an address) with driver and Docker for NVIDIA's GPUs that
//! run its open driver; what needs another one is not sold. A type tells how many machines each data
//! center has free. Keys are part of a launch; token and template arrive by one command. It is not
//! verified how it bills, nor that the command runs as a user who may become root.

use std::collections::BTreeMap;
use std::net::IpAddr;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::pod::{Address, PublicPort};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::decimal::{Rounding, scaled};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;

/// The protocol, by its date: a launch is refused with an older one.
const VERSION: &str = "2026-09-08";
/// A ten-thousandth of a cent is a micro-dollar.
const CENT_PLACES: usize = 4;
const BYTES_PER_GIB: u64 = 1 << 30;
const BYTES_PER_MIB: u64 = 1 << 20;
/// Beginnings of types whose GPUs need another driver than the account's image has.
const OTHER_DRIVERS: [&str; 3] = ["mi", "p100", "v100"];
const SSH: u16 = 22;

/// An account at `CloudRift`.
#[derive(Debug)]
pub(crate) struct CloudRift {
    image: String,
    ssh_port: u16,
}

/// Every answer's outermost part.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
struct Types {
    instance_types: Vec<Type>,
}

#[derive(Deserialize)]
struct Type {
    /// `RTX 4090`.
    brand_short: String,
    variants: Vec<Variant>,
}

#[derive(Debug, Deserialize)]
struct Variant {
    /// `rtx49-10c-kn.2`.
    name: String,
    cpu_count: u32,
    /// Bytes, all of them of the whole machine.
    dram: u64,
    vram: u64,
    disk: u64,
    gpu_count: u32,
    /// Cents, for the whole machine.
    cost_per_hour: Number,
    /// How many are free in each data center.
    #[serde(default)]
    available_nodes_per_dc: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
struct Instances {
    instances: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: String,
    /// Ours is its name.
    #[serde(default)]
    tags: Vec<String>,
    /// `Initializing`, `Active`, `Deactivating`, `Inactive`, `Failed`, or a new word.
    status: String,
    /// Null until it has one.
    host_address: Option<String>,
    /// Pairs of a port inside and its number outside; null until they are known, and empty where
    /// ports keep their numbers.
    port_mappings: Option<Vec<(u16, u16)>>,
    #[serde(default)]
    virtual_machines: Vec<Vm>,
    resource_info: Option<Resources>,
}

#[derive(Debug, Deserialize)]
struct Vm {
    #[serde(default)]
    ready: bool,
    /// By kind of login, of which there is one.
    #[serde(default)]
    login_info: BTreeMap<String, Login>,
}

#[derive(Debug, Deserialize)]
struct Login {
    username: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resources {
    /// Cents.
    cost_per_hour: Option<Number>,
}

#[derive(Deserialize)]
struct Rented {
    instance_ids: Vec<String>,
}

/// Cents, which may have a fraction, as micro-dollars.
fn micros(cents: &Number) -> Option<i64> {
    i64::try_from(scaled(&cents.to_string(), CENT_PLACES, Rounding::Nearest)?).ok()
}

fn stock(free: u32) -> Stock {
    match free {
        0 => Stock::None,
        1 | 2 => Stock::Low,
        3..=9 => Stock::Medium,
        _ => Stock::High,
    }
}

impl Variant {
    fn plan(self, brand: &str) -> Plan {
        let part = |bytes: u64, unit: u64| u32::try_from(bytes / unit).unwrap_or_default();
        let is_ours = !OTHER_DRIVERS.iter().any(|it| self.name.starts_with(it));
        let gpu_bytes = self.vram.checked_div(u64::from(self.gpu_count)).filter(|it| *it > 0);
        let places = self.available_nodes_per_dc.into_iter().filter(|_| is_ours);
        Plan {
            kind: self.name,
            spellings: vec![brand.to_owned()],
            gpus: self.gpu_count,
            gpu_memory_mib: gpu_bytes.map(|bytes| part(bytes, BYTES_PER_MIB)),
            vcpus: self.cpu_count,
            ram_gib: part(self.dram, BYTES_PER_GIB),
            disk_gib: part(self.disk, BYTES_PER_GIB),
            rate_micros: micros(&self.cost_per_hour),
            places: places.map(|(center, free)| (center, stock(free))).collect(),
            ..Plan::default()
        }
    }
}

impl Instance {
    fn listed(self, ssh_port: u16) -> Listed {
        let told = self.resource_info.as_ref().and_then(|it| micros(it.cost_per_hour.as_ref()?));
        Listed {
            life: match self.status.as_str() {
                "Initializing" => Life::Starting,
                "Deactivating" => Life::Going,
                "Inactive" | "Failed" => Life::Gone,
                _ => Life::Running,
            },
            reached: self.address(ssh_port).filter(|_| self.status == "Active").map(Reached::By),
            rate: told.map_or(Rate::OfPlan, Rate::Told),
            id: self.id,
            name: self.tags.into_iter().next().unwrap_or_default(),
            kind: String::new(),
            region: String::new(),
            disk_id: None,
        }
    }

    /// Where it is reached, once all of that is known.
    fn address(&self, own_ssh_port: u16) -> Option<Address> {
        let ip: IpAddr = self.host_address.as_ref()?.parse().ok()?;
        let mapped = self.port_mappings.as_ref()?;
        let vm = self.virtual_machines.first()?;
        let user = vm.login_info.values().find_map(|login| login.username.clone());
        let ssh = mapped.iter().find(|(inside, _)| *inside == SSH).map(|(_, outside)| *outside);
        let others = mapped.iter().filter(|(inside, _)| *inside != SSH);
        vm.ready.then(|| Address {
            host: ip.to_string(),
            ssh_port: ssh.unwrap_or(own_ssh_port),
            ssh_user: user.unwrap_or_else(|| CloudRift::SSH_USER.to_owned()),
            simulated: false,
            ports: others
                .map(|(port, public)| PublicPort { port: *port, public: *public })
                .collect(),
        })
    }
}

/// What is told of `data`.
async fn told<T: DeserializeOwned>(act: &mut Act<'_>, path: &str, data: Value) -> Outcome<T> {
    let Envelope { data } = act.post(path, &json!({"version": VERSION, "data": data})).await?;
    Ok(data)
}

async fn instances(act: &mut Act<'_>, selector: Value) -> Outcome<Vec<Instance>> {
    let mask = json!({"with_connection_info": true, "with_usage_info": true});
    let data = json!({"selector": selector, "mask": mask});
    let Instances { instances } = told(act, "/instances/list", data).await?;
    Ok(instances)
}

#[async_trait]
impl Cloud for CloudRift {
    const CLOUD: &'static str = "cloudrift";
    const PECULIAR: Peculiar =
        Peculiar { authorized_by: ("x-api-key", ""), ..Peculiar::usual("the GPU cloud CloudRift") };
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "riftuser";
    const REQUESTS: Requests = Requests { offers: 1, list: 1, launch: 3, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let image = account.image.clone().ok_or("image")?;
        Ok(Self { image, ssh_port: account.ssh_port })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let data = json!({"selector": {"ByServiceAndLocation": {"services": ["vm"]}}});
        let Types { instance_types } = told(act, "/instance-types/list", data).await?;
        let plans = instance_types.into_iter().flat_map(|Type { brand_short, variants }| {
            variants.into_iter().map(move |variant| variant.plan(&brand_short))
        });
        Ok(plans.collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let selector = json!({"ByStatus": ["Initializing", "Active", "Deactivating"]});
        let instances = instances(act, selector).await?;
        Ok(instances.into_iter().map(|it| it.listed(self.ssh_port)).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let found = instances(act, json!({"ById": [id]})).await?;
        Ok(found.into_iter().next().map(|it| it.listed(self.ssh_port)))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let script = boot_script::template(order.configuration, order.jupyter_token);
        let mut machine = json!({
            "image_url": self.image,
            "cloudinit_commands": boot_script::on_one_line(&script),
        });
        let keys = &order.configuration.ssh_public_keys;
        if !keys.is_empty() {
            machine["ssh_key"] = json!({"PublicKeys": keys});
        }
        let place = json!({"instance_type": order.kind, "datacenters": [order.region]});
        let data = json!({
            "selector": {"ByInstanceTypeAndLocation": place},
            "with_public_ip": true,
            "tags": [order.name],
            "config": {"VirtualMachine": machine},
        });
        let Rented { instance_ids } = told(act, "/instances/rent", data).await?;
        match instance_ids.into_iter().next() {
            Some(id) => Ok(order.launched(id, Rate::Listed)),
            // It has this answer, too, for a type that nobody has left.
            None => Err(Failure::Refused {
                status: 409,
                code: String::new(),
                message: "none is available".to_owned(),
            }),
        }
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let data = json!({"selector": {"ById": [machine.id]}});
        let body = json!({"version": VERSION, "data": data});
        act.answer(Method::POST, "/instances/terminate", Some(body)).await.map(drop)
    }

    /// A data center that has no node of a type says that it is not found.
    fn refused(&self, failure: Failure) -> LaunchError {
        if failure.is_status(400) && failure.says("not found") {
            return LaunchError::NoCapacity;
        }
        refusals::launch_error(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn sold(name: &str, gpus: u32, cents: &str) -> Vec<(String, i64, Stock)> {
        let text = format!(
            r#"{{"brand_short":"RTX 4090","variants":[{{"name":"{name}","cpu_count":30,
            "dram":107374182400,"vram":51539607552,"disk":536870912000,"gpu_count":{gpus},
            "cost_per_hour":{cents},"available_nodes_per_dc":{{"us-east-nc-nr-1":3,"eu-1":0}}}}]}}"#
        );
        let Ok(Type { brand_short, variants }) = serde_json::from_str(&text) else {
            return Vec::new();
        };
        let plans: Vec<_> = variants.into_iter().map(|it| it.plan(&brand_short)).collect();
        let offers = sample::offers(CloudRift::CLOUD, &plans).into_iter().map(|it| {
            let size = (it.gpu.as_str(), it.gpu_memory_gib, it.ram_gib, it.disk.included_gib);
            assert_eq!(size, ("RTX 4090", 24, 100, 500));
            (it.region, it.provider_rate_usd_micros_per_hour.0, it.stock)
        });
        offers.collect()
    }

    #[test]
    fn bytes_and_fractions_of_cents_are_read() {
        let here = |rate| vec![("us-east-nc-nr-1".to_owned(), rate, Stock::Medium)];
        assert_eq!(sold("rtx49-10c-kn.2", 2, "78"), here(780_000));
        assert_eq!(sold("rtx49-10c-kn.2", 2, "139.36"), here(1_393_600));
        assert_eq!(sold("rtx49-10c-kn.2", 0, "78"), []);
        assert_eq!(sold("v100-8c.2", 2, "78"), [], "its driver is another one");
    }

    fn address(mappings: &Value, ready: bool) -> Option<(u16, String, Vec<PublicPort>)> {
        let login = json!({"UsernameAndPassword": {"username": "someone", "password": "x"}});
        let text = json!({"id": "i", "tags": ["n"], "status": "Active", "host_address": "192.0.2.7",
            "port_mappings": mappings, "virtual_machines": [{"ready": ready, "login_info": login}]});
        let listed = serde_json::from_value::<Instance>(text).ok()?.listed(22);
        let Some(Reached::By(told)) = listed.reached else { return None };
        Some((told.ssh_port, told.ssh_user, told.ports))
    }

    #[test]
    fn a_machine_is_reached_once_it_is_ready_and_its_ports_are_known() {
        let user = "someone".to_owned();
        assert_eq!(address(&Value::Null, true), None);
        assert_eq!(address(&json!([]), false), None);
        assert_eq!(address(&json!([]), true), Some((22, user.clone(), Vec::new())));
        let mapped = PublicPort { port: 8_888, public: 40_001 };
        let told = address(&json!([[22, 40_000], [8_888, 40_001]]), true);
        assert_eq!(told, Some((40_000, user, vec![mapped])));
    }
}
