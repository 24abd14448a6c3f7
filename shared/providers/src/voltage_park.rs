//! The GPU cloud Voltage Park (voltagepark.com), whose machines are VMs, API v1:
//! <https://cloud-api.voltagepark.com/api/v1/redoc>.
//!
//! A preset is sold at locations, whose lists of presets say how many of each are left. What a
//! machine that is stopped costs is not documented, so to us Voltage Park can end machines but not
//! stop them. Compute and storage have a price each, both strings. It is not verified that a machine
//! is reached at port 22 of its public address and by the user `user`; where the machine tells a port
//! of its own for that, it is that one.

use std::collections::BTreeMap;
use std::net::IpAddr;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::pod::Address;
use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::{ENVIRONMENT, command, environment};
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const SSH: u16 = 22;

/// An account at Voltage Park.
#[derive(Debug)]
pub(crate) struct VoltagePark {
    ssh_port: u16,
}

#[derive(Deserialize)]
struct Page<T> {
    results: Vec<T>,
    #[serde(default)]
    has_next: bool,
}

#[derive(Debug, Deserialize)]
struct Location {
    id: String,
    #[serde(default)]
    available_presets: Vec<Preset>,
}

#[derive(Debug, Deserialize)]
struct Preset {
    id: String,
    resources: Resources,
    /// Dollars as strings, for the whole machine.
    compute_rate_hourly: Option<String>,
    storage_rate_hourly: Option<String>,
    available_vms: u32,
    #[serde(default)]
    operating_system: String,
}

#[derive(Debug, Deserialize)]
struct Resources {
    /// `h100-sxm5-80gb`, mostly one.
    #[serde(default)]
    gpus: BTreeMap<String, Count>,
    vcpu_count: u32,
    ram_gb: u32,
    storage_gb: u32,
}

#[derive(Debug, Deserialize)]
struct Count {
    count: u32,
}

#[derive(Debug, Deserialize)]
struct Machine {
    id: String,
    #[serde(default)]
    name: String,
    /// `Running`, `Stopped`, `StoppedDisassociated`, `Terminated`, `Outbid`, `Relocating`, or a new
    /// word.
    status: String,
    /// Null until it has one.
    public_ip: Option<String>,
    #[serde(default)]
    port_forwards: Vec<Forward>,
    pricing: Option<Pricing>,
}

/// A port, as it is reached from outside.
#[derive(Debug, Deserialize)]
struct Forward {
    internal_port: u16,
    external_port: u16,
}

#[derive(Debug, Deserialize)]
struct Pricing {
    /// Dollars as a string.
    rate_hourly: Option<String>,
}

#[derive(Deserialize)]
struct Launched {
    #[serde(alias = "vm_id")]
    id: String,
}

impl Preset {
    /// What it is, in a shape that does not depend on the location.
    fn plan(&self) -> Plan {
        let (name, count) = match self.resources.gpus.iter().next() {
            Some((name, it)) if self.resources.gpus.len() == 1 => (Some(name), it.count),
            // Several models in one machine are no offer of ours.
            _ => (None, 0),
        };
        let part = |dollars: &Option<String>| usd_micros(dollars.as_deref()?);
        let rate = part(&self.compute_rate_hourly).filter(|compute| *compute > 0);
        let rate = rate.and_then(|compute| compute.checked_add(part(&self.storage_rate_hourly)?));
        Plan {
            kind: self.id.clone(),
            spellings: name.into_iter().cloned().collect(),
            gpus: count,
            gpu_memory_mib: name.and_then(|name| memory_mib(name)),
            vcpus: self.resources.vcpu_count,
            ram_gib: self.resources.ram_gb,
            disk_gib: self.resources.storage_gb,
            rate_micros: rate,
            ..Plan::default()
        }
    }

    fn stock(&self) -> Stock {
        match self.available_vms {
            0 => Stock::None,
            _ if self.operating_system.starts_with("Windows") => Stock::None,
            1..=2 => Stock::Low,
            3..=9 => Stock::Medium,
            _ => Stock::High,
        }
    }
}

/// MiB as the end of `h100-sxm5-80gb` tells.
fn memory_mib(gpu: &str) -> Option<u32> {
    let gb: u32 = gpu.rsplit('-').next()?.strip_suffix("gb")?.parse().ok()?;
    gpu_mib(gb)
}

/// One plan for each preset, with every location that has some.
fn plans(locations: Vec<Location>) -> Vec<Plan> {
    let mut plans: BTreeMap<String, Plan> = BTreeMap::new();
    for location in locations {
        for preset in &location.available_presets {
            let plan = plans.entry(preset.id.clone()).or_insert_with(|| preset.plan());
            plan.places.push((location.id.clone(), preset.stock()));
        }
    }
    plans.into_values().collect()
}

impl Machine {
    fn listed(self, ssh_port: u16) -> Listed {
        let is_up = self.status == "Running";
        let ip = self.public_ip.and_then(|ip| ip.parse::<IpAddr>().ok()).filter(|_| is_up);
        let mapped = self.port_forwards.iter().find(|it| it.internal_port == SSH);
        let reached = ip.map(|ip| match mapped {
            None => Reached::At(ip),
            Some(Forward { external_port, .. }) => Reached::By(Address {
                host: ip.to_string(),
                ssh_port: if *external_port == SSH { ssh_port } else { *external_port },
                ssh_user: VoltagePark::SSH_USER.to_owned(),
                simulated: false,
                ports: Vec::new(),
            }),
        });
        let told = self.pricing.and_then(|it| usd_micros(it.rate_hourly?.as_str()));
        Listed {
            life: if self.status == "Terminated" { Life::Gone } else { Life::Running },
            rate: told.map_or(Rate::OfPlan, Rate::Told),
            reached,
            id: self.id,
            name: self.name,
            kind: String::new(),
            region: String::new(),
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for VoltagePark {
    const CLOUD: &'static str = "voltage-park";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU cloud Voltage Park");
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "user";
    const REQUESTS: Requests = Requests::PRICED_BY_LIST;

    fn of(account: &Account) -> Result<Self, &'static str> {
        Ok(Self { ssh_port: account.ssh_port })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Page { results, .. } = act.get("/virtual-machines/instant/locations").await?;
        Ok(plans(results))
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let mut seen = 0_usize;
        let machines = act.all("/virtual-machines/", |page: Page<Machine>| {
            seen = seen.saturating_add(page.results.len());
            // A page that is empty and not the last would go on for ever.
            let next =
                (page.has_next && !page.results.is_empty()).then(|| format!("offset={seen}"));
            (page.results, next)
        });
        Ok(machines.await?.into_iter().map(|it| it.listed(self.ssh_port)).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let machine: Machine = act.get(&format!("/virtual-machines/{id}")).await?;
        Ok(Some(machine.listed(self.ssh_port)))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let runs: Vec<_> = command(&order.configuration.template).into_iter().collect();
        let file = json!({
            "path": ENVIRONMENT,
            "permissions": "0600",
            "content": environment(order.jupyter_token),
        });
        let body = json!({
            "config_id": order.kind,
            "location_id": order.region,
            "name": order.name,
            // Those of our account are let in nowhere.
            "organization_ssh_keys": {"mode": "none"},
            "ssh_keys": order.configuration.ssh_public_keys,
            "cloud_init": {"write_files": [file], "runcmd": runs},
        });
        let Launched { id } = act.post::<Launched>("/virtual-machines/instant", &body).await?;
        // It has no word for a machine that boots.
        Ok(Listed { life: Life::Running, ..order.launched(id, Rate::Listed) })
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/virtual-machines/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::sample;

    fn sold(compute: &Value, storage: &Value) -> Vec<i64> {
        let text = json!([{"id": "here", "available_presets": [{
            "id": "preset", "compute_rate_hourly": compute, "storage_rate_hourly": storage,
            "available_vms": 4, "operating_system": "TensorML 24 Everything",
            "resources": {"gpus": {"h100-sxm5-80gb": {"count": 8}}, "vcpu_count": 208,
            "ram_gb": 1_800, "storage_gb": 2_000}}]}]);
        let locations: Vec<Location> = serde_json::from_value(text).unwrap_or_default();
        let offers = sample::offers(VoltagePark::CLOUD, &plans(locations));
        let told = |it: &domain::market::offer::Offer| {
            assert_eq!(
                (it.gpu.as_str(), it.gpu_memory_gib, it.gpu_count.0),
                ("H100 SXM", 80, 8_000)
            );
            it.provider_rate_usd_micros_per_hour.0
        };
        offers.iter().map(told).collect()
    }

    #[test]
    fn both_parts_of_a_price_have_to_be_known() {
        assert_eq!(sold(&json!("15.120000"), &json!("0.03")), [15_150_000]);
        for unknown in [json!(null), json!("free"), json!("-1")] {
            assert_eq!(sold(&unknown, &json!("0.03")), Vec::<i64>::new(), "{unknown}");
            assert_eq!(sold(&json!("15.12"), &unknown), Vec::<i64>::new(), "{unknown}");
        }
        assert_eq!(sold(&json!("0"), &json!("0.03")), Vec::<i64>::new());
    }

    #[test]
    fn only_an_end_is_an_end() {
        for (status, life) in [
            ("Running", Life::Running),
            ("Stopped", Life::Running),
            ("Outbid", Life::Running),
            ("Relocating", Life::Running),
            ("Terminated", Life::Gone),
        ] {
            let text = json!({"id": "i", "name": "n", "status": status, "public_ip": null});
            let machine = serde_json::from_value::<Machine>(text).map(|it| it.listed(22).life);
            assert_eq!(machine.ok(), Some(life), "{status}");
        }
    }
}
