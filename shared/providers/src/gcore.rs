//! The GPU cloud Gcore (gcore.com), whose machines are VMs:
//! <https://gcore.com/docs/api-reference/cloud/gpu-virtual/create-virtual-gpu-cluster>.
//!
//! A machine of ours is a cluster of one server. The account names its project and one region, by
//! their numbers (`project`: `1234/76`), and an image that has driver and Docker (`image`). A
//! launch is answered with a task, so the cluster is then looked for by its name, and in the task.
//! Its disk and its address cost extra: how much is told by a preview of a price, and they end with
//! the cluster. What a machine that is stopped costs is not documented, so to us Gcore can end
//! machines but not stop them. It is not verified that a cluster is listed as soon as its launch is
//! answered, that the list of instances tells the addresses of its servers, nor how Gcore bills.
//! Prices in another currency than the US dollar, which Gcore tells some accounts, are not read.
//! The account's default security group must let the template's ports in.

mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use data_encoding::BASE64;
use domain::market::offer::BillingTerms;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::account::Account;
use crate::cloud::{Cloud, Listed, Order, Rate, Requests};
use crate::cloud_init::Login;
use crate::http::{Act, Failure, Outcome, Peculiar};
use crate::plan::Plan;
use wire::{
    Begun, Cluster, DISK_GIB, DISK_TYPE, Flavor, Instance, Page, Preview, Region, Server, Task,
    public,
};

const PER_PAGE: usize = 100;
/// How often the task of a launch is looked at, and how long is waited before that.
const LOOKS_MAX: u32 = 4;
const LOOK_AFTER: Duration = Duration::from_millis(500);

/// An account at Gcore.
#[derive(Debug)]
pub(crate) struct Gcore {
    /// Its project and region, as paths have them: `1234/76`.
    place: String,
    region: u32,
    image: String,
}

/// What is on all pages of a list.
async fn all<T: DeserializeOwned>(
    act: &mut Act<'_>,
    path: &str,
    id: fn(&T) -> Option<&String>,
) -> Outcome<Vec<T>> {
    let (mut told, mut wanted) = (0, 0);
    let split = |Page { count, results }: Page<T>| {
        (told, wanted) = (told + results.len(), count);
        let is_last = results.is_empty() || told >= count;
        (results, (!is_last).then(|| format!("offset={told}")))
    };
    let all = act.all(path, split).await?;
    let distinct: BTreeSet<_> = all.iter().map(id).collect();
    if distinct.len() < wanted {
        return Err(act.unknown("a list breaks off"));
    }
    Ok(all)
}

impl Gcore {
    fn clusters(&self) -> String {
        format!("/cloud/v3/gpu/virtual/{}/clusters", self.place)
    }

    async fn listed(&self, act: &mut Act<'_>) -> Outcome<Vec<Cluster>> {
        all(act, &format!("{}?limit={PER_PAGE}", self.clusters()), |it: &Cluster| Some(&it.id))
            .await
    }

    /// What disk and address cost, whatever the flavor.
    async fn extras(&self, act: &mut Act<'_>, flavor: &str) -> Outcome<Option<i64>> {
        let path = format!("/cloud/v2/pricing/{}/gpu/virtual/clusters", self.place);
        let body = json!({
            "flavor": flavor,
            "name": "price",
            "instances_count": 1,
            "interfaces": [{"type": "external", "interface_name": "eth0", "ip_family": "ipv4"}],
            "volumes": [{"source": "image", "size": DISK_GIB, "type_name": DISK_TYPE}],
        });
        match act.post::<Preview>(&path, &body).await {
            Ok(preview) => Ok(preview.extras()),
            // Without a price nothing is sold, but machines are listed all the same.
            Err(Failure::Refused { .. }) => Ok(None),
            Err(unanswered) => Err(unanswered),
        }
    }

    /// The cluster that the task of a launch makes, which is not listed yet.
    async fn made(&self, act: &mut Act<'_>, tasks: &[String]) -> Outcome<String> {
        for task in tasks {
            for _ in 0..LOOKS_MAX {
                sleep(LOOK_AFTER).await;
                let task: Task = act.get(&format!("/cloud/v1/tasks/{task}")).await?;
                if task.state == "ERROR" {
                    break;
                }
                if let Some(id) = task.cluster() {
                    return Ok(id);
                }
            }
        }
        Err(act.unknown("the new cluster is neither listed nor made by its task"))
    }
}

#[async_trait]
impl Cloud for Gcore {
    const CLOUD: &'static str = "gcore";
    const PECULIAR: Peculiar = Peculiar {
        authorized_by: ("authorization", "APIKey "),
        ..Peculiar::usual("the GPU cloud Gcore")
    };
    /// How it rounds is not documented: a begun hour is the cautious reading.
    const TERMS: BillingTerms = BillingTerms { billing_increment_secs: 3_600, minimum_secs: 3_600 };
    const SSH_USER: &'static str = "ubuntu";
    const REQUESTS: Requests = Requests { offers: 3, list: 4, launch: 6, terminate: 3 };

    fn of(account: &Account) -> Result<Self, &'static str> {
        let place = account.project.clone().ok_or("project")?;
        let (project, region) = place.split_once('/').ok_or("project")?;
        project.parse::<u32>().map_err(|_| "project")?;
        let region = region.parse().map_err(|_| "project")?;
        Ok(Self { place, region, image: account.image.clone().ok_or("image")? })
    }

    async fn plans(&self, act: &mut Act<'_>) -> Outcome<Vec<Plan>> {
        let path = format!("/cloud/v3/gpu/virtual/{}/flavors?include_prices=true", self.place);
        let Page { results, .. } = act.get::<Page<Value>>(&path).await?;
        // One flavor that tells nonsense keeps no other from being sold.
        let told = results.into_iter().filter_map(|it| serde_json::from_value(it).ok());
        let flavors: Vec<Flavor> = told.collect();
        let extras = match flavors.first() {
            Some(any) => self.extras(act, &any.name).await?,
            None => None,
        };
        Ok(flavors.into_iter().map(|it| it.plan(extras, self.region)).collect())
    }

    /// Under the name of the region.
    async fn stocked(&self, act: &mut Act<'_>, mut plans: Vec<Plan>) -> Outcome<Vec<Plan>> {
        let Region { display_name } =
            act.get(&format!("/cloud/v1/regions/{}", self.region)).await?;
        // Lists of regions are separated by commas, so a name has none.
        let name = display_name.replace(',', "");
        for place in plans.iter_mut().flat_map(|plan| &mut plan.places) {
            name.clone_into(&mut place.0);
        }
        Ok(plans)
    }

    async fn list(&self, act: &mut Act<'_>) -> Outcome<Vec<Listed>> {
        let clusters = self.listed(act).await?;
        let path = format!("/cloud/v1/instances/{}?include_ai=true&limit={PER_PAGE}", self.place);
        let servers: Vec<Instance> =
            if clusters.is_empty() { Vec::new() } else { all(act, &path, Instance::id).await? };
        let listed = |cluster: Cluster| {
            let is_its = |it: &&Instance| cluster.servers_ids.iter().any(|id| it.is(id));
            let reached = servers.iter().find(is_its).and_then(Instance::reached);
            cluster.listed(reached)
        };
        Ok(clusters.into_iter().map(listed).collect())
    }

    async fn one(&self, act: &mut Act<'_>, id: &str) -> Outcome<Option<Listed>> {
        let path = format!("{}/{id}", self.clusters());
        let cluster: Cluster = act.get(&path).await?;
        let Page { results, .. } = act.get::<Page<Server>>(&format!("{path}/servers")).await?;
        let reached = public(results.iter().flat_map(|it| &it.ip_addresses));
        Ok(Some(cluster.listed(reached)))
    }

    async fn launch(&self, act: &mut Act<'_>, order: &Order<'_>) -> Outcome<Listed> {
        let body = json!({
            "name": order.name,
            "flavor": order.kind,
            "servers_count": 1,
            "servers_settings": {
                "interfaces": [{"type": "external", "ip_family": "ipv4", "name": "eth0"}],
                "volumes": [{
                    "source": "image",
                    "image_id": self.image,
                    "name": order.name,
                    "size": DISK_GIB,
                    "type": DISK_TYPE,
                    "boot_index": 0,
                    "delete_on_termination": true,
                }],
                "user_data": BASE64.encode(order.user_data(Login::Default).as_bytes()),
            },
        });
        let Begun { tasks } = act.post(&self.clusters(), &body).await?;
        let listed = self.listed(act).await?.into_iter().map(|it| it.listed(None));
        let named = listed.filter(|it| it.name == order.name && it.is_there());
        match named.min_by(|one, other| one.id.cmp(&other.id)) {
            Some(cluster) => Ok(cluster),
            None => Ok(order.launched(self.made(act, &tasks).await?, Rate::OfPlan)),
        }
    }

    /// Ends a cluster with its disks and addresses, which would else go on to be billed.
    async fn delete(&self, act: &mut Act<'_>, machine: &Listed) -> Outcome<()> {
        let with = "all_volumes=true&all_floating_ips=true&all_reserved_fixed_ips=true";
        act.delete(&format!("{}/{}?{with}", self.clusters(), machine.id)).await
    }
}

#[cfg(test)]
mod tests;
