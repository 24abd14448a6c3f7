//! The GPU cloud `UpCloud` (upcloud.com), whose machines are VMs, API 1.3:
//! <https://developers.upcloud.com/1.3/>.
//!
//! Prices are in hundredths of the account's own money, which no answer names: it has to be euros, as
//! the account's `exchange` says. They differ by zone. A plan with a GPU comes without a disk: the one
//! that a machine gets, and its address, are part of our price. Only a machine that is off can be
//! ended, so an end first turns it off and waits for that. One that is off keeps its disk, which is
//! billed, so to us `UpCloud` can end machines but not stop them.
//! The account names a template with driver and Docker (`image`), whose cloud-init wants at least one
//! key. It is not verified that a plan with a GPU does not include an address already, that addresses are
//! listed in pages as machines are, nor how much `UpCloud` takes as cloud-init.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Number, Value, json};
use tokio::time::sleep;

use crate::account::Account;
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::{Login, NOBODY};
use crate::decimal::{Rounding, scaled};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::listing::MIB_PER_GIB;
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;

/// GB of the disk that a machine gets where its plan has none.
const DISK_GB: u32 = 150;
/// What that is made of.
const TIER: &str = "maxiops";
/// Prices are added up in millionths of a millionth of a euro, of which a hundredth has ten places, and
/// rounded once.
const PRICE_PLACES: usize = 10;
const PER_MICRO: u64 = 1_000_000;
/// How many machines or addresses a page of a list has.
const PER_PAGE: usize = 100;
const MONEY: &str = "EUR";
/// How often it is looked whether a machine is off, and how long after one another.
const LOOKS_MAX: usize = 12;
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// An account at `UpCloud`.
#[derive(Debug)]
pub(crate) struct UpCloud {
    image: String,
}

#[derive(Deserialize)]
struct Sold {
    plans: Types,
}

#[derive(Deserialize)]
struct Types {
    plan: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Type {
    /// `GPU-8xCPU-64GB-1xL40S`.
    name: String,
    core_number: u32,
    /// MiB.
    memory_amount: u32,
    /// GB; zero where a disk is bought apart.
    storage_size: u32,
    /// Absent without one.
    #[serde(default)]
    gpu_amount: u32,
    /// `NVIDIA L40S`.
    gpu_model: Option<String>,
    /// `no`: it is no longer sold.
    current_offering: Option<String>,
}

#[derive(Deserialize)]
struct Priced {
    prices: Prices,
}

#[derive(Deserialize)]
struct Prices {
    zone: Vec<Zone>,
}

/// The prices of one zone by what they are for, and its name.
#[derive(Deserialize)]
struct Zone {
    name: String,
    #[serde(flatten)]
    items: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Price {
    /// For how many of it.
    amount: u32,
    /// Hundredths an hour.
    price: Number,
}

/// Plans with GPUs by zone.
type Available = BTreeMap<String, Devices>;

#[derive(Deserialize)]
struct Devices {
    #[serde(default)]
    gpu_plans: BTreeMap<String, Amount>,
}

#[derive(Deserialize)]
struct Amount {
    amount: u64,
}

#[derive(Deserialize)]
struct Servers {
    servers: ServerList,
}

#[derive(Deserialize)]
struct ServerList {
    server: Vec<Server>,
}

#[derive(Deserialize)]
struct One {
    server: Server,
}

#[derive(Debug, Deserialize)]
struct Server {
    uuid: String,
    title: String,
    plan: String,
    zone: String,
    /// `started`, `stopped`, `maintenance`, `error`, or a new word.
    state: String,
    /// Only where one server is told.
    #[serde(default)]
    ip_addresses: Addresses,
}

#[derive(Deserialize)]
struct Owned {
    ip_addresses: Addresses,
}

#[derive(Debug, Default, Deserialize)]
struct Addresses {
    ip_address: Vec<Address>,
}

#[derive(Debug, Deserialize)]
struct Address {
    /// `public` or `utility`.
    access: String,
    #[serde(rename = "address")]
    ip: String,
    /// `IPv4` or `IPv6`.
    family: String,
    /// Its owner, in a list of all.
    server: Option<String>,
}

impl Zone {
    /// What one of it costs an hour.
    fn price(&self, item: &str) -> Option<u64> {
        let Price { amount, price } = Price::deserialize(self.items.get(item)?).ok()?;
        scaled(&price.to_string(), PRICE_PLACES, Rounding::Up).filter(|_| amount == 1)
    }

    /// What a machine of this type costs here, with its disk and its address, rounded up.
    fn rate_micros(&self, of: &Type) -> Option<i64> {
        let machine = self.price(&format!("server_plan_{}", of.name)).filter(|it| *it > 0)?;
        let disk = match of.storage_size {
            0 => self.price(&format!("storage_{TIER}"))?.checked_mul(DISK_GB.into())?,
            _ => 0,
        };
        let all = machine.checked_add(disk)?.checked_add(self.price("ipv4_address")?)?;
        i64::try_from(all.div_ceil(PER_MICRO)).ok()
    }
}

impl Type {
    fn plan(&self, zone: &Zone) -> Plan {
        Plan {
            kind: self.name.clone(),
            spellings: self.gpu_model.iter().cloned().collect(),
            gpus: self.gpu_amount,
            vcpus: self.core_number,
            ram_gib: self.memory_amount / MIB_PER_GIB,
            disk_gib: if self.storage_size == 0 { DISK_GB } else { self.storage_size },
            rate_micros: zone.rate_micros(self),
            priced_in: Some(zone.name.clone()),
            ..Plan::default()
        }
    }

    /// Whether it is sold, and not only while nobody else wants it.
    fn is_sold(&self) -> bool {
        self.current_offering.as_deref() != Some("no") && !self.name.contains("SPOT")
    }
}

/// One plan for each type in each zone.
fn plans(types: &[Value], Prices { zone: zones }: &Prices) -> Vec<Plan> {
    // One type that tells nonsense keeps no other from being sold.
    let types = types.iter().filter_map(|it| Type::deserialize(it).ok()).filter(Type::is_sold);
    types.flat_map(|it| zones.iter().map(|zone| it.plan(zone)).collect::<Vec<_>>()).collect()
}

/// What the query of the next page says, if there may be one after `told` of a list, of which `page`
/// were on the last one.
fn next_page(told: &mut usize, page: usize) -> Option<String> {
    *told += page;
    (page == PER_PAGE).then(|| format!("offset={told}"))
}

fn stock(amount: Option<&Amount>) -> Stock {
    match amount.map_or(0, |it| it.amount) {
        0 => Stock::None,
        1 | 2 => Stock::Low,
        3..=9 => Stock::Medium,
        _ => Stock::High,
    }
}

impl Server {
    fn listed(self, owned: &[Address]) -> Listed {
        let is_its = |it: &&Address| it.server.as_ref() == Some(&self.uuid);
        let mut all = self.ip_addresses.ip_address.iter().chain(owned.iter().filter(is_its));
        let public = all.find(|it| it.access == "public" && it.family == "IPv4");
        let address = public.map(|it| it.ip.as_str());
        Listed {
            life: match self.state.as_str() {
                "maintenance" => Life::Starting,
                // Its disk is billed even if it is off.
                _ => Life::Running,
            },
            reached: Reached::at(address).filter(|_| self.state == "started"),
            id: self.uuid,
            name: self.title,
            kind: self.plan,
            region: self.zone,
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

#[async_trait]
impl Cloud for UpCloud {
    const CLOUD: &'static str = "upcloud";
    const PECULIAR: Peculiar = Peculiar::usual("the GPU cloud UpCloud");
    /// Hours are billed: <https://upcloud.com/docs/getting-started/faq/>. That a begun one counts
    /// whole is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const CURRENCY: &'static str = MONEY;
    const REQUESTS: Requests = Requests { offers: 3, list: 4, launch: 5, terminate: 9 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        Ok(Self { image: account.image.clone().ok_or("image")? })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Sold { plans: types } = act.get("/plan").await?;
        let Priced { prices } = act.get("/price").await?;
        Ok(plans(&types.plan, &prices))
    }

    async fn stocked(&self, act: &mut Act<'_>, mut plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let available: Available = act.get("/device/availability?type=gpu").await?;
        for plan in &mut plans {
            let zone = plan.priced_in.clone().unwrap_or_default();
            let there = available.get(&zone).and_then(|it| it.gpu_plans.get(&plan.kind));
            plan.places = vec![(zone, stock(there))];
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let mut told = 0;
        let split = |Servers { servers: ServerList { server } }| {
            let next = next_page(&mut told, server.len());
            (server, next)
        };
        let servers = act.all(&format!("/server?limit={PER_PAGE}"), split).await?;
        let mut told = 0;
        let split = |Owned { ip_addresses: Addresses { ip_address } }| {
            let next = next_page(&mut told, ip_address.len());
            (ip_address, next)
        };
        let owned = act.all(&format!("/ip_address?limit={PER_PAGE}"), split).await?;
        Ok(servers.into_iter().map(|it: Server| it.listed(&owned)).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { server } = act.get(&format!("/server/{id}")).await?;
        Ok(Some(server.listed(&[])))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let keys = &order.configuration.ssh_public_keys;
        let keys = if keys.is_empty() { vec![NOBODY.to_owned()] } else { keys.clone() };
        let disk = json!({
            "action": "clone",
            "storage": self.image,
            "title": order.name,
            "size": order.configuration.offer.disk.included_gib,
            "tier": TIER,
        });
        let interface =
            json!({"type": "public", "ip_addresses": {"ip_address": [{"family": "IPv4"}]}});
        let login = json!({
            "username": Self::SSH_USER,
            "create_password": "no",
            "ssh_keys": {"ssh_key": keys},
        });
        let body = json!({"server": {
            "zone": order.region,
            "title": order.name,
            "hostname": order.name,
            "plan": order.kind,
            "metadata": "yes",
            "user_data": order.user_data(Login::Root),
            "login_user": login,
            "storage_devices": {"storage_device": [disk]},
            "networking": {"interfaces": {"interface": [interface]}},
        }});
        let One { server } = act.post("/server", &body).await?;
        Ok(server.listed(&[]))
    }

    /// Limits are refused with a 403, and what is sold out with a 409.
    fn refused(&self, failure: Failure) -> LaunchError {
        let code = match &failure {
            Failure::Refused { code, .. } => code.as_str(),
            _ => "",
        };
        match code {
            limited if limited.ends_with("_LIMIT_REACHED") => LaunchError::QuotaReached,
            none if none.ends_with("_RESOURCES_UNAVAILABLE") => LaunchError::NoCapacity,
            _ => refusals::launch_error(failure),
        }
    }

    /// Turns a machine off and ends it with its disk. One that does not go off in time, as none does
    /// while it is being made, is ended by whoever asks again.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let path = format!("/server/{}", machine.id);
        let hard = json!({"stop_server": {"stop_type": "hard"}});
        match act.answer(Method::POST, &format!("{path}/stop"), Some(hard)).await {
            // It is off already, or cannot be turned off yet.
            Err(failure) if failure.is_code("SERVER_STATE_ILLEGAL") => {}
            answered => drop(answered?),
        }
        for _ in 0..LOOKS_MAX {
            let One { server } = act.get(&path).await?;
            if server.state == "stopped" {
                return act.delete(&format!("{path}/?storages=1")).await;
            }
            sleep(BETWEEN_LOOKS).await;
        }
        Err(act.unknown("it is not off yet"))
    }
}

#[cfg(test)]
mod tests;
