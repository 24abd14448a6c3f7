//! The GPU cloud Lambda (lambda.ai), not to be confused with the AWS service.
//!
//! It can end machines but not stop them. A launch takes exactly one registered key: each machine
//! gets a key object under its own name, which is removed with it; all keys of its user arrive by
//! cloud-init. Ports other than SSH's are opened once, in the account's own firewall rules. Only the
//! listing of a machine tells its price.

mod wire;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use reqwest::Method;
use serde_json::{Value, json};

use crate::account::Account;
use crate::cloud::{Accessory, Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::cloud_init::Login;
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::{Plan, gpu_mib};
use crate::provider::LaunchError;
use wire::{Envelope, Instance, Key, Launched, Sold, Types};

/// The codes of refusals that we tell apart.
const NO_CAPACITY: &str = "instance-operations/launch/insufficient-capacity";
const QUOTA: &str = "global/quota-exceeded";
const USD_MICROS_PER_CENT: i64 = 10_000;

/// An account at Lambda.
#[derive(Debug)]
pub(crate) struct Lambda;

impl Instance {
    /// `None` with a price that is none.
    fn listed(self) -> Option<Listed> {
        Some(Listed {
            life: match self.status.as_str() {
                "booting" => Life::Starting,
                "terminating" => Life::Going,
                "terminated" | "preempted" => Life::Gone,
                _ => Life::Running,
            },
            rate: Rate::Told(micros(self.kind.price_cents_per_hour)?),
            reached: Reached::at(self.ip.as_deref()).filter(|_| self.status == "active"),
            id: self.id,
            name: self.name.unwrap_or_default(),
            kind: String::new(),
            region: String::new(),
            disk_id: None,
        })
    }
}

/// Cents as micro-dollars; a negative price is none.
fn micros(cents: i64) -> Option<i64> {
    cents.checked_mul(USD_MICROS_PER_CENT).filter(|micros| *micros >= 0)
}

impl Sold {
    fn plan(self) -> Plan {
        let kind = self.instance_type;
        let (spelling, memory_mib) = kind.gpu_description.as_deref().and_then(described).unzip();
        let regions = self.regions_with_capacity_available.unwrap_or_default().into_iter();
        Plan {
            kind: kind.name,
            spellings: spelling.into_iter().collect(),
            gpus: kind.specs.gpus,
            gpu_memory_mib: memory_mib,
            vcpus: kind.specs.vcpus,
            ram_gib: kind.specs.memory_gib,
            disk_gib: kind.specs.storage_gib,
            rate_micros: micros(kind.price_cents_per_hour),
            // Lambda says where there is some but not how much, and it sells out quickly.
            places: regions.map(|region| (region.name, Stock::Medium)).collect(),
            ..Plan::default()
        }
    }
}

/// Model with form factor, and MiB of one GPU, as in `H100 (80 GB SXM5)`; they are given nowhere
/// else.
fn described(description: &str) -> Option<(String, u32)> {
    let (name, remark) = description.split_once('(')?;
    let mut words = remark.trim_end().strip_suffix(')')?.split_whitespace();
    let memory_gib: u32 = words.next()?.parse().ok()?;
    if words.next()? != "GB" {
        return None;
    }
    let form: Vec<_> = words.collect();
    Some((format!("{} {}", name.trim(), form.join(" ")), gpu_mib(memory_gib)?))
}

#[async_trait]
impl Cloud for Lambda {
    const CLOUD: &'static str = "lambda";
    const PECULIAR: Peculiar = Peculiar {
        // One request a second, one launch in 12 seconds:
        // <https://docs.lambda.ai/public-cloud/cloud-api/#rate-limits>.
        min_interval_ms: 1_000,
        launch_interval_ms: 12_000,
        ..Peculiar::usual("the GPU cloud Lambda")
    };
    /// Billed by the minute: <https://docs.lambda.ai/public-cloud/billing/>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 60, minimum_secs: 60 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 1, list: 1, launch: 4, terminate: 2 };

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let Envelope { data } = act.get::<Envelope<Types>>("/instance-types").await?;
        Ok(data.into_values().map(Sold::plan).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let Envelope { data } = act.get::<Envelope<Vec<Instance>>>("/instances").await?;
        let listed: Option<Vec<_>> = data.into_iter().map(Instance::listed).collect();
        listed.ok_or_else(|| act.unknown("a machine with a negative price"))
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let path = format!("/instances/{id}");
        let Envelope { data } = act.get::<Envelope<Instance>>(&path).await?;
        data.listed().map(Some).ok_or_else(|| act.unknown("a machine with a negative price"))
    }

    /// A key. If the user has none, Lambda makes a pair, of which nobody keeps the private half.
    async fn accessory(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Option<String>> {
        let mut body = json!({ "name": order.name });
        if let Some(first) = order.configuration.ssh_public_keys.first() {
            body["public_key"] = Value::String(first.clone());
        }
        act.post::<Envelope<Key>>("/ssh-keys", &body).await?;
        Ok(Some(order.name.to_owned()))
    }

    async fn accessories(&self, act: &mut Act<'_>, machine_name: &str) -> Outcome<Vec<Accessory>> {
        let Envelope { data } = act.get::<Envelope<Vec<Key>>>("/ssh-keys").await?;
        let named = data.into_iter().filter(|key| key.name == machine_name);
        let accessory =
            |Key { id, name }| Accessory { reference: name, path: format!("/ssh-keys/{id}") };
        Ok(named.map(accessory).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "region_name": order.region,
            "instance_type_name": order.kind,
            "ssh_key_names": [order.accessory],
            "name": order.name,
            "user_data": order.user_data(Login::Default),
        });
        let path = "/instance-operations/launch";
        let Envelope { data } = act.post::<Envelope<Launched>>(path, &body).await?;
        let id = data.instance_ids.into_iter().next();
        let id = id.ok_or_else(|| act.unknown("the answer names no instance"))?;
        Ok(order.launched(id, Rate::Listed))
    }

    fn refused(&self, failure: Failure) -> LaunchError {
        match failure {
            refused if refused.is_code(NO_CAPACITY) => LaunchError::NoCapacity,
            refused if refused.is_code(QUOTA) => LaunchError::QuotaReached,
            other => LaunchError::Failed(other.into()),
        }
    }

    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let body = json!({ "instance_ids": [machine.id] });
        let path = "/instance-operations/terminate";
        act.answer(Method::POST, path, Some(body)).await.map(drop)
    }
}

#[cfg(test)]
mod tests;
