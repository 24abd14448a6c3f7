//! The GPU cloud Verda (verda.com, once `DataCrunch`), whose machines are VMs.
//!
//! A machine that is shut down goes on to be billed in full, so to us Verda can end machines but
//! not stop them. Host names need not be unique and there are no idempotency keys, so before a
//! launch we look for the name among the account's machines. Keys and token arrive by a startup
//! script, which is an object of its own at Verda: each machine gets one under its own name, which
//! is removed with it. A machine's disk is another object, which is deleted with it by name. What a
//! machine costs is read from the list of types.

mod boot;
mod market;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::money::UsdMicrosPerHour;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;

use crate::account::Account;
use crate::http::{Failure, Http};
use crate::listing::{address_of_vm, sorted};
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
use crate::refusals;
use crate::turns::{Purpose, Turns};
use wire::{Api, Instance, Launch, Volume};

pub(crate) use wire::CLOUD;

/// The user of Verda's images.
const SSH_USER: &str = "root";

/// An account at Verda.
#[derive(Debug)]
struct Verda {
    http: Http,
    ssh_port: u16,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, reqwest::Error> {
    let ssh_port = account.ssh_port;
    Ok(Box::new(Verda { http: wire::http(account, turns)?, ssh_port }))
}

impl Instance {
    /// Whether it is or will be billed: neither gone nor going.
    fn is_running(&self) -> bool {
        !self.is_over() && self.status != "deleting"
    }

    fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "discontinued" | "deleted" | "notfound")
    }

    fn machine(self, ssh_port: u16, rate_usd_micros_per_hour: UsdMicrosPerHour) -> Machine {
        let state = match self.status.as_str() {
            "new" | "ordered" | "provisioning" | "validating" => MachineState::Starting,
            // Billed in full, even if it is offline or broken, or does what we have no word for.
            _ => MachineState::Running,
        };
        let ip = self.ip.filter(|_| self.status == "running");
        let ip: Option<IpAddr> = ip.and_then(|ip| ip.parse().ok());
        let address = ip.map(|ip| address_of_vm(ip.to_string(), ssh_port, SSH_USER));
        Machine { id: self.id, name: self.hostname, state, rate_usd_micros_per_hour, address }
    }
}

/// Everything the account lists under this name, ended or not.
async fn named(api: &mut Api<'_>, machine_name: &str) -> Result<Vec<Instance>, Error> {
    Ok(sorted(api.instances().await?, |it| it.hostname == machine_name, |it| &it.id))
}

/// The instance with this identifier. Verda calls one that it does not know invalid.
async fn by_id(api: &mut Api<'_>, id: &str) -> Result<Option<Instance>, Error> {
    match api.instance(id).await {
        Ok(instance) => Ok(Some(instance)),
        Err(failure) if is_gone(&failure) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

fn is_gone(failure: &Failure) -> bool {
    failure.is_not_found()
        || failure.says("Invalid instance id")
        || failure.says("discontinued instance")
}

/// Ends an instance; one that is gone already is as good. One that is still being set up cannot be
/// ended yet, which whoever asks again will.
async fn delete(api: &mut Api<'_>, instance: &Instance) -> Result<(), Error> {
    match api.delete(instance).await {
        Err(failure) if !is_gone(&failure) && !failure.says("provisioning instance") => {
            Err(failure.into())
        }
        _ => Ok(()),
    }
}

/// Makes sure that there is a script with this name; its identifier.
async fn ensure_script(api: &mut Api<'_>, name: &str, script: &str) -> Result<String, Error> {
    match api.add_script(name, script).await {
        Ok(id) => Ok(id),
        Err(refused @ Failure::Refused { .. }) => {
            // Most likely an earlier try has added it.
            let earlier = api.scripts().await?.into_iter().find(|script| script.name == name);
            earlier.map(|script| script.id).ok_or_else(|| refused.into())
        }
        Err(unanswered) => Err(unanswered.into()),
    }
}

/// Removes the scripts with this name. One that Verda still needs stays, and costs nothing.
async fn forget_script(api: &mut Api<'_>, name: &str) -> Result<(), Error> {
    for script in api.scripts().await?.iter().filter(|script| script.name == name) {
        match api.remove_script(&script.id).await {
            Ok(()) | Err(Failure::Refused { .. }) => {}
            Err(unanswered) => return Err(unanswered.into()),
        }
    }
    Ok(())
}

impl Verda {
    async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Api<'_>, Error> {
        Ok(Api { act: self.http.begin(purpose, requests).await? })
    }

    /// The machines that run, with their prices. A type that is no longer listed has none that is
    /// told, so it counts as nothing; no machine of ours is of such a type when it is launched.
    async fn priced(
        &self,
        api: &mut Api<'_>,
        instances: Vec<Instance>,
    ) -> Result<Vec<Machine>, Error> {
        let running: Vec<_> = instances.into_iter().filter(Instance::is_running).collect();
        if running.is_empty() {
            return Ok(Vec::new());
        }
        let prices = market::prices(&api.instance_types().await?);
        let machines = running.into_iter().map(|it| {
            let rate = prices.get(&it.kind).copied().unwrap_or(UsdMicrosPerHour(0));
            it.machine(self.ssh_port, rate)
        });
        Ok(machines.collect())
    }

    /// The first running machine with this name.
    async fn first(&self, api: &mut Api<'_>, name: &str) -> Result<Option<Machine>, Error> {
        let named = named(api, name).await?;
        Ok(self.priced(api, named).await?.into_iter().next())
    }
}

#[async_trait]
impl Provider for Verda {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let mut api = self.begin(Purpose::Look, 2).await?;
        let types = api.instance_types().await?;
        Ok(market::offers(&types, &api.available().await?, now))
    }

    async fn launch(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let (attempt, configuration) = (request.attempt, request.configuration);
        let name = attempt.machine_name.as_str();
        let mut api = Api { act: self.http.begin_launch(4).await? };
        if let Some(machine) = self.first(&mut api, name).await? {
            return Ok(machine);
        }
        let script = boot::script(configuration, request.jupyter_token);
        let script_id = ensure_script(&mut api, name, &script).await?;
        let launch = Launch {
            instance_type: &attempt.offer.instance_type,
            image: wire::IMAGE,
            ssh_key_ids: [],
            hostname: name,
            description: name,
            location_code: &attempt.offer.region,
            startup_script_id: &script_id,
            is_spot: false,
            os_volume: Volume { name, size: market::DISK_GB },
        };
        let id = match api.launch(&launch).await {
            Ok(id) => id,
            Err(failure) => {
                if matches!(failure, Failure::Refused { .. }) {
                    // No terminate follows a refusal, so the script is removed now; one that stays
                    // does no harm, and the refusal must not be lost over it.
                    let _ = forget_script(&mut api, name).await;
                }
                return Err(refusals::launch_error(failure));
            }
        };
        // Only the list of types tells its price. Even if that cannot be read, the machine exists
        // and is known: an error here could lead to a second launch.
        let types = api.instance_types().await.unwrap_or_default();
        let told = market::prices(&types).get(&attempt.offer.instance_type).copied();
        Ok(Machine {
            id,
            name: name.to_owned(),
            state: MachineState::Starting,
            rate_usd_micros_per_hour: told
                .unwrap_or(attempt.offer.provider_rate_usd_micros_per_hour),
            address: None,
        })
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Launch, 2).await?;
        self.first(&mut api, machine_name).await
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Compare, 2).await?;
        let found = by_id(&mut api, machine_id).await?;
        Ok(self.priced(&mut api, found.into_iter().collect()).await?.pop())
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
        let mut api = self.begin(Purpose::Finish, 3).await?;
        let mut named = named(&mut api, machine_name).await?;
        named.retain(|instance| !instance.is_over());
        let mut ends = Vec::new();
        for instance in named.iter().filter(|instance| instance.is_running()) {
            ends.push(delete(&mut api, instance).await);
        }
        ends.into_iter().collect::<Result<(), _>>()?;
        // Not every caller asks again until the machine is gone, so the script is removed at once.
        let forgotten = forget_script(&mut api, machine_name).await;
        if !named.is_empty() {
            return Ok(ActProgress::UnderWay);
        }
        forgotten.map(|()| ActProgress::Done)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        let mut api = self.begin(Purpose::Finish, 2).await?;
        match by_id(&mut api, machine_id).await? {
            Some(instance) if instance.is_running() => delete(&mut api, &instance).await,
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
