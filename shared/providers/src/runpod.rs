//! The GPU cloud Runpod (runpod.io), whose machines are containers that can be stopped and started.
//!
//! Names of pods need not be unique and there are no idempotency keys, so before a launch we look
//! for the name among the account's pods. A stopped pod keeps its disk at `/workspace` and its
//! place on one host; if that has no free GPU later, the pod cannot be started. Ports get other numbers
//! outside, which are only known while the pod runs.

mod boot;
mod market;
mod wire;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::market::template::Readiness;
use domain::pod::sweep::MachineState;
use domain::pod::{Address, PublicPort};
use jiff::Timestamp;

use crate::account::Account;
use crate::http::Failure;
use crate::probe;
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider};
use wire::{Action, Api, Endpoint, Launch, Mounts, Order, Persistent, Pod, State};

pub(crate) use wire::CLOUD;

/// Who logs in to a container.
const SSH_USER: &str = "root";
/// Where the disk is that a stop keeps.
const KEPT_AT: &str = "/workspace";

/// An account at Runpod.
#[derive(Debug)]
struct Runpod {
    api: Api,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(account: Account) -> Result<Box<dyn Provider>, reqwest::Error> {
    Ok(Box::new(Runpod { api: Api::new(account)? }))
}

impl Pod {
    fn machine(self) -> Result<Machine, Error> {
        let rate_usd_micros_per_hour = market::rate(&self)
            .ok_or_else(|| Error::unavailable(wire::CONTEXT, format!("{} dollars", self.cost)))?;
        let state = match self.state() {
            State::Starting => MachineState::Starting,
            State::Running => MachineState::Running,
            State::Stopped | State::Gone => MachineState::Stopped,
        };
        Ok(Machine { id: self.id, name: self.name, state, rate_usd_micros_per_hour })
    }

    fn is_priced(&self) -> bool {
        self.cost_micros().is_some_and(|micros| micros > 0)
    }
}

/// What a refused launch or start means. Runpod has no code for missing capacity, and says to try
/// the next candidate after every 400: <https://docs.runpod.io/api-reference-v2/pods/create-a-pod>.
fn no_machine(failure: Failure) -> LaunchError {
    match failure {
        Failure::Refused { status: 400, message, .. } => {
            let message = message.to_lowercase();
            if message.contains("limit") || message.contains("quota") {
                LaunchError::QuotaReached
            } else {
                LaunchError::NoCapacity
            }
        }
        // The account has no access to these GPUs, which an operator has to ask Runpod for.
        Failure::Refused { status: 403, .. } => LaunchError::QuotaReached,
        other => LaunchError::Failed(other.into()),
    }
}

fn order<'a>(request: &LaunchRequest<'a>) -> Launch<'a> {
    let (attempt, configuration) = (request.attempt, request.configuration);
    let template = &configuration.template;
    let (args, env) = boot::container(configuration, request.jupyter_token);
    let ports = [22].iter().chain(&template.ports).map(|port| format!("{port}/tcp"));
    Launch {
        name: &attempt.machine_name,
        image: &template.image,
        args,
        env,
        ports: ports.collect(),
        cloud: "SECURE",
        data_center_ids: [&attempt.offer.region],
        gpu: Order {
            id: &attempt.offer.instance_type,
            count: attempt.offer.gpu_count.0 / 1_000,
            min_vcpu_count_per_gpu: market::VCPUS_PER_GPU,
            min_ram_per_gpu: market::RAM_GIB_PER_GPU,
        },
        disk: market::CONTAINER_DISK_GB,
        mounts: Mounts {
            persistent: Some(Persistent { size: configuration.disk_gib, path: KEPT_AT.to_owned() }),
        },
    }
}

/// `readiness` with the number its port has outside; `None` while that is not known.
fn outside(readiness: Readiness, endpoint: &Endpoint) -> Option<Readiness> {
    match readiness {
        Readiness::SshBanner => Some(Readiness::SshBanner),
        Readiness::Http(port) => endpoint.ports.get(&port).copied().map(Readiness::Http),
    }
}

impl Runpod {
    /// Every pod with this name that is not gone.
    async fn named(&self, machine_name: &str) -> Result<Vec<Pod>, Error> {
        let mut pods = self.api.pods().await?;
        pods.retain(|pod| pod.name == machine_name && pod.state() != State::Gone);
        // Twins come in the same order, however they are listed.
        pods.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Ok(pods)
    }

    /// The attempt's pod, by its identifier where it is known.
    async fn pod_of(&self, request: &LaunchRequest<'_>) -> Result<Option<Pod>, Error> {
        match &request.attempt.machine_id {
            Some(id) => self.pod(id).await,
            None => Ok(self.named(&request.attempt.machine_name).await?.into_iter().next()),
        }
    }

    async fn pod(&self, id: &str) -> Result<Option<Pod>, Error> {
        match self.api.pod(id).await {
            Ok(pod) => Ok(Some(pod).filter(|pod| pod.state() != State::Gone)),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Deletes a pod; one that is gone already is as good.
    async fn delete(&self, id: &str) -> Result<(), Error> {
        match self.api.terminate(id).await {
            Err(failure) if !failure.is_not_found() => Err(failure.into()),
            _ => Ok(()),
        }
    }

    /// Stops a pod; whether it is known to be stopped.
    async fn stop_one(&self, pod: &Pod) -> Result<bool, Error> {
        if pod.state() == State::Stopped {
            return Ok(true);
        }
        match self.api.act(&pod.id, Action::Stop).await {
            Ok(pod) => Ok(matches!(pod.state(), State::Stopped | State::Gone)),
            // What it did meanwhile is seen at the next look.
            Err(failure) if failure.is_status(409) || failure.is_not_found() => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }
}

#[async_trait]
impl Provider for Runpod {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let mut offers = Vec::new();
        for count in market::COUNTS {
            let listed = self.api.gpu_types(count).await?;
            offers.extend(listed.iter().flat_map(|listed| market::offers(listed, count, now)));
        }
        Ok(offers)
    }

    async fn launch(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let name = request.attempt.machine_name.as_str();
        if let Some(machine) = self.find(name).await? {
            return Ok(machine);
        }
        let launched = self.api.launch(&order(&request)).await.map_err(no_machine)?;
        let id = launched.id.clone();
        // The listing may know a price that the answer does not have yet. Even if neither has, the
        // machine exists and is known: an error here could lead to a second launch.
        let priced = match Some(launched).filter(Pod::is_priced) {
            None => self.api.pod(&id).await.ok().filter(Pod::is_priced),
            priced => priced,
        };
        let quoted = request.configuration.provider_rate()?;
        let unpriced = Machine {
            id,
            name: name.to_owned(),
            state: MachineState::Starting,
            rate_usd_micros_per_hour: quoted,
        };
        Ok(priced.and_then(|pod| pod.machine().ok()).unwrap_or(unpriced))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        self.named(machine_name).await?.into_iter().next().map(Pod::machine).transpose()
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        self.pod(machine_id).await?.map(Pod::machine).transpose()
    }

    async fn machines(&self) -> Result<Option<Vec<Machine>>, Error> {
        let pods = self.api.pods().await?.into_iter().filter(|pod| pod.state() != State::Gone);
        pods.map(Pod::machine).collect::<Result<_, _>>().map(Some)
    }

    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        _now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let Some(endpoint) = self.pod_of(&request).await?.and_then(|pod| pod.endpoint()) else {
            return Ok(None);
        };
        let Some(readiness) = outside(request.configuration.template.readiness, &endpoint) else {
            return Ok(None);
        };
        let Endpoint { ip, ssh_port, ports } = endpoint;
        let serves = probe::serves(&self.api.http.client, ip, ssh_port, readiness).await;
        let ports = ports.into_iter().map(|(port, public)| PublicPort { port, public });
        Ok(serves.then(|| Address {
            host: ip.to_string(),
            ssh_port,
            ssh_user: SSH_USER.to_owned(),
            simulated: false,
            ports: ports.collect(),
        }))
    }

    async fn stop(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut all_stopped = true;
        for pod in self.named(machine_name).await? {
            all_stopped &= self.stop_one(&pod).await?;
        }
        Ok(if all_stopped { ActProgress::Done } else { ActProgress::UnderWay })
    }

    async fn start(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let Some(pod) = self.pod_of(&request).await? else {
            let name = &request.attempt.machine_name;
            return Err(Error::unavailable(wire::CONTEXT, format!("{name} is not there")).into());
        };
        if pod.state() != State::Stopped {
            return Ok(pod.machine()?);
        }
        match self.api.act(&pod.id, Action::Start).await {
            Ok(started) => Ok(started.machine()?),
            // It was started or is being stopped meanwhile; whether it answers tells which.
            Err(failure) if failure.is_status(409) => Ok(pod.machine()?),
            Err(failure) => Err(no_machine(failure)),
        }
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let named = self.named(machine_name).await?;
        let mut first_failure = None;
        for pod in &named {
            // One that cannot be deleted keeps no twin of it running.
            if let Err(failure) = self.delete(&pod.id).await {
                first_failure.get_or_insert(failure);
            }
        }
        match first_failure {
            Some(failure) => Err(failure),
            None if named.is_empty() => Ok(ActProgress::Done),
            // Believed once the account no longer lists it.
            None => Ok(ActProgress::UnderWay),
        }
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        self.delete(machine_id).await
    }
}

#[cfg(test)]
mod tests;
