//! The GPU cloud Scaleway (scaleway.com), whose machines are VMs, Instance API v1:
//! <https://www.scaleway.com/en/developers/api/instances/>.
//!
//! Prices are in euros. A machine is made first and then powered on, so that its cloud-init can be
//! set between the two; one whose launch broke off between them stays off, and is ended when its pod
//! gives up. A machine that is off keeps disk and address, which are billed, so to us Scaleway can
//! end machines but not stop them. All is asked of one zone, the one with most GPUs, whose image
//! with driver and Docker (the GPU OS) the account names by its identifier, as it does its project.
//! It is not verified that an end also removes a disk of Scaleway's block storage.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::account::Account;
use crate::charges::{self, BilledDay, encoded};
use crate::cloud::{Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::decimal::usd_micros;
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;
use crate::provider::LaunchError;
use crate::refusals;

const ZONE: &str = "fr-par-2";
const BASE: &str = "/instance/v1/zones/fr-par-2";
/// The most on one page, whose end nothing but a shorter page tells.
const PER_PAGE: usize = 100;
const NANOS_PER_MICRO: i64 = 1_000;
const BYTES_PER_GIB: u64 = 1 << 30;
const BYTES_PER_MIB: u64 = 1 << 20;
const BYTES_PER_GB: u64 = 1_000_000_000;
/// GB of the disk that a machine gets; it costs 0.000118 euros an hour each, which is part of our
/// price: <https://www.scaleway.com/en/pricing/storage/>. So is the address, at 0.004 euros.
const DISK_GB: u32 = 125;
const DISK_AND_ADDRESS_MICROS: i64 = 125 * 118 + 4_000;

/// An account at Scaleway.
#[derive(Debug)]
pub(crate) struct Scaleway {
    project: String,
    image: String,
}

#[derive(Deserialize)]
struct Sold {
    servers: BTreeMap<String, Type>,
}

#[derive(Debug, Deserialize)]
struct Type {
    /// Euros, for the whole machine without disk and address.
    hourly_price: Number,
    ncpus: u32,
    /// Bytes.
    ram: u64,
    /// How many; absent, zero or null without one.
    gpu: Option<u32>,
    gpu_info: Option<Gpu>,
}

#[derive(Debug, Deserialize)]
struct Gpu {
    /// `H100-PCIe`.
    gpu_name: String,
    /// Bytes of one GPU.
    gpu_memory: u64,
}

#[derive(Deserialize)]
struct Stocks {
    servers: BTreeMap<String, Availability>,
}

#[derive(Deserialize)]
struct Availability {
    /// `available`, `scarce`, `shortage`, or a new word.
    availability: String,
}

#[derive(Deserialize)]
struct Servers {
    servers: Vec<Server>,
}

#[derive(Deserialize)]
struct One {
    server: Server,
}

#[derive(Debug, Deserialize)]
struct Server {
    id: String,
    name: String,
    commercial_type: String,
    /// `starting`, `running`, `stopped`, `stopping`, `stopped in place`, `locked`, or a new word.
    state: String,
    /// Null until it has one.
    public_ip: Option<Address>,
}

#[derive(Debug, Deserialize)]
struct Address {
    address: String,
}

#[derive(Deserialize)]
struct Charges {
    charges: Vec<Charge>,
    /// Absent, null or empty on the last page.
    next_page_token: Option<String>,
}

/// The part of a charge that falls into the time that was asked for.
#[derive(Debug, Deserialize)]
struct Charge {
    price: Money,
    start_date: Timestamp,
    end_date: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Money {
    currency_code: String,
    /// Whole euros.
    units: Value,
    /// Billionths more, of the same sign.
    #[serde(default)]
    nanos: i64,
}

impl Charge {
    /// Billionths of a euro; `None` for a charge that cannot be read or is not of this day alone.
    fn nanos(&self, day: &BilledDay) -> Option<i64> {
        let Money { currency_code, units, nanos } = &self.price;
        let is_ours = currency_code == Scaleway::CURRENCY;
        let units = charges::micros(units)?.checked_mul(NANOS_PER_MICRO)?;
        let is_of_day = day.holds(self.start_date, self.end_date);
        units.checked_add(*nanos).filter(|_| is_ours && is_of_day)
    }
}

impl Type {
    fn plan(self, kind: String) -> Plan {
        let whole = usd_micros(&self.hourly_price.to_string()).filter(|micros| *micros > 0);
        let gib = |bytes: u64| u32::try_from(bytes / BYTES_PER_GIB).unwrap_or_default();
        let mib = |bytes: u64| u32::try_from(bytes / BYTES_PER_MIB).ok();
        Plan {
            kind,
            gpus: self.gpu.unwrap_or_default(),
            gpu_memory_mib: self.gpu_info.as_ref().and_then(|gpu| mib(gpu.gpu_memory)),
            spellings: self.gpu_info.into_iter().map(|gpu| gpu.gpu_name).collect(),
            vcpus: self.ncpus,
            ram_gib: gib(self.ram),
            disk_gib: DISK_GB,
            rate_micros: whole.and_then(|it| it.checked_add(DISK_AND_ADDRESS_MICROS)),
            ..Plan::default()
        }
    }
}

impl Server {
    fn listed(self) -> Listed {
        let address = self.public_ip.as_ref().map(|ip| ip.address.as_str());
        Listed {
            life: if self.state == "starting" { Life::Starting } else { Life::Running },
            reached: Reached::at(address).filter(|_| self.state == "running"),
            id: self.id,
            name: self.name,
            kind: self.commercial_type,
            region: ZONE.to_owned(),
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}

async fn acted(act: &mut Act<'_>, id: &str, action: &str) -> Outcome<()> {
    let body = json!({ "action": action });
    let path = format!("{BASE}/servers/{id}/action");
    act.answer(Method::POST, &path, Some(body)).await.map(drop)
}

/// Boots a server that was made, once it has been told what to run; all of it can be repeated. One
/// that may not be booted is removed: it is off, and if its removal fails, the sweep ends it.
async fn power_on(act: &mut Act<'_>, id: &str, order: &Order<'_>) -> Outcome<()> {
    let told = Value::String(order.user_data(Login::Root));
    let path = format!("{BASE}/servers/{id}/user_data/cloud-init");
    let mut begun = act.answer(Method::PATCH, &path, Some(told)).await.map(drop);
    if begun.is_ok() {
        begun = acted(act, id, "poweron").await;
    }
    if matches!(begun, Err(Failure::Refused { .. })) {
        let _ = act.delete(&format!("{BASE}/servers/{id}")).await;
    }
    begun
}

#[async_trait]
impl Cloud for Scaleway {
    const CLOUD: &'static str = "scaleway";
    const PECULIAR: Peculiar = Peculiar {
        authorized_by: ("x-auth-token", ""),
        answer_within: Duration::from_secs(5),
        ..Peculiar::usual("the GPU cloud Scaleway")
    };
    /// GPU machines are billed by the minute: <https://www.scaleway.com/en/docs/instances/faq/>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 60, minimum_secs: 60 };
    const CURRENCY: &'static str = "EUR";
    const REQUESTS: Requests = Requests { offers: 2, list: 2, launch: 5, terminate: 2 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let project = account.project.clone().ok_or("project")?;
        let image = account.image.clone().ok_or("image")?;
        Ok(Self { project, image })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let path = format!("{BASE}/products/servers?per_page={PER_PAGE}");
        let Sold { servers } = act.get(&path).await?;
        Ok(servers.into_iter().map(|(kind, it)| it.plan(kind)).collect())
    }

    async fn stocked(&self, act: &mut Act<'_>, mut plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let path = format!("{BASE}/products/servers/availability?per_page={PER_PAGE}");
        let Stocks { servers } = act.get(&path).await?;
        for plan in &mut plans {
            let stock = match servers.get(&plan.kind).map(|it| it.availability.as_str()) {
                Some("available") => Stock::High,
                Some("scarce") => Stock::Low,
                _ => Stock::None,
            };
            plan.places = vec![(ZONE.to_owned(), stock)];
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let mut page = 1_u32;
        let path = format!("{BASE}/servers?project={}&per_page={PER_PAGE}", self.project);
        let servers = act.all(&path, |Servers { servers }| {
            page = page.saturating_add(1);
            let is_last = servers.len() < PER_PAGE;
            (servers, (!is_last).then(|| format!("page={page}")))
        });
        Ok(servers.await?.into_iter().map(Server::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let One { server } = act.get(&format!("{BASE}/servers/{id}")).await?;
        Ok(Some(server.listed()))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let bytes = u64::from(DISK_GB) * BYTES_PER_GB;
        let body = json!({
            "name": order.name,
            "commercial_type": order.kind,
            "image": self.image,
            "project": self.project,
            "dynamic_ip_required": true,
            "volumes": {"0": {"size": bytes, "volume_type": "sbs_volume"}},
        });
        let One { server } = act.post(&format!("{BASE}/servers"), &body).await?;
        power_on(act, &server.id, order).await?;
        Ok(Listed { life: Life::Starting, ..server.listed() })
    }

    async fn go_on(&self, act: &mut Act<'_>, id: &str, order: &Order<'_>) -> Outcome<()> {
        let One { server } = act.get(&format!("{BASE}/servers/{id}")).await?;
        if server.state == "stopped" { power_on(act, id, order).await } else { Ok(()) }
    }

    /// Scaleway's word for a limit is a 403.
    fn refused(&self, failure: Failure) -> LaunchError {
        match failure {
            failure if failure.is_code("quotas_exceeded") => LaunchError::QuotaReached,
            other => refusals::launch_error(other),
        }
    }

    /// Ends a machine with its disk. One that is off has to be removed in another way.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        match acted(act, &machine.id, "terminate").await {
            Err(failure) if failure.is_status(400) => {
                act.delete(&format!("{BASE}/servers/{}", machine.id)).await
            }
            answered => answered,
        }
    }

    /// Of the project, cut to the day, before what an invoice rounds:
    /// <https://www.scaleway.com/en/docs/billing/api-cli/retrieve-finops-data/>. The key has to be
    /// allowed to read bills.
    async fn charged(&self, act: &mut Act<'_>, day: Date) -> Outcome<Option<i64>> {
        let (day, project) = (BilledDay::of(day), encoded(&self.project));
        let BilledDay { begins_at, ends_at, .. } = day;
        let time = format!("start_date_after={begins_at}&end_date_before={ends_at}");
        let path = format!(
            "/billing/v2beta1/charges?project_ids={project}&{time}&clamp_to_time_range=true\
             &page_size={PER_PAGE}"
        );
        let charges = act.all(&path, |Charges { charges, next_page_token }| {
            let token = next_page_token.filter(|token| !token.is_empty());
            (charges, token.map(|token| format!("page_token={}", encoded(&token))))
        });
        let charges = charges.await?;
        let nanos = charges::sum(act, charges.iter().map(|it| it.nanos(&day)))?;
        let rounded = nanos.saturating_add(NANOS_PER_MICRO / 2).div_euclid(NANOS_PER_MICRO);
        Ok(Some(rounded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn bytes_and_euros_are_read_and_disk_and_address_are_part_of_the_price() {
        let text = r#"{"hourly_price":2.52,"ncpus":24,"ram":257698037760,"gpu":1,"gpu_info":
            {"gpu_manufacturer":"NVIDIA","gpu_name":"H100-PCIe","gpu_memory":85899345920}}"#;
        let plan = serde_json::from_str::<Type>(text).map(|it| it.plan("H100-1-80G".to_owned()));
        let mut plan = plan.unwrap_or_default();
        plan.places = vec![(ZONE.to_owned(), Stock::Low)];
        let offers = sample::offers(Scaleway::CLOUD, &[plan]);
        let [offer] = offers.as_slice() else { panic!("{offers:?}") };
        assert_eq!(
            (offer.gpu.as_str(), offer.gpu_memory_gib, offer.ram_gib),
            ("H100 PCIe", 80, 240)
        );
        assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 2_520_000 + 18_750);
    }
}
