//! The GPU market Vast.ai (vast.ai), whose machines are containers on other people's hosts, API v0:
//! <https://docs.vast.ai/api-reference/introduction>.
//!
//! Each host asks a price of its own, for one place on it: an **ask**, which is gone once somebody
//! takes it. So of each GPU, count and country the cheapest ask is sold, of hosts that Vast.ai has
//! verified and that stand in data centers; the type of ours ends in its number:
//! `2x RTX 4090/31415926`. What is taken by bids may be lost at any time and is not sold. A machine
//! that is stopped keeps its disk, which is billed, but not its GPUs, which others may take, so to us
//! Vast.ai can end machines but not stop them. Its label is a machine's name. It is not verified that
//! the list of machines is whole, however many there are, nor that nothing but `CONTAINER_API_KEY`
//! opens anything of our account to a container.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use domain::market::region::UNSPECIFIED;
use domain::pod::{Address, PublicPort};
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::charges::{self, BilledDay, encoded};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::container::{Container, EVALUATE};
use crate::decimal::{Rounding, scaled, usd_micros};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;
use crate::spelling::known;

/// Where Vast.ai leaves a key of our account in each container.
const OUR_KEY: &str = "CONTAINER_API_KEY";
/// As many asks as are looked at, the best ones in Vast.ai's own order.
const ASKS_MAX: u32 = 2_000;
/// A machine has SSH's port and those of its template.
const PORTS_MIN: u32 = 4;
/// The disk of every machine of ours, GB, and how it is billed: by the hour of a month of 30 days.
const DISK_GB: i64 = 100;
const HOURS_PER_MONTH: i64 = 720;
/// Prices are rounded up to a tenth of a cent, since sums of Vast.ai's differ in their last digits.
const STEP_USD_MICROS: i64 = 1_000;
const SSH: u16 = 22;

/// An account at Vast.ai.
#[derive(Debug)]
pub(crate) struct Vast;

#[derive(Deserialize)]
struct Asks {
    offers: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Ask {
    id: u64,
    /// `RTX 4090`.
    gpu_name: String,
    num_gpus: u32,
    /// MiB of one GPU, as its driver tells them.
    gpu_ram: Number,
    /// Of the whole host, and what comes with these GPUs.
    cpu_cores: Number,
    cpu_cores_effective: Number,
    /// MB of the whole host.
    cpu_ram: Number,
    /// Dollars an hour for the machine with the disk that was asked for, and without one.
    dph_total: Number,
    dph_base: Number,
    /// Dollars a month for a GB of disk.
    storage_cost: Number,
    /// `Texas, US`; null where it is not known.
    geolocation: Option<String>,
}

#[derive(Deserialize)]
struct Many {
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct One {
    /// Null for one that is not there.
    instances: Option<Instance>,
}

#[derive(Debug, Deserialize)]
struct Instance {
    id: u64,
    label: Option<String>,
    /// Null at first, then `created`, `loading`, `running`, `exited`, `offline`, …, or a new word.
    actual_status: Option<String>,
    public_ipaddr: Option<String>,
    /// By port inside: `8888/tcp`.
    ports: Option<BTreeMap<String, Option<Vec<Outside>>>>,
    /// Dollars an hour, with its disk.
    dph_total: Option<Number>,
}

#[derive(Debug, Deserialize)]
struct Outside {
    #[serde(rename = "HostPort")]
    port: String,
}

#[derive(Deserialize)]
struct Accepted {
    #[serde(default)]
    success: bool,
    new_contract: Option<u64>,
    #[serde(default)]
    error: String,
    #[serde(default)]
    msg: String,
}

#[derive(Deserialize)]
struct Charges {
    results: Vec<Charge>,
    /// Null on the last page.
    next_token: Option<String>,
}

/// What one instance or volume was charged, on all the days that were asked for.
#[derive(Debug, Deserialize)]
struct Charge {
    /// The first and the last of those days on which there was any, in seconds since 1970.
    start: i64,
    end: i64,
    /// Dollars, with what is itemised below.
    amount: Value,
}

impl Charge {
    /// `None` for a charge that cannot be read or is not of this day alone.
    fn micros(&self, day: &BilledDay) -> Option<i64> {
        let from = Timestamp::from_second(self.start).ok()?;
        let until = Timestamp::from_second(self.end).ok()?;
        charges::micros(&self.amount).filter(|_| day.holds(from, until))
    }
}

fn thousandths(number: &Number) -> Option<u64> {
    scaled(&number.to_string(), 3, Rounding::Down)
}

impl Ask {
    /// What its machine costs with our disk. Vast.ai tells that, and it is never less than its parts.
    fn rate_micros(&self) -> Option<i64> {
        let told = usd_micros(&self.dph_total.to_string()).filter(|micros| *micros > 0)?;
        let disk = usd_micros(&self.storage_cost.to_string())?.checked_mul(DISK_GB)?;
        let disk = disk.checked_div(HOURS_PER_MONTH)?.checked_add(1)?;
        let parts = usd_micros(&self.dph_base.to_string())?.checked_add(disk)?;
        let steps =
            told.max(parts).checked_add(STEP_USD_MICROS - 1)?.checked_div(STEP_USD_MICROS)?;
        steps.checked_mul(STEP_USD_MICROS)
    }

    /// GiB of the host's memory that come with these GPUs: as large a part as of its processors.
    fn ram_gib(&self) -> Option<u32> {
        let all_mb = scaled(&self.cpu_ram.to_string(), 0, Rounding::Down)?;
        let ours = all_mb.checked_mul(thousandths(&self.cpu_cores_effective)?)?;
        let mb = ours.checked_div(thousandths(&self.cpu_cores)?)?;
        u32::try_from(mb / u64::from(MIB_PER_GIB)).ok()
    }

    /// `None` with a GPU that we do not know, or with numbers that cannot be read.
    fn plan(&self) -> Option<Plan> {
        let gpu_mib = scaled(&self.gpu_ram.to_string(), 0, Rounding::Down)?;
        let gpu_mib = u32::try_from(gpu_mib).ok()?;
        let model = known(Vast::CLOUD, &[&self.gpu_name], Some(gpu_mib))?;
        let (count, gib) = (self.num_gpus, model.memory_gib(gpu_mib));
        let vcpus = thousandths(&self.cpu_cores_effective)? / 1_000;
        Some(Plan {
            kind: format!("{count}x {}/{}", self.gpu_name, self.id),
            sold_as: Some(format!("{count}x {} {gib} GiB", model.name)),
            spellings: vec![self.gpu_name.clone()],
            gpus: count,
            gpu_memory_mib: Some(gpu_mib),
            vcpus: u32::try_from(vcpus).ok()?,
            ram_gib: self.ram_gib()?,
            disk_gib: u32::try_from(DISK_GB).ok()?,
            rate_micros: Some(self.rate_micros()?),
            places: vec![(country(self.geolocation.as_deref()), Stock::Low)],
            ..Plan::default()
        })
    }
}

/// `US` of `Texas, US`.
fn country(geolocation: Option<&str>) -> String {
    let last = geolocation.and_then(|it| it.rsplit(", ").next()).unwrap_or_default();
    let is_code = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { last } else { UNSPECIFIED }.to_owned()
}

/// The cheapest ask of each GPU, count and country; how many there are says how soon there may be
/// none.
fn cheapest(asks: impl Iterator<Item = Plan>) -> Vec<Plan> {
    let mut groups: BTreeMap<_, Vec<Plan>> = BTreeMap::new();
    for plan in asks {
        groups.entry((plan.sold_as.clone(), plan.places.clone())).or_default().push(plan);
    }
    let best = |plans: Vec<Plan>| {
        let stock = match plans.len() {
            0 | 1 => Stock::Low,
            2..=4 => Stock::Medium,
            _ => Stock::High,
        };
        let mut plan = plans.into_iter().min_by_key(|plan| plan.rate_micros)?;
        plan.places.iter_mut().for_each(|place| place.1 = stock);
        Some(plan)
    };
    groups.into_values().filter_map(best).collect()
}

impl Instance {
    fn listed(self) -> Listed {
        let status = self.actual_status.as_deref();
        let told = self.dph_total.as_ref().and_then(|it| usd_micros(&it.to_string()));
        Listed {
            life: match status {
                None | Some("created" | "loading") => Life::Starting,
                // Its disk is billed, whatever else it does.
                Some(_) => Life::Running,
            },
            reached: self.address().filter(|_| status == Some("running")).map(Reached::By),
            rate: told.map_or(Rate::OfPlan, Rate::Told),
            id: self.id.to_string(),
            name: self.label.unwrap_or_default(),
            kind: String::new(),
            region: String::new(),
            disk_id: None,
        }
    }

    /// Where it is reached, once SSH's port has a number outside.
    fn address(&self) -> Option<Address> {
        let host = self.public_ipaddr.as_ref()?.trim().to_owned();
        let mut ports = Vec::new();
        for (inside, outside) in self.ports.iter().flatten() {
            let inside = inside.strip_suffix("/tcp").and_then(|port| port.parse::<u16>().ok());
            let outside = outside.iter().flatten().find_map(|it| it.port.parse::<u16>().ok());
            ports.extend(inside.zip(outside).map(|(port, public)| PublicPort { port, public }));
        }
        let ssh_port = ports.iter().find(|it| it.port == SSH)?.public;
        ports.retain(|it| it.port != SSH);
        Some(Address {
            host,
            ssh_port,
            ssh_user: Vast::SSH_USER.to_owned(),
            simulated: false,
            ports,
        })
    }
}

/// What hosts have to be like.
fn wanted() -> Value {
    json!({
        "type": "on-demand",
        "verified": {"eq": true},
        "datacenter": {"eq": true},
        "rentable": {"eq": true},
        "rented": {"eq": false},
        "reliability2": {"gte": 0.95},
        "direct_port_count": {"gte": PORTS_MIN},
        "disk_space": {"gte": DISK_GB},
        "num_gpus": {"in": [1, 2, 4, 8]},
        "allocated_storage": DISK_GB,
        "order": [["score", "desc"]],
        "limit": ASKS_MAX,
    })
}

#[async_trait]
impl Cloud for Vast {
    const CLOUD: &'static str = "vast-ai";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU market Vast.ai");
    /// Billed by the second: <https://docs.vast.ai/documentation/reference/billing>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 1, minimum_secs: 1 };
    const MAPS_PORTS: bool = true;
    const REQUESTS: Requests = Requests { offers: 1, list: 1, launch: 3, terminate: 2 };

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Asks { offers } = act.post("/v0/bundles/", &wanted()).await?;
        // One host that tells nonsense keeps no other from being sold.
        let asks = offers.into_iter().filter_map(|it| serde_json::from_value::<Ask>(it).ok());
        Ok(cheapest(asks.filter_map(|ask| ask.plan())))
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Many { instances } = act.get("/v0/instances/").await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { instances } = act.get(&format!("/v0/instances/{id}/")).await?;
        Ok(instances.map(Instance::listed))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let (_, ask) = order.kind.rsplit_once('/').unwrap_or_default();
        let template = &order.configuration.template;
        let Container { runs_script, env } =
            Container::of(order.configuration, order.jupyter_token, Some(OUR_KEY));
        let mut env: BTreeMap<_, _> = env.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        for port in [SSH].iter().chain(&template.ports) {
            env.insert(format!("-p {port}:{port}"), "1".to_owned());
        }
        let mut body = json!({
            "client_id": "me",
            "image": template.image,
            "label": order.name,
            "disk": DISK_GB,
            "env": env,
            // Keeps the image's own entrypoint, and lets no key of our account in.
            "runtype": "args",
            "cancel_unavail": true,
        });
        if runs_script {
            body["args"] = json!(["sh", "-c", EVALUATE]);
        }
        let path = format!("/v0/asks/{ask}/");
        let accepted: Accepted = act.json(Method::PUT, &path, Some(body)).await?;
        match accepted {
            Accepted { success: true, new_contract: Some(id), .. } => {
                Ok(order.launched(id.to_string(), Rate::Listed))
            }
            Accepted { success: true, .. } => Err(act.unknown("the answer names no instance")),
            Accepted { error, msg, .. } => Err(Failure::Refused {
                status: 400,
                message: format!("{msg}: {error}"),
                code: error,
            }),
        }
    }

    /// An ask that somebody else took has a code of its own.
    fn refused(&self, failure: Failure) -> LaunchError {
        if failure.says("no_such_ask") {
            return LaunchError::NoCapacity;
        }
        refusals::launch_error(failure)
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        act.delete(&format!("/v0/instances/{}/", machine.id)).await
    }

    /// <https://docs.vast.ai/api-reference/billing/show-charges>
    async fn charged(&self, act: &mut Act<'_>, day: Date) -> Outcome<Option<i64>> {
        let day = BilledDay::of(day);
        let (gte, lte) = (day.begins_at.as_second(), day.ends_at.as_second() - 1);
        let wanted = encoded(&json!({"day": {"gte": gte, "lte": lte}}).to_string());
        let path = format!("/v0/charges/?select_filters={wanted}&format=table&limit=500");
        let charges = act.all(&path, |Charges { results, next_token }| {
            (results, next_token.map(|token| format!("after_token={}", encoded(&token))))
        });
        let charges = charges.await?;
        charges::sum(act, charges.iter().map(|it| it.micros(&day))).map(Some)
    }

    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_not_found() || failure.says("no_such_instance")
    }
}

#[cfg(test)]
mod tests;
