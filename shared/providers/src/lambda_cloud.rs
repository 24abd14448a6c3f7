//! The GPU cloud Lambda (lambda.ai), not to be confused with the AWS service.
//!
//! It can end machines but not stop them. Machine names need not be unique and there are no
//! idempotency keys, so before a launch we look for the name among the account's machines. A launch
//! takes exactly one registered key: each machine gets a key object under its own name, which is
//! removed with it; all keys of its user arrive by cloud-init. Ports other than SSH's are opened
//! once, in the account's own firewall rules.

mod market;
mod wire;

use std::net::IpAddr;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::pod::Address;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;

use crate::account::Account;
use crate::http::Failure;
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
use crate::{cloud_init, probe};
use wire::{Api, Instance, Launch, NewKey, code};

pub(crate) use wire::CLOUD;

/// The user of Lambda's images.
const SSH_USER: &str = "ubuntu";

/// An account at Lambda.
#[derive(Debug)]
struct LambdaCloud {
    api: Api,
    ssh_port: u16,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(account: Account) -> Result<Box<dyn Provider>, reqwest::Error> {
    let ssh_port = account.ssh_port;
    Ok(Box::new(LambdaCloud { api: Api::new(account)?, ssh_port }))
}

fn stop_unsupported() -> Error {
    Error::conflict(
        "stop_unsupported",
        "This GPU cloud cannot stop a machine and keep its disk. It can only be ended.",
    )
}

impl Instance {
    /// Whether it is or will be billed: neither gone nor going.
    fn is_running(&self) -> bool {
        !matches!(self.status.as_str(), "terminating" | "terminated" | "preempted")
    }

    fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "terminated" | "preempted")
    }

    fn machine(self) -> Result<Machine, Error> {
        let rate_usd_micros_per_hour = wire::rate(self.kind.price_cents_per_hour)?;
        let state = match self.status.as_str() {
            "booting" => MachineState::Starting,
            _ => MachineState::Running,
        };
        let name = self.name.unwrap_or_default();
        Ok(Machine { id: self.id, name, state, rate_usd_micros_per_hour })
    }
}

impl LambdaCloud {
    /// Everything the account lists under this name, ended or not.
    async fn named(&self, machine_name: &str) -> Result<Vec<Instance>, Error> {
        let mut instances = self.api.instances().await?;
        instances.retain(|instance| instance.name.as_deref() == Some(machine_name));
        // Twins come in the same request, however they are listed.
        instances.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Ok(instances)
    }

    /// Makes sure that there is a key object with this name. If the user has no key, Lambda makes a
    /// pair, of which nobody keeps the private half.
    async fn ensure_key(&self, name: &str, public_key: Option<&str>) -> Result<(), Error> {
        match self.api.add_key(&NewKey { name, public_key }).await {
            Ok(_) => Ok(()),
            Err(refused @ Failure::Refused { .. }) => {
                // Most likely an earlier try has added it.
                let keys = self.api.keys().await?;
                if keys.iter().any(|key| key.name == name) { Ok(()) } else { Err(refused.into()) }
            }
            Err(unknown) => Err(unknown.into()),
        }
    }

    /// Removes the key object with this name. One that Lambda still needs stays, and costs nothing.
    async fn forget_key(&self, name: &str) -> Result<(), Error> {
        for key in self.api.keys().await?.iter().filter(|key| key.name == name) {
            match self.api.remove_key(&key.id).await {
                Ok(()) | Err(Failure::Refused { .. }) => {}
                Err(unknown) => return Err(unknown.into()),
            }
        }
        Ok(())
    }

    /// The attempt's instance, by its identifier where it is known.
    async fn instance_of(&self, request: &LaunchRequest<'_>) -> Result<Option<Instance>, Error> {
        if let Some(id) = &request.attempt.machine_id {
            return self.instance(id).await;
        }
        let named = self.named(&request.attempt.machine_name).await?;
        Ok(named.into_iter().find(Instance::is_running))
    }

    async fn instance(&self, id: &str) -> Result<Option<Instance>, Error> {
        match self.api.instance(id).await {
            Ok(instance) => Ok(Some(instance)),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }
}

#[async_trait]
impl Provider for LambdaCloud {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let listed = self.api.instance_types().await?;
        Ok(listed.iter().flat_map(|listed| market::offers(listed, now)).collect())
    }

    async fn launch(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let name = request.attempt.machine_name.as_str();
        if let Some(machine) = self.find(name).await? {
            return Ok(machine);
        }
        let configuration = request.configuration;
        let first_key = configuration.ssh_public_keys.first().map(String::as_str);
        self.ensure_key(name, first_key).await?;
        let launch = Launch {
            region_name: &request.attempt.offer.region,
            instance_type_name: &request.attempt.offer.instance_type,
            ssh_key_names: [name],
            name,
            user_data: cloud_init::user_data(configuration, request.jupyter_token),
        };
        let id = match self.api.launch(&launch).await {
            Ok(id) => id,
            Err(Failure::Unknown(error)) => return Err(error.into()),
            Err(refused) => {
                // No terminate follows a refusal, so the key is removed now; one that stays does no
                // harm, and the refusal must not be lost over it.
                let _ = self.forget_key(name).await;
                return Err(match refused {
                    refused if refused.is_code(code::NO_CAPACITY) => LaunchError::NoCapacity,
                    refused if refused.is_code(code::QUOTA) => LaunchError::QuotaReached,
                    refused => LaunchError::Failed(refused.into()),
                });
            }
        };
        // Only the listing tells its price. Even if that cannot be read, the machine exists and is
        // known: an error here could lead to a second launch.
        let quoted = request.attempt.offer.provider_rate_usd_micros_per_hour;
        let listed = self.api.instance(&id).await.ok().and_then(|it| it.machine().ok());
        let name = name.to_owned();
        let state = MachineState::Starting;
        Ok(listed.unwrap_or(Machine { id, name, state, rate_usd_micros_per_hour: quoted }))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let named = self.named(machine_name).await?;
        named.into_iter().find(Instance::is_running).map(Instance::machine).transpose()
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let instance = self.instance(machine_id).await?.filter(Instance::is_running);
        instance.map(Instance::machine).transpose()
    }

    async fn machines(&self) -> Result<Option<Vec<Machine>>, Error> {
        let running = self.api.instances().await?.into_iter().filter(Instance::is_running);
        running.map(Instance::machine).collect::<Result<_, _>>().map(Some)
    }

    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        _now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let instance = self.instance_of(&request).await?.filter(|it| it.status == "active");
        let Some(ip) = instance.and_then(|it| it.ip?.parse::<IpAddr>().ok()) else {
            return Ok(None);
        };
        let readiness = request.configuration.template.readiness;
        let serves = probe::serves(&self.api.http.client, ip, self.ssh_port, readiness).await;
        Ok(serves.then(|| Address {
            host: ip.to_string(),
            ssh_port: self.ssh_port,
            ssh_user: SSH_USER.to_owned(),
            simulated: false,
            ports: Vec::new(),
        }))
    }

    async fn stop(&self, _machine_name: &str) -> Result<ActProgress, Error> {
        Err(stop_unsupported())
    }

    async fn start(&self, _request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        Err(stop_unsupported().into())
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let named = self.named(machine_name).await?;
        let running: Vec<_> =
            named.iter().filter(|it| it.is_running()).map(|it| it.id.as_str()).collect();
        let going = if running.is_empty() {
            named.iter().any(|it| !it.is_over())
        } else {
            match self.api.terminate(&running).await {
                // Not every caller asks again until the machine is gone, so the key is removed now.
                Ok(()) => {
                    let _ = self.forget_key(machine_name).await;
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
        self.forget_key(machine_name).await?;
        Ok(ActProgress::Done)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        match self.api.terminate(&[machine_id]).await {
            Err(failure) if !failure.is_not_found() => Err(failure.into()),
            _ => Ok(()),
        }
    }
}
