//! The GPU Droplets of `DigitalOcean` (digitalocean.com), which are VMs, API v2:
//! <https://docs.digitalocean.com/reference/api/>.
//!
//! A Droplet that is off is billed in full, so to us `DigitalOcean` can end machines but not stop
//! them. All keys of its user arrive by cloud-init. GPU Droplets stand in a list of their own: the
//! plain list of Droplets leaves them out. That they are billed by the second is documented; that it
//! is for at least five minutes is our cautious reading.

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::charges::{self, BilledDay, encoded};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::{Plan, gpu_mib};

/// The images with driver and Docker: for one GPU of NVIDIA, for eight, and for AMD's.
const IMAGES: [&str; 3] = ["gpu-h100x1-base", "gpu-h100x8-base", "gpu-amd-base"];

/// An account at `DigitalOcean`.
#[derive(Debug)]
pub(crate) struct DigitalOcean;

#[derive(Debug, Deserialize)]
struct Size {
    /// `gpu-h100x8-640gb`.
    slug: String,
    /// MB.
    memory: u32,
    vcpus: u32,
    /// GB.
    disk: u32,
    /// Dollars, for the whole machine.
    price_hourly: Number,
    /// Those that have some; empty: sold out.
    #[serde(default)]
    regions: Vec<String>,
    /// Whether anybody may have one.
    #[serde(default)]
    available: bool,
    /// Absent without a GPU.
    gpu_info: Option<Gpu>,
}

#[derive(Debug, Deserialize)]
struct Gpu {
    count: u32,
    /// `nvidia_h100`.
    model: String,
    vram: Amount,
}

/// Memory of all GPUs together.
#[derive(Debug, Deserialize)]
struct Amount {
    amount: u32,
    /// `gib`.
    unit: String,
}

#[derive(Debug, Deserialize)]
struct Droplet {
    id: u64,
    name: String,
    /// `new`, `active`, `off`, `archive`, or a new word.
    status: String,
    size_slug: String,
    #[serde(default)]
    networks: Networks,
}

#[derive(Debug, Default, Deserialize)]
struct Networks {
    #[serde(default)]
    v4: Vec<Network>,
}

#[derive(Debug, Deserialize)]
struct Network {
    ip_address: String,
    /// `public` or `private`.
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct One {
    droplet: Droplet,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(alias = "droplets", alias = "sizes")]
    items: Vec<T>,
    #[serde(default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    pages: Pages,
}

#[derive(Default, Deserialize)]
struct Pages {
    /// The whole address of the next page; absent on the last one.
    next: Option<String>,
}

#[derive(Deserialize)]
struct Ours {
    account: Identity,
}

#[derive(Deserialize)]
struct Identity {
    /// The one that the key is of; absent where it is of none.
    team: Option<Team>,
}

#[derive(Deserialize)]
struct Team {
    uuid: String,
}

#[derive(Deserialize)]
struct Insights {
    data_points: Vec<Charge>,
    current_page: u32,
    total_pages: u32,
}

#[derive(Deserialize)]
struct Charge {
    /// Its day.
    start_date: Date,
    /// Dollars, as a text.
    total_amount: Value,
}

impl Insights {
    fn split(self) -> (Vec<Charge>, Option<String>) {
        let is_last = self.current_page >= self.total_pages;
        let next = self.current_page.saturating_add(1);
        (self.data_points, (!is_last).then(|| format!("page={next}")))
    }
}

impl<T> Page<T> {
    fn split(self) -> (Vec<T>, Option<String>) {
        let query = self.links.pages.next.as_deref().and_then(|next| next.split_once('?'));
        let page = query.and_then(|(_, query)| query.split('&').find(|it| it.starts_with("page=")));
        (self.items, page.map(str::to_owned))
    }
}

impl Size {
    fn plan(self) -> Plan {
        let (count, total_gib) = match &self.gpu_info {
            Some(gpu) if gpu.vram.unit == "gib" => (gpu.count, gpu.vram.amount),
            _ => (0, 0),
        };
        let regions = self.regions.into_iter().filter(|_| self.available);
        Plan {
            kind: self.slug,
            spellings: self.gpu_info.into_iter().map(|gpu| gpu.model).collect(),
            gpus: count,
            gpu_memory_mib: total_gib.checked_div(count).and_then(gpu_mib),
            vcpus: self.vcpus,
            ram_gib: self.memory / MIB_PER_GIB,
            disk_gib: self.disk,
            rate_micros: usd_micros(&self.price_hourly.to_string()),
            // DigitalOcean says where there is some but not how much.
            places: regions.map(|region| (region, Stock::Medium)).collect(),
            ..Plan::default()
        }
    }
}

impl Droplet {
    fn listed(self) -> Listed {
        let public = self.networks.v4.iter().find(|network| network.kind == "public");
        Listed {
            life: if self.status == "new" { Life::Starting } else { Life::Running },
            reached: Reached::at(public.map(|network| network.ip_address.as_str()))
                .filter(|_| self.status == "active"),
            id: self.id.to_string(),
            name: self.name,
            kind: self.size_slug,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

/// The image for a size, by the slug's own words: `gpu-mi300x8-1536gb`.
fn image(slug: &str) -> &'static str {
    let [one, eight, amd] = IMAGES;
    match slug {
        amds if amds.starts_with("gpu-mi") => amd,
        eights if eights.contains("x8-") => eight,
        _ => one,
    }
}

#[async_trait]
impl Cloud for DigitalOcean {
    const CLOUD: &'static str = "digitalocean";
    const PECULIAR: Peculiar = Peculiar {
        // 250 requests a minute: <https://docs.digitalocean.com/reference/api/#rate-limit>.
        min_interval_ms: 250,
        ..Peculiar::usual("the GPU cloud DigitalOcean")
    };
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 300 };
    const REQUESTS: Requests = Requests::PRICED_BY_PLAN;

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let sizes = act.all("/v2/sizes?per_page=200", Page::<Size>::split).await?;
        Ok(sizes.into_iter().map(Size::plan).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let path = "/v2/droplets?type=gpus&per_page=200";
        let droplets = act.all(path, Page::<Droplet>::split).await?;
        Ok(droplets.into_iter().map(Droplet::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { droplet } = act.get(&format!("/v2/droplets/{id}")).await?;
        Ok(Some(droplet.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "name": order.name,
            "region": order.region,
            "size": order.kind,
            "image": image(order.kind),
            // None: cloud-init lets the user's keys in.
            "ssh_keys": [],
            "user_data": order.user_data(Login::Root),
        });
        let One { droplet } = act.post("/v2/droplets", &body).await?;
        Ok(droplet.listed())
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/v2/droplets/{}", machine.id)).await
    }

    /// Of the team's bill, of which there is an estimate each night:
    /// <https://docs.digitalocean.com/reference/api/reference/billing/>. It does not say whether the
    /// last day of a range is part of it, so the next one is asked for too.
    async fn charged(&self, act: &mut Act<'_>, day: Date) -> Outcome<Option<i64>> {
        let Ours { account } = act.get("/v2/account").await?;
        let Some(Team { uuid }) = account.team else { return Ok(None) };
        let (team, next) = (encoded(&uuid), BilledDay::of(day).next());
        let path = format!("/v2/billing/do:team:{team}/insights/{day}/{next}?per_page=200");
        let mut charges = act.all(&path, Insights::split).await?;
        charges.retain(|it| it.start_date == day);
        charges::sum(act, charges.iter().map(|it| charges::micros(&it.total_amount))).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_row_of_digitaloceans_list_is_read_as_it_is_published() {
        let row = r#"{"slug":"gpu-h100x8-640gb","memory":1966080,"vcpus":160,"disk":2046,
            "price_hourly":23.92,"regions":["nyc1"],"available":true,"gpu_info":{"count":8,
            "vram":{"amount":640,"unit":"gib"},"model":"nvidia_h100"}}"#;
        let plan = serde_json::from_str::<Size>(row).map(Size::plan).unwrap_or_default();
        let offers = sample::offers(DigitalOcean::CLOUD, &[plan]);
        let [offer] = offers.as_slice() else { panic!("{offers:?}") };
        let size = (offer.gpu_count.0, offer.gpu_memory_gib, offer.ram_gib, offer.vcpus);
        assert_eq!((offer.gpu.as_str(), size), ("H100", (8_000, 80, 1_920, 160)));
        assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 23_920_000);
    }

    #[test]
    fn a_gpu_has_the_image_with_its_own_driver() {
        assert_eq!(image("gpu-l40sx1-48gb"), "gpu-h100x1-base");
        assert_eq!(image("gpu-h200x8-1128gb"), "gpu-h100x8-base");
        assert_eq!(image("gpu-mi325x8-2048gb"), "gpu-amd-base");
    }
}
