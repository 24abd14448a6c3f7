//! The GPU cloud Latitude.sh, whose machines are whole servers: <https://docs.latitude.sh/reference>.
//!
//! A server is billed until it is deleted, whatever its power does, so to us Latitude.sh can end
//! machines but not stop them. A plan has a price for each region, which is several sites. Keys and
//! token arrive by cloud-init, which is an object of its own: each machine gets one under its own
//! name, which is removed with it. The account names its project, and an operating system that has
//! driver and Docker (`image`). It is not verified how long a host name may be, nor that the servers
//! of our own project are all on the pages of a list that ends with a shorter one.

use std::collections::BTreeMap;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use serde::Deserialize;
use serde_json::{Number, json};

use crate::account::Account;
use crate::cloud::{Accessory, Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::{Rounding, scaled, usd_micros};
use crate::http::{Act, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};

const PER_PAGE: usize = 100;
const GB_PER_TB: u32 = 1_000;

/// An account at Latitude.sh.
#[derive(Debug)]
pub(crate) struct Latitude {
    project: String,
    image: String,
}

/// Every answer's outermost part.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
struct Sold {
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    /// `g3-h100-small`.
    slug: String,
    specs: Specs,
    #[serde(default)]
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct Specs {
    cpu: Cores,
    memory: Total,
    #[serde(default)]
    drives: Vec<Drive>,
    /// Null without one.
    gpu: Option<Gpu>,
}

/// Cores of one processor, and how many of those.
#[derive(Deserialize)]
struct Cores {
    cores: u32,
    count: u32,
}

/// GB.
#[derive(Deserialize)]
struct Total {
    total: u32,
}

#[derive(Deserialize)]
struct Drive {
    count: u32,
    /// `3.8 TB` or `480 GB`.
    size: String,
}

#[derive(Deserialize)]
struct Gpu {
    count: u32,
    /// `NVIDIA H100`.
    #[serde(rename = "type")]
    model: String,
    /// GB.
    #[serde(rename = "vram_per_gpu")]
    memory: Option<u32>,
}

#[derive(Deserialize)]
struct Region {
    locations: Sites,
    /// By currency.
    pricing: BTreeMap<String, Price>,
}

#[derive(Deserialize)]
struct Sites {
    /// Those that sell it.
    #[serde(default)]
    available: Vec<String>,
    /// Those that have some.
    #[serde(default)]
    in_stock: Vec<String>,
}

#[derive(Deserialize)]
struct Price {
    hour: Option<Number>,
}

#[derive(Deserialize)]
struct Listing {
    id: String,
    attributes: Server,
}

#[derive(Deserialize)]
struct Server {
    #[serde(default)]
    hostname: String,
    /// `on`, `off`, `deploying`, …, or a new word.
    status: String,
    /// Null until it has one.
    primary_ipv4: Option<String>,
    plan: Slug,
    region: At,
}

#[derive(Deserialize)]
struct Slug {
    slug: String,
}

#[derive(Deserialize)]
struct At {
    site: Slug,
}

#[derive(Deserialize)]
struct UserData {
    id: String,
    attributes: Described,
}

#[derive(Deserialize)]
struct Described {
    #[serde(default)]
    description: String,
}

impl Sold {
    /// One plan for each site, at the price of its region.
    fn plans(self) -> Vec<Plan> {
        let Attributes { slug, specs, regions } = self.attributes;
        let disks = specs.drives.iter().filter_map(|it| gb(&it.size)?.checked_mul(it.count));
        let usual = Plan {
            kind: slug,
            gpus: specs.gpu.as_ref().map_or(0, |gpu| gpu.count),
            gpu_memory_mib: specs.gpu.as_ref().and_then(|gpu| gpu_mib(gpu.memory?)),
            spellings: specs.gpu.into_iter().map(|gpu| gpu.model).collect(),
            vcpus: specs.cpu.cores.saturating_mul(specs.cpu.count),
            ram_gib: specs.memory.total,
            disk_gib: disks.fold(0, u32::saturating_add),
            ..Plan::default()
        };
        let of_region = |Region { locations, pricing }: Region| {
            let hour = pricing.get("USD").and_then(|price| price.hour.as_ref());
            let rate_micros = hour.and_then(|hour| usd_micros(&hour.to_string()));
            let Sites { available, in_stock } = locations;
            let usual = usual.clone();
            available.into_iter().map(move |site| {
                // Latitude.sh says where there is some; how much is told for a region only.
                let stock = if in_stock.contains(&site) { Stock::Medium } else { Stock::None };
                let places = vec![(site.clone(), stock)];
                Plan { rate_micros, places, priced_in: Some(site), ..usual.clone() }
            })
        };
        regions.into_iter().flat_map(of_region).collect()
    }
}

/// GB of a drive.
fn gb(size: &str) -> Option<u32> {
    let (number, unit) = size.split_once(' ')?;
    let times = match unit {
        "TB" => GB_PER_TB,
        "GB" => 1,
        _ => return None,
    };
    let thousandths = scaled(number, 3, Rounding::Down)?.checked_mul(u64::from(times))?;
    u32::try_from(thousandths / 1_000).ok()
}

impl Listing {
    fn listed(self) -> Listed {
        let Server { hostname, status, primary_ipv4, plan, region } = self.attributes;
        Listed {
            life: if status == "deploying" { Life::Starting } else { Life::Running },
            reached: Reached::at(primary_ipv4.as_deref()).filter(|_| status == "on"),
            id: self.id,
            name: hostname,
            kind: plan.slug,
            region: region.site.slug,
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

/// What is on all pages of a list, of which the last is the one that is not full.
async fn all<T: for<'a> Deserialize<'a>>(act: &mut Act<'_>, path: &str) -> Outcome<Vec<T>> {
    let mut number = 1_u32;
    let path = format!("{path}page[size]={PER_PAGE}");
    act.all(&path, |Envelope { data }: Envelope<Vec<T>>| {
        number = number.saturating_add(1);
        let is_last = data.len() < PER_PAGE;
        (data, (!is_last).then(|| format!("page[number]={number}")))
    })
    .await
}

#[async_trait]
impl Cloud for Latitude {
    const CLOUD: &'static str = "latitude";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU cloud Latitude.sh");
    /// A begun hour is billed whole: <https://docs.latitude.sh/docs/billing>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 1, list: 2, launch: 4, terminate: 3 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let project = account.project.clone().ok_or("project")?;
        let image = account.image.clone().ok_or("image")?;
        Ok(Self { project, image })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let sold: Vec<Sold> = all(act, "/plans?").await?;
        Ok(sold.into_iter().flat_map(Sold::plans).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let path = format!("/servers?filter[project]={}&", self.project);
        let servers: Vec<Listing> = all(act, &path).await?;
        Ok(servers.into_iter().map(Listing::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let path = format!("/servers/{id}");
        let Envelope { data } = act.get::<Envelope<Listing>>(&path).await?;
        Ok(Some(data.listed()))
    }

    /// A cloud-init, whose name need not be unique.
    async fn accessory(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Option<String>> {
        // An earlier try may have made it.
        if let Some(earlier) = self.accessories(act, order.name).await?.into_iter().next() {
            return Ok(Some(earlier.reference));
        }
        let content = BASE64.encode(order.user_data(Login::Default).as_bytes());
        let attributes = json!({"description": order.name, "content": content});
        let body = json!({"data": {"type": "user_data", "attributes": attributes}});
        let Envelope { data } = act.post::<Envelope<UserData>>("/user_data", &body).await?;
        Ok(Some(data.id))
    }

    async fn accessories(&self, act: &mut Act<'_>, machine_name: &str) -> Outcome<Vec<Accessory>> {
        let told: Vec<UserData> = all(act, "/user_data?").await?;
        let named = told.into_iter().filter(|it| it.attributes.description == machine_name);
        let accessory =
            |UserData { id, .. }| Accessory { path: format!("/user_data/{id}"), reference: id };
        Ok(named.map(accessory).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let attributes = json!({
            "project": self.project,
            "plan": order.kind,
            "site": order.region,
            "operating_system": self.image,
            "hostname": order.name,
            // None: cloud-init lets the user's keys in.
            "ssh_keys": [],
            "user_data": order.accessory,
            "billing": "hourly",
        });
        let body = json!({"data": {"type": "servers", "attributes": attributes}});
        let Envelope { data } = act.post::<Envelope<Listing>>("/servers", &body).await?;
        Ok(data.listed())
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/servers/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_drives_are_read_exactly() {
        for (size, gb_told) in
            [("3.8 TB", Some(3_800)), ("480 GB", Some(480)), ("1.92 TB", Some(1_920))]
        {
            assert_eq!(gb(size), gb_told, "{size}");
        }
        for unknown in ["", "3.8TB", "3.8 PB", "-1 TB", "many TB"] {
            assert_eq!(gb(unknown), None, "{unknown}");
        }
    }
}
