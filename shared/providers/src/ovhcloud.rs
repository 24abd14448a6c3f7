//! The GPU cloud `OVHcloud` (ovhcloud.com), whose machines are `OpenStack` VMs, API 1.0:
//! <https://eu.api.ovh.com/console/?section=%2Fcloud&branch=v1>.
//!
//! Each request is signed: `client_id` is an application's key and its user's, `KEY:CONSUMER`, and
//! `api_key` the application's secret. A flavor is one type in one region, which tells size and whether
//! any can be had; its GPU and its price stand in a public catalogue of several megabytes, in hundred
//! millionths of a euro. That is read whenever offers are, and otherwise only where the last reading is
//! older than minutes. A flavor has a disk of its own. A machine that is shut off is billed in full, so
//! to us `OVHcloud` can end machines but not stop them.
//!
//! The account names its project, and an image with driver and Docker (`image`) by its name, which
//! stands for another identifier in each region. Prices are those of the French company's catalogue;
//! that other companies of the euro zone ask the same is not verified, nor is how a begun hour counts,
//! nor in which words a launch is refused.

mod catalogue;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use serde::Deserialize;
use serde_json::json;
use sha1::{Digest, Sha1};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::account::{Account, ApiKey};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::http::{Act, Failure, Headers, Outcome, Peculiar, Unsigned};
use crate::plan::Plan;
use catalogue::Catalogue;

/// How old the last reading of the catalogue may be for the prices of machines that run.
const PRICE_AGE_MAX: Duration = Duration::from_mins(5);

/// An account at `OVHcloud`.
#[derive(Debug)]
pub(crate) struct OvhCloud {
    project: String,
    image: String,
    catalogue_url: String,
    /// Millionths of a euro an hour, by flavor, and when that was read.
    known: Mutex<Option<(Instant, BTreeMap<String, i64>)>>,
}

/// A type of machine in one region.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flavor {
    id: String,
    /// `h100-380`.
    name: String,
    region: String,
    vcpus: u32,
    /// GB.
    disk: u32,
    #[serde(default)]
    available: bool,
    /// How many more our project may have.
    quota: Option<u32>,
    #[serde(default)]
    os_type: String,
    plan_codes: Option<PlanCodes>,
}

#[derive(Debug, Deserialize)]
struct PlanCodes {
    /// `h100-380.consumption`.
    hourly: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Image {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instance {
    id: String,
    #[serde(default)]
    name: String,
    /// Where several are listed.
    flavor_id: Option<String>,
    /// Where one is told.
    flavor: Option<Identified>,
    region: String,
    /// `BUILD`, `ACTIVE`, `SHUTOFF`, `ERROR`, `DELETING`, `DELETED`, …, or a new word.
    status: String,
    #[serde(default)]
    ip_addresses: Vec<Address>,
}

#[derive(Debug, Deserialize)]
struct Identified {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Address {
    ip: String,
    /// `public` or `private`.
    #[serde(rename = "type")]
    of: String,
    version: u32,
}

impl Flavor {
    /// Two of it: what is sold, and what a listed machine is of, which tells its flavor's identifier
    /// alone.
    fn plans(self, catalogue: &Catalogue) -> Option<[Plan; 2]> {
        let is_linux = self.os_type != "windows";
        let code = self.plan_codes?.hourly.filter(|_| is_linux)?;
        let addon = catalogue.addon(&code)?;
        let can_be_had = self.available && self.quota != Some(0);
        let stock = if can_be_had { Stock::Medium } else { Stock::None };
        let sold = Plan {
            kind: format!("{}/{}", self.name, self.id),
            vcpus: self.vcpus,
            disk_gib: self.disk,
            places: vec![(self.region, stock)],
            ..addon.plan()
        };
        let listed = Plan { kind: self.id, places: Vec::new(), ..sold.clone() };
        Some([sold, listed])
    }
}

impl Instance {
    /// A flavor that a fresh reading lacks is none of ours, and costs nothing: asking again would tell
    /// no more.
    fn listed(self, known: Option<&BTreeMap<String, i64>>) -> Listed {
        let flavor = self.flavor_id.or(self.flavor.map(|it| it.id)).unwrap_or_default();
        let public = self.ip_addresses.iter().find(|it| it.of == "public" && it.version == 4);
        let address = public.map(|it| it.ip.as_str());
        Listed {
            life: match self.status.as_str() {
                "BUILD" | "BUILDING" => Life::Starting,
                "DELETING" => Life::Going,
                "DELETED" | "SOFT_DELETED" => Life::Gone,
                // Billed in full, even if it is shut off.
                _ => Life::Running,
            },
            reached: Reached::at(address).filter(|_| self.status == "ACTIVE"),
            id: self.id,
            name: self.name,
            rate: known
                .map_or(Rate::OfPlan, |it| Rate::Told(it.get(&flavor).copied().unwrap_or(0))),
            kind: flavor,
            region: self.region,
            disk_id: None,
        }
    }
}

/// <https://docs.ovh.com/gb/en/api/first-steps-with-ovh-api/>.
fn sign(unsigned: &Unsigned<'_>, (name, secret): (&str, &str)) -> Headers {
    let Unsigned { method, url, body, at_secs } = unsigned;
    let (application, consumer) = name.split_once(':').unwrap_or_default();
    let signed = format!("{secret}+{consumer}+{method}+{url}+{body}+{at_secs}");
    vec![
        ("x-ovh-application", application.to_owned()),
        ("x-ovh-consumer", consumer.to_owned()),
        ("x-ovh-timestamp", at_secs.to_string()),
        ("x-ovh-signature", format!("$1${:x}", Sha1::digest(signed))),
    ]
}

impl OvhCloud {
    fn path(&self, of: &str) -> String {
        format!("/cloud/project/{}/{of}", self.project)
    }

    /// What machines of each flavor cost, if that was read lately.
    async fn known(&self) -> Option<BTreeMap<String, i64>> {
        let last = self.known.lock().await;
        let fresh = last.as_ref().filter(|(at, _)| at.elapsed() <= PRICE_AGE_MAX);
        fresh.map(|(_, known)| known.clone())
    }
}

#[async_trait]
impl Cloud for OvhCloud {
    const CLOUD: &'static str = "ovhcloud";
    const PECULIAR: Peculiar = Peculiar {
        // Its catalogue is large.
        answer_within: Duration::from_secs(8),
        sign: Some(sign),
        ..Peculiar::usual("the GPU cloud OVHcloud")
    };
    /// Instances are billed by the hour: <https://www.ovhcloud.com/en/public-cloud/prices/>. That a
    /// begun one counts whole is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const CURRENCY: &'static str = catalogue::CURRENCY;
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 2, list: 3, launch: 5, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let name = account.client_id.as_ref().map(ApiKey::reveal);
        if !name.is_some_and(|it| it.contains(':')) {
            return Err("client_id");
        }
        Ok(Self {
            project: account.project.clone().ok_or("project")?,
            image: account.image.clone().ok_or("image")?,
            catalogue_url: format!("{}{}", account.base_url, catalogue::PATH),
            known: Mutex::default(),
        })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let flavors: Vec<Flavor> = act.get(&self.path("flavor")).await?;
        let catalogue: Catalogue = act.get_public(&self.catalogue_url).await?;
        let plans = flavors.into_iter().filter_map(|it| it.plans(&catalogue)).flatten();
        let plans: Vec<_> = plans.collect();
        let rates = plans.iter().filter_map(|it| Some((it.kind.clone(), it.rate_micros?)));
        *self.known.lock().await = Some((Instant::now(), rates.collect()));
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let instances: Vec<Instance> = act.get(&self.path("instance")).await?;
        let known = self.known().await;
        Ok(instances.into_iter().map(|it| it.listed(known.as_ref())).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&self.path(&format!("instance/{id}"))).await?;
        Ok(Some(instance.listed(self.known().await.as_ref())))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (_, flavor) = order.kind.split_once('/').unwrap_or_default();
        let path = self.path(&format!("image?region={}&osType=linux", order.region));
        let images: Vec<Image> = act.get(&path).await?;
        let image = images.into_iter().find(|it| it.name == self.image).map(|it| it.id);
        let image = image.ok_or_else(|| Failure::Refused {
            status: 404,
            code: String::new(),
            message: format!("the region {} has no image {}", order.region, self.image),
        })?;
        let body = json!({
            "name": order.name,
            "flavorId": flavor,
            "imageId": image,
            "region": order.region,
            "userData": order.user_data(Login::Default),
            "monthlyBilling": false,
        });
        let instance: Instance = act.post(&self.path("instance"), &body).await?;
        // What it costs may have changed since it was quoted, and so since the last reading.
        Ok(order.launched(instance.id, Rate::OfPlan))
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&self.path(&format!("instance/{}", machine.id))).await
    }
}

#[cfg(test)]
mod tests;
