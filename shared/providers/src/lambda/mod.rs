//! The GPU cloud Lambda (lambda.ai).
//!
//! It ends machines and cannot stop them. It names no machine uniquely and knows no idempotency key,
//! so before a launch the account is looked through by name. It launches with exactly one registered
//! key: each machine gets a key object of its own name, which ends with it; all keys of its user come
//! in by cloud-init. Ports other than SSH's are opened once, in the account's own firewall rules.

mod cloud_init;
mod market;
mod wire;

use std::net::IpAddr;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::pod::Address;
use jiff::Timestamp;

use crate::clouds::Account;
use crate::{LaunchError, Machine, Order, Progress, Provider, probe};
use wire::{Api, Failure, Instance, Launch, NewKey, code};

/// Who logs in on Lambda's images.
const SSH_USER: &str = "ubuntu";

/// An account at Lambda.
#[derive(Debug)]
pub(crate) struct Lambda {
    api: Api,
    ssh_port: u16,
}

fn stop_unsupported() -> Error {
    Error::conflict(
        "stop_unsupported",
        "This GPU cloud cannot stop a machine and keep it. It can only be ended.",
    )
}

impl Instance {
    /// Whether it is billed or will be: everything but what is over or on its way out.
    fn is_running(&self) -> bool {
        !matches!(self.status.as_str(), "terminating" | "terminated" | "preempted")
    }

    fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "terminated" | "preempted")
    }

    fn machine(self) -> Result<Machine, Error> {
        let rate_usd_micros_per_hour = wire::rate(self.kind.price_cents_per_hour)?;
        Ok(Machine { id: self.id, name: self.name.unwrap_or_default(), rate_usd_micros_per_hour })
    }
}

impl Lambda {
    /// The cloud's name.
    pub(crate) const CLOUD: &str = "lambda";

    pub(crate) fn new(account: Account) -> Result<Self, reqwest::Error> {
        let ssh_port = account.ssh_port;
        Ok(Self { api: Api::new(account)?, ssh_port })
    }

    /// Everything the account lists under this name, over or not.
    async fn named(&self, machine_name: &str) -> Result<Vec<Instance>, Error> {
        let mut instances = self.api.instances().await?;
        instances.retain(|instance| instance.name.as_deref() == Some(machine_name));
        // The same one first, however they are listed.
        instances.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Ok(instances)
    }

    /// Makes sure that there is a key object of this name. For a machine without a key of its user
    /// Lambda makes a pair, of which nobody keeps the private half.
    async fn ensure_key(&self, name: &str, public_key: Option<&str>) -> Result<(), Error> {
        match self.api.add_key(&NewKey { name, public_key }).await {
            Ok(_) => Ok(()),
            Err(refused @ Failure::Refused { .. }) => {
                // Most likely it is there from an earlier try.
                let keys = self.api.keys().await?;
                if keys.iter().any(|key| key.name == name) { Ok(()) } else { Err(refused.into()) }
            }
            Err(unknown) => Err(unknown.into()),
        }
    }

    /// Removes the key object of this name. One that Lambda still needs stays, and costs nothing.
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
    async fn instance_of(&self, order: &Order<'_>) -> Result<Option<Instance>, Error> {
        let Some(id) = &order.attempt.machine_id else {
            let named = self.named(&order.attempt.machine_name).await?;
            return Ok(named.into_iter().find(Instance::is_running));
        };
        match self.api.instance(id).await {
            Ok(instance) => Ok(Some(instance)),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }
}

#[async_trait]
impl Provider for Lambda {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let listed = self.api.instance_types().await?;
        Ok(listed.iter().flat_map(|listed| market::offers(listed, now)).collect())
    }

    async fn launch(&self, order: Order<'_>) -> Result<Machine, LaunchError> {
        let name = order.attempt.machine_name.as_str();
        if let Some(machine) = self.find(name).await? {
            return Ok(machine);
        }
        let configuration = order.configuration;
        let first_key = configuration.ssh_public_keys.first().map(String::as_str);
        self.ensure_key(name, first_key).await?;
        let launch = Launch {
            region_name: &order.attempt.offer.region,
            instance_type_name: &order.attempt.offer.instance_type,
            ssh_key_names: [name],
            name,
            user_data: cloud_init::user_data(configuration, order.jupyter_token),
        };
        let id = match self.api.launch(&launch).await {
            Ok(id) => id,
            Err(Failure::Unknown(error)) => return Err(error.into()),
            Err(refused) => {
                // Nobody gives back what was refused, so its key goes now; one that stays does no
                // harm, and the refusal must not be lost over it.
                let _ = self.forget_key(name).await;
                return Err(match refused {
                    refused if refused.is(code::NO_CAPACITY) => LaunchError::NoCapacity,
                    refused if refused.is(code::QUOTA) => LaunchError::QuotaReached,
                    refused => LaunchError::Failed(refused.into()),
                });
            }
        };
        // Its price is told by the listing alone. Whatever comes of asking for that, the machine is
        // there and known: forgetting it could launch a second one.
        let quoted = order.attempt.offer.provider_rate_usd_micros_per_hour;
        let listed = self.api.instance(&id).await.ok().and_then(|it| it.machine().ok());
        let name = name.to_owned();
        Ok(listed.unwrap_or(Machine { id, name, rate_usd_micros_per_hour: quoted }))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let named = self.named(machine_name).await?;
        named.into_iter().find(Instance::is_running).map(Instance::machine).transpose()
    }

    async fn machines(&self) -> Result<Option<Vec<Machine>>, Error> {
        let running = self.api.instances().await?.into_iter().filter(Instance::is_running);
        running.map(Instance::machine).collect::<Result<_, _>>().map(Some)
    }

    async fn answering(&self, order: Order<'_>, _now: Timestamp) -> Result<Option<Address>, Error> {
        let instance = self.instance_of(&order).await?.filter(|it| it.status == "active");
        let Some(ip) = instance.and_then(|it| it.ip?.parse::<IpAddr>().ok()) else {
            return Ok(None);
        };
        let readiness = order.configuration.template.readiness;
        let serves = probe::serves(&self.api.client, ip, self.ssh_port, readiness).await;
        Ok(serves.then(|| Address {
            host: ip.to_string(),
            ssh_port: self.ssh_port,
            ssh_user: SSH_USER.to_owned(),
            simulated: false,
        }))
    }

    async fn stop(&self, _machine_name: &str) -> Result<Progress, Error> {
        Err(stop_unsupported())
    }

    async fn start(&self, _order: Order<'_>) -> Result<Machine, LaunchError> {
        Err(stop_unsupported().into())
    }

    async fn terminate(&self, machine_name: &str) -> Result<Progress, Error> {
        let named = self.named(machine_name).await?;
        let running: Vec<_> =
            named.iter().filter(|it| it.is_running()).map(|it| it.id.as_str()).collect();
        let going = if running.is_empty() {
            named.iter().any(|it| !it.is_over())
        } else {
            match self.api.terminate(&running).await {
                // Not everybody waits for the end, so the key goes now if it may.
                Ok(()) => {
                    let _ = self.forget_key(machine_name).await;
                    true
                }
                // Gone in between; the next call sees it.
                Err(failure) if failure.is_not_found() => true,
                Err(failure) => return Err(failure.into()),
            }
        };
        if going {
            return Ok(Progress::UnderWay);
        }
        self.forget_key(machine_name).await?;
        Ok(Progress::Done)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        match self.api.terminate(&[machine_id]).await {
            Err(failure) if !failure.is_not_found() => Err(failure.into()),
            _ => Ok(()),
        }
    }
}
