//! The GPU cloud of Linode, which is Akamai's (linode.com), whose machines are VMs, API v4:
//! <https://techdocs.akamai.com/linode-api/reference/api>.
//!
//! A machine that is powered off is billed in full, so to us Linode can end machines but not stop
//! them. Its own images have neither driver nor Docker, so the account names an image of its own
//! that has both and runs cloud-init. Some regions have prices of their own. A price of zero is one
//! that is not published. A launch must set a password for root: it is derived from the account's
//! key and the machine's name, and nobody is told it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use serde::Deserialize;
use serde_json::{Number, json};
use sha2::{Digest, Sha256};

use crate::account::{Account, ApiKey};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::Plan;

/// Beginnings of types, and their GPUs: nothing else tells these.
const GPUS: [(&str, &str); 3] = [
    ("g1-gpu-rtx6000-", "Quadro RTX 6000"),
    ("g2-gpu-rtx4000a", "RTX 4000 Ada"),
    ("g3-gpu-rtxpro6000-", "RTX PRO 6000"),
];

/// An account at Linode.
#[derive(Debug)]
pub(crate) struct Linode {
    key: ApiKey,
    image: String,
}

#[derive(Debug, Deserialize)]
struct Sold {
    /// `g2-gpu-rtx4000a1-s`.
    id: String,
    /// Absent or zero without a GPU.
    #[serde(default)]
    gpus: u32,
    vcpus: u32,
    /// MB.
    memory: u32,
    /// MB.
    disk: u32,
    price: Price,
    #[serde(default)]
    region_prices: Vec<RegionPrice>,
}

/// Dollars, for the whole machine; zero or null if it is not published.
#[derive(Debug, Deserialize)]
struct Price {
    hourly: Option<Number>,
}

#[derive(Debug, Deserialize)]
struct RegionPrice {
    /// The region: `br-gru`.
    id: String,
    hourly: Option<Number>,
}

#[derive(Debug, Deserialize)]
struct Available {
    region: String,
    /// The type.
    plan: String,
    #[serde(rename = "available")]
    is_there: bool,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: u64,
    label: String,
    /// Null for a machine of a type that is no longer known.
    #[serde(rename = "type")]
    kind: Option<String>,
    region: String,
    /// `provisioning`, `booting`, `running`, `offline`, `deleting`, …, or a new word.
    status: String,
    /// The public one first.
    #[serde(default)]
    ipv4: Vec<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    #[serde(rename = "page")]
    number: u32,
    #[serde(rename = "pages")]
    last: u32,
}

impl<T> Page<T> {
    fn split(self) -> (Vec<T>, Option<String>) {
        let next = (self.number < self.last).then(|| format!("page={}", self.number + 1));
        (self.data, next)
    }
}

/// Micro-dollars; zero is no price.
fn micros(hourly: Option<&Number>) -> Option<i64> {
    usd_micros(&hourly?.to_string()).filter(|micros| *micros > 0)
}

impl Sold {
    /// One plan for most regions, and one for each that has a price of its own.
    fn plans(self) -> Vec<Plan> {
        let gpu = GPUS.iter().find(|(beginning, _)| self.id.starts_with(beginning));
        let usual = Plan {
            spellings: gpu.iter().map(|(_, name)| (*name).to_owned()).collect(),
            gpus: self.gpus,
            vcpus: self.vcpus,
            ram_gib: self.memory / MIB_PER_GIB,
            disk_gib: self.disk / MIB_PER_GIB,
            rate_micros: micros(self.price.hourly.as_ref()),
            kind: self.id,
            ..Plan::default()
        };
        let regional = self.region_prices.into_iter().map(|RegionPrice { id, hourly }| Plan {
            rate_micros: micros(hourly.as_ref()),
            priced_in: Some(id),
            ..usual.clone()
        });
        let mut plans: Vec<_> = regional.collect();
        plans.insert(0, usual);
        plans
    }
}

/// The plans with the regions that have some, each at its own price.
fn stocked(mut plans: Vec<Plan>, available: &[Available]) -> Vec<Plan> {
    let regional: BTreeSet<_> =
        plans.iter().filter_map(|it| Some((it.kind.clone(), it.priced_in.clone()?))).collect();
    for plan in &mut plans {
        let of_plan = available.iter().filter(|it| it.is_there && it.plan == plan.kind);
        let here = of_plan.filter(|it| match &plan.priced_in {
            Some(region) => it.region == *region,
            None => !regional.contains(&(it.plan.clone(), it.region.clone())),
        });
        // Linode says where there is some but not how much.
        plan.places = here.map(|it| (it.region.clone(), Stock::Medium)).collect();
    }
    plans
}

impl Instance {
    fn listed(self) -> Listed {
        Listed {
            life: match self.status.as_str() {
                "provisioning" | "booting" => Life::Starting,
                "deleting" => Life::Going,
                // Billed in full, even if it is offline.
                _ => Life::Running,
            },
            reached: Reached::at(self.ipv4.first().map(String::as_str))
                .filter(|_| self.status == "running"),
            id: self.id.to_string(),
            name: self.label,
            kind: self.kind.unwrap_or_default(),
            region: self.region,
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for Linode {
    const CLOUD: &'static str = "linode";
    const PECULIAR: Peculiar = Peculiar {
        // 200 lists a minute: <https://techdocs.akamai.com/linode-api/reference/rate-limits>.
        min_interval_ms: 300,
        ..Peculiar::usual("the GPU cloud Linode")
    };
    /// A begun hour is billed whole: <https://www.linode.com/docs/products/platform/billing/>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const REQUESTS: Requests = Requests { offers: 2, list: 2, launch: 3, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let image = account.image.clone().ok_or("image")?;
        Ok(Self { key: account.api_key.clone(), image })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let types = act.all("/linode/types?page_size=500", Page::<Sold>::split).await?;
        Ok(types.into_iter().flat_map(Sold::plans).collect())
    }

    async fn stocked(&self, act: &mut Act<'_>, plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let path = "/regions/availability?page_size=500";
        Ok(stocked(plans, &act.all(path, Page::<Available>::split).await?))
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let path = "/linode/instances?page_size=500";
        let instances = act.all(path, Page::<Instance>::split).await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&format!("/linode/instances/{id}")).await?;
        Ok(Some(instance.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let secret = format!("{}|{}", self.key.reveal(), order.name);
        let user_data = BASE64.encode(order.user_data(Login::Root).as_bytes());
        let body = json!({
            "type": order.kind,
            "region": order.region,
            "image": self.image,
            "label": order.name,
            "root_pass": format!("{:X}-x", Sha256::digest(secret)),
            "metadata": {"user_data": user_data},
            // They would cost extra.
            "backups_enabled": false,
        });
        let instance: Instance = act.post("/linode/instances", &body).await?;
        Ok(instance.listed())
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/linode/instances/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn sold(hourly: &str) -> Vec<Plan> {
        let text = format!(
            r#"{{"id":"g2-gpu-rtx4000a2-s","gpus":2,"vcpus":8,"memory":32768,"disk":1048576,
            "price":{{"hourly":{hourly}}},"region_prices":[{{"id":"br-gru","hourly":1.456}}]}}"#
        );
        serde_json::from_str::<Sold>(&text).map(Sold::plans).unwrap_or_default()
    }

    fn rates(plans: Vec<Plan>) -> Vec<(String, i64)> {
        let at = |region: &str, is_there| Available {
            region: region.to_owned(),
            plan: "g2-gpu-rtx4000a2-s".to_owned(),
            is_there,
        };
        let available = [at("us-ord", true), at("br-gru", true), at("us-sea", false)];
        let offers = sample::offers(Linode::CLOUD, &stocked(plans, &available));
        let rate = |it: domain::market::offer::Offer| {
            assert_eq!((it.gpu.as_str(), it.gpu_count.0, it.ram_gib), ("RTX 4000 Ada", 2_000, 32));
            (it.region, it.provider_rate_usd_micros_per_hour.0)
        };
        offers.into_iter().map(rate).collect()
    }

    #[test]
    fn a_region_has_its_own_price_and_zero_is_none() {
        let dearer = ("br-gru".to_owned(), 1_456_000);
        assert_eq!(rates(sold("1.04")), [("us-ord".to_owned(), 1_040_000), dearer.clone()]);
        for unpublished in ["0", "0.0", "null"] {
            assert_eq!(rates(sold(unpublished)), [dearer.clone()], "{unpublished}");
        }
    }
}
