//! The GPU cloud Exoscale (exoscale.com), whose machines are VMs, API v2:
//! <https://openapi-v2.exoscale.com/>.
//!
//! Each request is signed: `client_id` is the name of the key, `api_key` its secret. An API serves one
//! zone, which its address (`base_url`) names. It tells no prices: those are a public list of
//! Exoscale's portal (`prices_url`), the same for all zones, where a machine and a GB of its disk have
//! one each. Nothing but the family of a type tells its GPU. A type is sold where the organization may
//! use it; how many are left is not told. A machine that is off keeps its disk, which is billed, so to
//! us Exoscale can end machines but not stop them.
//!
//! The account names a template with driver and Docker (`image`) and, as its `project`, the security
//! group that lets SSH and the ports of templates in, both by their identifiers. It is not verified
//! how seconds are billed, nor in which words a launch is refused: what an operation may say is known,
//! and whether a launch fails at once or later is not.

use std::collections::BTreeMap;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::{BillingTerms, Stock};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::{Rounding, scaled};
use crate::http::{Act, Failure, Headers, Outcome, Peculiar, Unsigned};
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;

/// GB of the disk that a machine gets.
const DISK_GB: u32 = 150;
/// Prices are added up in millionths of a micro-dollar, and rounded once.
const PRICE_PLACES: usize = 12;
const PER_MICRO: u64 = 1_000_000;
const BYTES_PER_GIB: u64 = 1 << 30;
/// How long a signature holds.
const SIGNED_FOR_SECS: u64 = 600;
/// Families and their GPUs, of which each is made with one memory only.
const GPUS: [(&str, &str); 6] = [
    ("gpu3", "A40"),
    ("gpu3080ti", "RTX 3080 Ti"),
    ("gpua30", "A30"),
    ("gpua5000", "RTX A5000"),
    ("gpub300", "B300"),
    ("gpurtx6000pro", "RTX PRO 6000"),
];
/// What zones begin with in the address of an API: `https://api-ch-gva-2.exoscale.com/v2`.
const ZONE_AFTER: &str = "api-";

/// An account at Exoscale.
#[derive(Debug)]
pub(crate) struct Exoscale {
    zone: String,
    image: String,
    security_group: String,
    prices_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sold {
    instance_types: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Type {
    id: String,
    /// `gpu3`.
    family: String,
    /// `extra-large`.
    size: String,
    cpus: u32,
    /// Absent without one.
    #[serde(default)]
    gpus: u32,
    /// Bytes.
    memory: u64,
    /// Whether our organization may use it.
    #[serde(default)]
    authorized: bool,
    #[serde(default)]
    zones: Vec<String>,
}

/// What an hour of each thing costs, by currency.
#[derive(Deserialize)]
struct Prices {
    usd: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Instances {
    instances: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Instance {
    id: String,
    #[serde(default)]
    name: String,
    /// `starting`, `running`, `stopping`, `stopped`, `destroying`, …, or a new word.
    state: String,
    /// Null until it has one.
    public_ip: Option<String>,
    #[serde(rename = "instance-type")]
    kind: Id,
}

#[derive(Debug, Deserialize)]
struct Id {
    id: String,
}

/// What becomes of a request that takes its time.
#[derive(Debug, Deserialize)]
struct Operation {
    /// `pending`, `success`, `failure` or `timeout`.
    state: String,
    /// `unavailable`, `forbidden`, `busy`, …
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
    /// What it is about.
    reference: Option<Id>,
}

/// A key of the list of prices without what only separates its words.
fn key(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Prices {
    /// What it costs an hour; zero is no price.
    fn price(&self, wanted: &str) -> Option<u64> {
        let price = self.usd.iter().find(|(it, _)| key(it) == wanted)?.1;
        let text = price.as_str().map_or_else(|| price.to_string(), str::to_owned);
        scaled(&text, PRICE_PLACES, Rounding::Up).filter(|price| *price > 0)
    }

    /// Micro-dollars an hour of a machine with its disk, rounded up.
    fn rate_micros(&self, of: &Type) -> Option<i64> {
        let machine = self.price(&key(&format!("running_{}_{}", of.family, of.size)))?;
        let all = machine.checked_add(self.price("volume")?.checked_mul(DISK_GB.into())?)?;
        i64::try_from(all.div_ceil(PER_MICRO)).ok()
    }
}

impl Type {
    /// Two of it: what is sold in this zone, and what a listed machine is of, which tells its type's
    /// identifier alone.
    fn plans(self, zone: &str, prices: &Prices) -> [Plan; 2] {
        let gpu = GPUS.iter().find(|(family, _)| *family == self.family);
        let is_here = self.authorized && self.zones.iter().any(|it| it == zone);
        let stock = if is_here { Stock::Medium } else { Stock::None };
        let sold = Plan {
            kind: format!("{}.{}/{}", self.family, self.size, self.id),
            spellings: gpu.iter().map(|(_, name)| (*name).to_owned()).collect(),
            gpus: self.gpus,
            vcpus: self.cpus,
            ram_gib: u32::try_from(self.memory / BYTES_PER_GIB).unwrap_or_default(),
            disk_gib: DISK_GB,
            rate_micros: prices.rate_micros(&self),
            places: vec![(zone.to_owned(), stock)],
            ..Plan::default()
        };
        let listed = Plan { kind: self.id, places: Vec::new(), ..sold.clone() };
        [sold, listed]
    }
}

impl Instance {
    fn listed(self, zone: &str) -> Listed {
        Listed {
            life: match self.state.as_str() {
                "starting" => Life::Starting,
                "destroying" | "expunging" => Life::Going,
                "destroyed" => Life::Gone,
                // Its disk is billed even if it is off.
                _ => Life::Running,
            },
            reached: Reached::at(self.public_ip.as_deref()).filter(|_| self.state == "running"),
            id: self.id,
            name: self.name,
            kind: self.kind.id,
            region: zone.to_owned(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

impl Operation {
    /// What it made; `None` if it says nothing to rely on.
    fn made(self) -> Option<Outcome<String>> {
        if self.state == "failure" {
            let code = self.reason.unwrap_or_default();
            let message = self.message.unwrap_or_default();
            return Some(Err(Failure::Refused { status: 409, code, message }));
        }
        self.reference.map(|it| Ok(it.id))
    }
}

/// The part of an API's address that names its zone.
fn zone(base_url: &str) -> Option<String> {
    let (_, rest) = base_url.split_once(ZONE_AFTER)?;
    let is_part = |it: &char| it.is_ascii_alphanumeric() || *it == '-';
    Some(rest.chars().take_while(is_part).collect::<String>()).filter(|zone| !zone.is_empty())
}

/// <https://openapi-v2.exoscale.com/topic/topic-api-request-signature>.
fn sign(unsigned: &Unsigned<'_>, (name, secret): (&str, &str)) -> Headers {
    let Unsigned { method, url, body, at_secs } = unsigned;
    let expires = at_secs.saturating_add(SIGNED_FOR_SECS);
    let query: BTreeMap<_, _> = url.query_pairs().collect();
    let values: String = query.values().map(AsRef::as_ref).collect();
    let signed = format!("{method} {}\n{body}\n{values}\n\n{expires}", url.path());
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return Vec::new() };
    mac.update(signed.as_bytes());
    let signature = BASE64.encode(&mac.finalize().into_bytes());
    let mut names = query.keys().map(AsRef::as_ref).collect::<Vec<_>>().join(";");
    if !names.is_empty() {
        names = format!("signed-query-args={names},");
    }
    let who = format!("EXO2-HMAC-SHA256 credential={name},{names}");
    vec![("authorization", format!("{who}expires={expires},signature={signature}"))]
}

#[async_trait]
impl Cloud for Exoscale {
    const CLOUD: &'static str = "exoscale";
    const PECULIAR: Peculiar =
        Peculiar { sign: Some(sign), ..Peculiar::usual("the GPU cloud Exoscale") };
    /// Prices are of an hour; that a begun one counts whole is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 2, list: 3, launch: 4, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        if account.client_id.is_none() {
            return Err("client_id");
        }
        Ok(Self {
            zone: zone(&account.base_url).ok_or("base_url")?,
            image: account.image.clone().ok_or("image")?,
            security_group: account.project.clone().ok_or("project")?,
            prices_url: account.prices_url.clone().ok_or("prices_url")?,
        })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Sold { instance_types } = act.get("/instance-type").await?;
        let prices: Prices = act.get_public(&self.prices_url).await?;
        // One type that tells nonsense keeps no other from being sold.
        let types = instance_types.iter().filter_map(|it| Type::deserialize(it).ok());
        Ok(types.flat_map(|it| it.plans(&self.zone, &prices)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Instances { instances } = act.get("/instance").await?;
        Ok(instances.into_iter().map(|it| it.listed(&self.zone)).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&format!("/instance/{id}")).await?;
        Ok(Some(instance.listed(&self.zone)))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (_, kind) = order.kind.split_once('/').unwrap_or_default();
        let body = json!({
            "name": order.name,
            "instance-type": {"id": kind},
            "template": {"id": self.image},
            "disk-size": DISK_GB,
            "public-ip-assignment": "inet4",
            "security-groups": [{"id": self.security_group}],
            "user-data": BASE64.encode(order.user_data(Login::Default).as_bytes()),
        });
        let operation: Operation = act.post("/instance", &body).await?;
        let reference = operation.reference.as_ref().map(|it| it.id.clone());
        let nothing = || Err(act.unknown("the answer names no instance"));
        match (operation.made().unwrap_or_else(nothing), reference) {
            (Ok(id), _) => Ok(order.launched(id, Rate::OfPlan)),
            // What failed may be there and billed, and no terminate follows a refusal.
            (Err(failure), Some(id)) => match act.delete(&format!("/instance/{id}")).await {
                Err(left) if !self.is_gone(&left) => {
                    Err(act.unknown("an instance that failed cannot be ended"))
                }
                _ => Err(failure),
            },
            (Err(failure), None) => Err(failure),
        }
    }

    /// An operation says `forbidden` of a limit, and a status may do so, too.
    fn refused(&self, failure: Failure) -> LaunchError {
        match &failure {
            Failure::Refused { code, .. } if code == "unavailable" => LaunchError::NoCapacity,
            Failure::Refused { status: 409, code, .. } if code == "forbidden" => {
                LaunchError::QuotaReached
            }
            limited if limited.is_status(403) && limited.says("limit") => LaunchError::QuotaReached,
            _ => refusals::launch_error(failure),
        }
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/instance/{}", machine.id)).await
    }
}

#[cfg(test)]
mod tests;
