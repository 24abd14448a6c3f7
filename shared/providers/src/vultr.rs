//! The GPU cloud Vultr (vultr.com), whose machines are VMs with whole GPUs or shares of one, API v2:
//! <https://www.vultr.com/api/>.
//!
//! A halted machine keeps its place and is billed in full, so to us Vultr can end machines but not
//! stop them: <https://www.vultr.com/resources/faq/>. All keys of its user arrive by cloud-init. A
//! machine is listed without its price, which is that of its plan.

use std::time::Duration;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::gpu::Model;
use domain::market::offer::{BillingTerms, GpuThousandths, Stock};
use serde::Deserialize;
use serde_json::{Number, json};

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::Plan;
use crate::spelling::known;

/// Ubuntu 22.04, which on a plan with a GPU comes with its driver and Docker.
const OS_ID: u32 = 1_743;
/// Families that are made in several sizes, with the GB of those at Vultr: a plan tells only what
/// all of its GPUs have together, or its share of one has.
const SIZES_GB: [(&str, u32); 3] = [("A100", 80), ("GH200", 96), ("H100", 80)];

/// An account at Vultr.
#[derive(Debug)]
pub(crate) struct Vultr;

/// A type of machine, and the regions that have some.
#[derive(Debug, Deserialize)]
struct Sold {
    /// `vcg-a100-12c-120g-80vram`.
    id: String,
    vcpu_count: u32,
    /// MB.
    ram: u32,
    /// GB.
    disk: u32,
    /// Dollars, for the whole machine.
    hourly_cost: Number,
    /// Absent or empty: sold out everywhere.
    locations: Option<Vec<String>>,
    /// GB of all of its GPUs together; absent without a GPU.
    gpu_vram_gb: Option<u32>,
    /// `NVIDIA_A100`; absent without a GPU.
    gpu_type: Option<String>,
}

/// An instance of the account.
#[derive(Debug, Deserialize)]
struct Instance {
    id: String,
    #[serde(default)]
    label: String,
    plan: String,
    /// `0.0.0.0` until it has one.
    #[serde(default)]
    main_ip: String,
    /// `pending`, `active`, `suspended`, `resizing`, or a new word.
    status: String,
    /// `running` or `stopped`.
    #[serde(default)]
    power_status: String,
}

#[derive(Deserialize)]
struct One {
    instance: Instance,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "instances", alias = "plans")]
    items: Vec<T>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    /// Names the next page; null or empty on the last one.
    next: Option<String>,
}

impl<T> Page<T> {
    fn split(self) -> (Vec<T>, Option<String>) {
        // It is Base64, which an address has to escape.
        let escaped =
            |name: String| name.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let next = self.meta.links.next.filter(|name| !name.is_empty());
        (self.items, next.map(|name| format!("cursor={}", escaped(name))))
    }
}

impl Instance {
    fn listed(self) -> Listed {
        let is_up = self.status == "active" && self.power_status == "running";
        Listed {
            life: match self.status.as_str() {
                "pending" => Life::Starting,
                // Billed in full, even if it is halted or suspended.
                _ => Life::Running,
            },
            reached: Reached::at(Some(&self.main_ip)).filter(|_| is_up),
            id: self.id,
            name: self.label,
            kind: self.plan,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

impl Sold {
    fn plan(self) -> Plan {
        let gpu = self.gpu().unwrap_or_default();
        Plan {
            rate_micros: usd_micros(&self.hourly_cost.to_string()),
            kind: self.id,
            vcpus: self.vcpu_count,
            ram_gib: self.ram / MIB_PER_GIB,
            disk_gib: self.disk,
            // Vultr says where there is some but not how much.
            places: self
                .locations
                .unwrap_or_default()
                .into_iter()
                .map(|it| (it, Stock::Medium))
                .collect(),
            ..gpu
        }
    }

    /// Its GPUs, if they are known.
    fn gpu(&self) -> Option<Plan> {
        let memory_gb = self.gpu_vram_gb?;
        let model = known(Vultr::CLOUD, &[self.gpu_type.as_deref()?], None)?;
        let whole_gb = whole_gb(model)?;
        Some(Plan {
            spellings: vec![model.name.to_owned()],
            share: Some(count(memory_gb, whole_gb)?),
            gpu_memory_mib: whole_gb.checked_mul(MIB_PER_GIB),
            ..Plan::default()
        })
    }
}

/// GB of one whole GPU; `None` where that would be a guess.
fn whole_gb(model: &Model) -> Option<u32> {
    let of_vultr = SIZES_GB.iter().find(|(family, _)| *family == model.family);
    match (of_vultr, model.memory_gib) {
        (Some((_, gb)), _) | (None, [gb]) => Some(*gb),
        (None, _) => None,
    }
}

/// Whole GPUs, or a share of one; nothing between.
fn count(memory_gb: u32, whole_gb: u32) -> Option<GpuThousandths> {
    let is_sound = memory_gb > 0 && (memory_gb < whole_gb || memory_gb.is_multiple_of(whole_gb));
    let thousandths = memory_gb.checked_mul(GpuThousandths::ONE.0)?;
    let nearest = thousandths.checked_add(whole_gb / 2)?.checked_div(whole_gb)?;
    is_sound.then_some(GpuThousandths(nearest))
}

#[async_trait]
impl Cloud for Vultr {
    const CLOUD: &'static str = "vultr";
    const PECULIAR: Peculiar = Peculiar {
        answer_within: Duration::from_secs(7),
        // An address may make 30 requests a second:
        // <https://www.vultr.com/api/#section/Introduction>. Functions share few addresses, so an
        // account stays well below.
        min_interval_ms: 50,
        ..Peculiar::usual("the GPU cloud Vultr")
    };
    /// A begun hour is billed whole: <https://www.vultr.com/resources/faq/>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let types = act.all("/plans?type=all&per_page=500", Page::<Sold>::split).await?;
        Ok(types.into_iter().map(Sold::plan).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let instances = act.all("/instances?per_page=500", Page::<Instance>::split).await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { instance } = act.get(&format!("/instances/{id}")).await?;
        Ok(Some(instance.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "region": order.region,
            "plan": order.kind,
            "label": order.name,
            "os_id": OS_ID,
            "user_data": BASE64.encode(order.user_data(Login::Root).as_bytes()),
            // They would cost a fifth more.
            "backups": "disabled",
            "activation_email": false,
        });
        let One { instance } = act.post("/instances", &body).await?;
        Ok(instance.listed())
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/instances/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests;
