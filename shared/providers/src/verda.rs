//! The GPU cloud Verda (verda.com, once `DataCrunch`), whose machines are VMs.
//!
//! A machine that is shut down goes on to be billed in full, so to us Verda can end machines but
//! not stop them. Keys and token arrive by a startup script, which is an object of its own at Verda:
//! each machine gets one under its own name, which is removed with it. A machine's disk is another
//! object, which is deleted with it by name. What a machine costs is read from the list of types.

mod market;
mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use domain::market::offer::{BillingTerms, Stock};
use reqwest::Method;
use serde_json::json;

use crate::account::Account;
use crate::boot_script;
use crate::cloud::{Accessory, Cloud, Life, Listed, Order, Rate, Reached, Requests};
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;
use wire::{Available, Instance, InstanceType, Script, created};

/// Ubuntu with the GPU's driver and Docker.
const IMAGE: &str = "ubuntu-24.04-cuda-12.8-open-docker";

/// An account at Verda.
#[derive(Debug)]
pub(crate) struct Verda;

impl Instance {
    fn listed(self) -> Listed {
        Listed {
            life: match self.status.as_str() {
                "new" | "ordered" | "provisioning" | "validating" => Life::Starting,
                "deleting" => Life::Going,
                "discontinued" | "deleted" | "notfound" => Life::Gone,
                // Billed in full, even if it is offline or broken.
                _ => Life::Running,
            },
            reached: Reached::at(self.ip.as_deref()).filter(|_| self.status == "running"),
            id: self.id,
            name: self.hostname,
            kind: self.kind,
            region: String::new(),
            rate: Rate::OfPlan,
            disk_id: self.os_volume_id,
        }
    }
}

#[async_trait]
impl Cloud for Verda {
    const CLOUD: &'static str = "verda";
    const PECULIAR: Peculiar = Peculiar {
        answer_within: Duration::from_secs(5),
        token_path: Some("/oauth2/token"),
        ..Peculiar::usual("the GPU cloud Verda")
    };
    /// Begun ten minutes are billed whole: <https://docs.verda.com/>.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 600, minimum_secs: 600 };
    const REQUESTS: Requests = Requests { offers: 2, list: 2, launch: 4, terminate: 3 };

    fn of(_: &Account) -> Result<Self, &'static str> {
        Ok(Self)
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let types: Vec<InstanceType> = act.get("/instance-types?currency=usd").await?;
        Ok(market::plans(&types))
    }

    async fn stocked(&self, act: &mut Act<'_>, plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let available: Vec<Available> = act.get("/instance-availability?is_spot=false").await?;
        Ok(plans.into_iter().map(|plan| stocked(plan, &available)).collect())
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let instances: Vec<Instance> = act.get("/instances").await?;
        Ok(instances.into_iter().map(Instance::listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let instance: Instance = act.get(&format!("/instances/{id}")).await?;
        Ok(Some(instance.listed()))
    }

    /// A script.
    async fn accessory(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Option<String>> {
        let script = boot_script::script(order.configuration, order.jupyter_token, Self::SSH_USER);
        let body = json!({"name": order.name, "script": script});
        created(act, "/scripts", body).await.map(Some)
    }

    async fn accessories(&self, act: &mut Act<'_>, machine_name: &str) -> Outcome<Vec<Accessory>> {
        let scripts: Vec<Script> = act.get("/scripts").await?;
        let named = scripts.into_iter().filter(|script| script.name == machine_name);
        let accessory =
            |Script { id, .. }| Accessory { path: format!("/scripts/{id}"), reference: id };
        Ok(named.map(accessory).collect())
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "instance_type": order.kind,
            "image": IMAGE,
            // None: the script lets the user's keys in.
            "ssh_key_ids": [],
            "hostname": order.name,
            "description": order.name,
            "location_code": order.region,
            "startup_script_id": order.accessory,
            "is_spot": false,
            "os_volume": {"name": order.name, "size": market::DISK_GB},
        });
        Ok(order.launched(created(act, "/instances", body).await?, Rate::OfPlan))
    }

    /// Ends an instance and deletes its disk, which would else go on to be billed. One that is still
    /// being set up cannot be ended yet, which whoever asks again will.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let body = json!({
            "id": machine.id,
            "action": "delete",
            "volume_ids": machine.disk_id.iter().collect::<Vec<_>>(),
            "delete_permanently": true,
        });
        match act.answer(Method::PUT, "/instances", Some(body)).await {
            Err(failure) if failure.says("provisioning instance") => Ok(()),
            answered => answered.map(drop),
        }
    }

    /// Verda calls an instance that it does not know invalid.
    fn is_gone(&self, failure: &Failure) -> bool {
        failure.is_not_found()
            || failure.says("Invalid instance id")
            || failure.says("discontinued instance")
    }
}

/// A plan with the locations that have some of it. A name that is listed twice is no second place.
fn stocked(plan: Plan, available: &[Available]) -> Plan {
    let has = |it: &&Available| it.availabilities.iter().flatten().any(|kind| *kind == plan.kind);
    let places: BTreeSet<_> = available.iter().filter(has).map(|it| &it.location_code).collect();
    // Verda says where there is some but not how much.
    let places = places.into_iter().map(|it| (it.clone(), Stock::Medium)).collect();
    Plan { places, ..plan }
}

#[cfg(test)]
mod tests;
