//! The GPU cloud Lambda (lambda.ai), not to be confused with the AWS service.
//!
//! It can end machines but not stop them. Machine names need not be unique and there are no
//! idempotency keys, so before a launch we look for the name among the account's machines. A launch
//! takes exactly one registered key: each machine gets a key object under its own name, which is
//! removed with it; all keys of its user arrive by cloud-init. Ports other than SSH's are opened
//! once, in the account's own firewall rules.

mod market;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;

use crate::account::Account;
use crate::cloud_init::{self, Login};
use crate::http::{Failure, Http};
use crate::listing::{address_of_vm, sorted};
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
use crate::turns::{Purpose, Turns};
use wire::{Api, Instance, Launch, NewKey, code};

pub(crate) use wire::CLOUD;

/// The user of Lambda's images.
const SSH_USER: &str = "ubuntu";

/// An account at Lambda.
#[derive(Debug)]
struct LambdaCloud {
    http: Http,
    ssh_port: u16,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, reqwest::Error> {
    let ssh_port = account.ssh_port;
    Ok(Box::new(LambdaCloud { http: wire::http(account, turns)?, ssh_port }))
}

impl Instance {
    /// Whether it is or will be billed: neither gone nor going.
    fn is_running(&self) -> bool {
        !matches!(self.status.as_str(), "terminating" | "terminated" | "preempted")
    }

    fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "terminated" | "preempted")
    }

    fn machine(self, ssh_port: u16) -> Result<Machine, Error> {
        let rate_usd_micros_per_hour = wire::rate(self.kind.price_cents_per_hour)?;
        let state = match self.status.as_str() {
            "booting" => MachineState::Starting,
            _ => MachineState::Running,
        };
        let host = self.ip.filter(|_| self.status == "active");
        let address = host.map(|host| address_of_vm(host, ssh_port, SSH_USER));
        let name = self.name.unwrap_or_default();
        Ok(Machine { id: self.id, name, state, rate_usd_micros_per_hour, address })
    }
}

/// Everything the account lists under this name, ended or not.
async fn named(api: &mut Api<'_>, machine_name: &str) -> Result<Vec<Instance>, Error> {
    let is_named = |it: &Instance| it.name.as_deref() == Some(machine_name);
    Ok(sorted(api.instances().await?, is_named, |it| &it.id))
}

/// Makes sure that there is a key object with this name. If the user has no key, Lambda makes a
/// pair, of which nobody keeps the private half.
async fn ensure_key(api: &mut Api<'_>, name: &str, public_key: Option<&str>) -> Result<(), Error> {
    match api.add_key(&NewKey { name, public_key }).await {
        Ok(_) => Ok(()),
        Err(refused @ Failure::Refused { .. }) => {
            // Most likely an earlier try has added it.
            let keys = api.keys().await?;
            if keys.iter().any(|key| key.name == name) { Ok(()) } else { Err(refused.into()) }
        }
        Err(unanswered) => Err(unanswered.into()),
    }
}

/// Removes the key object with this name. One that Lambda still needs stays, and costs nothing.
async fn forget_key(api: &mut Api<'_>, name: &str) -> Result<(), Error> {
    for key in api.keys().await?.iter().filter(|key| key.name == name) {
        match api.remove_key(&key.id).await {
            Ok(()) | Err(Failure::Refused { .. }) => {}
            Err(unanswered) => return Err(unanswered.into()),
        }
    }
    Ok(())
}

impl LambdaCloud {
    async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Api<'_>, Error> {
        Ok(Api { act: self.http.begin(purpose, requests).await? })
    }

    fn running(&self, instances: Vec<Instance>) -> Result<Option<Machine>, Error> {
        let running = instances.into_iter().find(Instance::is_running);
        running.map(|it| it.machine(self.ssh_port)).transpose()
    }
}

#[async_trait]
impl Provider for LambdaCloud {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let listed = self.begin(Purpose::Look, 1).await?.instance_types().await?;
        Ok(listed.iter().flat_map(|listed| market::offers(listed, now)).collect())
    }

    async fn launch(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let name = request.attempt.machine_name.as_str();
        let mut api = Api { act: self.http.begin_launch(4).await? };
        if let Some(machine) = self.running(named(&mut api, name).await?)? {
            return Ok(machine);
        }
        let configuration = request.configuration;
        let first_key = configuration.ssh_public_keys.first().map(String::as_str);
        ensure_key(&mut api, name, first_key).await?;
        let launch = Launch {
            region_name: &request.attempt.offer.region,
            instance_type_name: &request.attempt.offer.instance_type,
            ssh_key_names: [name],
            name,
            user_data: cloud_init::user_data(configuration, request.jupyter_token, Login::Default),
        };
        let id = match api.launch(&launch).await {
            Ok(id) => id,
            Err(refused @ Failure::Refused { .. }) => {
                // No terminate follows a refusal, so the key is removed now; one that stays does no
                // harm, and the refusal must not be lost over it.
                let _ = forget_key(&mut api, name).await;
                return Err(match refused {
                    refused if refused.is_code(code::NO_CAPACITY) => LaunchError::NoCapacity,
                    refused if refused.is_code(code::QUOTA) => LaunchError::QuotaReached,
                    refused => LaunchError::Failed(refused.into()),
                });
            }
            Err(unanswered) => return Err(LaunchError::Failed(unanswered.into())),
        };
        // Only the listing tells its price. Even if that cannot be read, the machine exists and is
        // known: an error here could lead to a second launch.
        let listed = api.instance(&id).await.ok().and_then(|it| it.machine(self.ssh_port).ok());
        Ok(listed.unwrap_or_else(|| Machine {
            id,
            name: name.to_owned(),
            state: MachineState::Starting,
            rate_usd_micros_per_hour: request.attempt.offer.provider_rate_usd_micros_per_hour,
            address: None,
        }))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Launch, 1).await?;
        self.running(named(&mut api, machine_name).await?)
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        match self.begin(Purpose::Compare, 1).await?.instance(machine_id).await {
            Ok(instance) => self.running(vec![instance]),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        let instances = self.begin(purpose, 1).await?.instances().await?;
        let running = instances.into_iter().filter(Instance::is_running);
        running.map(|it| it.machine(self.ssh_port)).collect::<Result<_, _>>().map(Some)
    }

    fn list_age_max(&self) -> Option<Duration> {
        Some(self.http.list_age_max())
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut api = self.begin(Purpose::Finish, 2).await?;
        let named = named(&mut api, machine_name).await?;
        let running: Vec<_> =
            named.iter().filter(|it| it.is_running()).map(|it| it.id.as_str()).collect();
        let going = if running.is_empty() {
            named.iter().any(|it| !it.is_over())
        } else {
            match api.terminate(&running).await {
                // Not every caller asks again until the machine is gone, so the key is removed now.
                Ok(()) => {
                    let _ = forget_key(&mut api, machine_name).await;
                    true
                }
                // Gone meanwhile; the next call sees that.
                Err(failure) if failure.is_not_found() => true,
                Err(failure) => return Err(failure.into()),
            }
        };
        if going {
            return Ok(ActProgress::UnderWay);
        }
        forget_key(&mut api, machine_name).await?;
        Ok(ActProgress::Done)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        match self.begin(Purpose::Finish, 1).await?.terminate(&[machine_id]).await {
            Err(failure) if !failure.is_not_found() => Err(failure.into()),
            _ => Ok(()),
        }
    }
}
