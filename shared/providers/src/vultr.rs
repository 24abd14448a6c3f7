//! The GPU cloud Vultr (vultr.com), whose machines are VMs with whole GPUs or shares of one.
//!
//! A halted machine keeps its place and is billed in full, so to us Vultr can end machines but not
//! stop them: <https://www.vultr.com/resources/faq/>. Labels need not be unique and
//! there are no idempotency keys, so before a launch we look for the label among the account's
//! machines. All keys of its user arrive by cloud-init. A machine is listed without its price,
//! which is that of its plan.

mod market;
mod wire;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::money::UsdMicrosPerHour;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;

use crate::account::Account;
use crate::cloud_init::{self, Login};
use crate::http::Http;
use crate::listing::{address_of_vm, sorted};
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider, progress};
use crate::refusals;
use crate::turns::{Purpose, Turns};
use wire::{Api, Instance, Launch};

pub(crate) use wire::CLOUD;

/// The user of Vultr's images.
const SSH_USER: &str = "root";

/// Micro-dollars an hour by plan.
type Prices = BTreeMap<String, UsdMicrosPerHour>;

/// An account at Vultr.
#[derive(Debug)]
struct Vultr {
    http: Http,
    ssh_port: u16,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, reqwest::Error> {
    let ssh_port = account.ssh_port;
    Ok(Box::new(Vultr { http: wire::http(account, turns)?, ssh_port }))
}

impl Instance {
    /// Where it is, once it has an address and power. Until then its address is `0.0.0.0`.
    fn host(&self) -> Option<Ipv4Addr> {
        let is_up = self.status == "active" && self.power_status == "running";
        let ip: Ipv4Addr = self.main_ip.parse().ok()?;
        Some(ip).filter(|ip| is_up && !ip.is_unspecified())
    }

    fn machine(self, ssh_port: u16, rate_usd_micros_per_hour: UsdMicrosPerHour) -> Machine {
        let state = match self.status.as_str() {
            "pending" => MachineState::Starting,
            // Billed in full, even if it is halted or suspended, or does what we have no word for.
            _ => MachineState::Running,
        };
        let address = self.host().map(|ip| address_of_vm(ip.to_string(), ssh_port, SSH_USER));
        Machine { id: self.id, name: self.label, state, rate_usd_micros_per_hour, address }
    }
}

/// Every machine with this name.
async fn named(api: &mut Api<'_>, machine_name: &str) -> Result<Vec<Instance>, Error> {
    Ok(sorted(api.instances().await?, |it| it.label == machine_name, |it| &it.id))
}

async fn prices(api: &mut Api<'_>) -> Result<Prices, Error> {
    let plans = api.plans().await?.into_iter();
    Ok(plans.filter_map(|plan| Some((plan.id.clone(), market::rate(&plan)?))).collect())
}

/// Deletes a machine; one that is gone already is as good.
async fn delete(api: &mut Api<'_>, id: &str) -> Result<(), Error> {
    match api.delete(id).await {
        Err(failure) if !failure.is_not_found() => Err(failure.into()),
        _ => Ok(()),
    }
}

impl Vultr {
    async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Api<'_>, Error> {
        Ok(Api { act: self.http.begin(purpose, requests).await? })
    }

    /// The machines with their prices. What Vultr no longer sells has none that it tells, so it
    /// counts as nothing; no machine of ours is of such a plan when it is launched.
    async fn priced(
        &self,
        api: &mut Api<'_>,
        instances: Vec<Instance>,
    ) -> Result<Vec<Machine>, Error> {
        if instances.is_empty() {
            return Ok(Vec::new());
        }
        let prices = prices(api).await?;
        let rate = |it: &Instance| prices.get(&it.plan).copied().unwrap_or(UsdMicrosPerHour(0));
        let machines = instances.into_iter().map(|it| {
            let rate = rate(&it);
            it.machine(self.ssh_port, rate)
        });
        Ok(machines.collect())
    }

    /// The first machine with this name.
    async fn first(&self, api: &mut Api<'_>, name: &str) -> Result<Option<Machine>, Error> {
        let first: Vec<_> = named(api, name).await?.into_iter().take(1).collect();
        Ok(self.priced(api, first).await?.pop())
    }
}

#[async_trait]
impl Provider for Vultr {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let plans = self.begin(Purpose::Look, 1).await?.plans().await?;
        Ok(plans.iter().flat_map(|plan| market::offers(plan, now)).collect())
    }

    async fn launch(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let (attempt, configuration) = (request.attempt, request.configuration);
        let mut api = Api { act: self.http.begin_launch(3).await? };
        if let Some(machine) = self.first(&mut api, &attempt.machine_name).await? {
            return Ok(machine);
        }
        let told = cloud_init::user_data(configuration, request.jupyter_token, Login::Root);
        let launch = Launch::of(attempt, &told);
        let instance = api.launch(&launch).await.map_err(refusals::launch_error)?;
        // Even if its price cannot be read, the machine exists and is known: an error here could
        // lead to a second launch.
        let quoted = attempt.offer.provider_rate_usd_micros_per_hour;
        let told = prices(&mut api).await.unwrap_or_default().get(&instance.plan).copied();
        Ok(instance.machine(self.ssh_port, told.unwrap_or(quoted)))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Launch, 2).await?;
        self.first(&mut api, machine_name).await
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Compare, 2).await?;
        match api.instance(machine_id).await {
            Ok(instance) => Ok(self.priced(&mut api, vec![instance]).await?.pop()),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        let mut api = self.begin(purpose, 2).await?;
        let instances = api.instances().await?;
        self.priced(&mut api, instances).await.map(Some)
    }

    fn list_age_max(&self) -> Option<Duration> {
        Some(self.http.list_age_max())
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut api = self.begin(Purpose::Finish, 2).await?;
        let mut ends = Vec::new();
        for instance in named(&mut api, machine_name).await? {
            ends.push(delete(&mut api, &instance.id).await);
        }
        progress(ends)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        delete(&mut self.begin(Purpose::Finish, 1).await?, machine_id).await
    }
}

#[cfg(test)]
mod tests;
