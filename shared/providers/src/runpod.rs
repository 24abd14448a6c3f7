//! The GPU cloud Runpod (runpod.io), whose machines are containers that can be stopped and started.
//!
//! Names of pods need not be unique and there are no idempotency keys, so before a launch we look
//! for the name among the account's pods. A stopped pod keeps its disk at `/workspace` and its
//! place on one host; if that has no free GPU later, the pod cannot be started. Ports get other numbers
//! outside, which are only known while the pod runs.

mod market;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::money::UsdMicros;
use domain::pod::sweep::MachineState;
use domain::pod::{Address, PublicPort};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::account::{Account, Unusable};
use crate::charges::BilledDay;
use crate::container::{Container, KEPT_AT};
use crate::http::{Failure, Http};
use crate::listing::sorted;
use crate::probe;
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider, progress};
use crate::turns::{Begun, LaunchTurn, Purpose, Turns};
use wire::{Action, Api, Endpoint, Launch, Mounts, Order, Persistent, Pod, State};

pub(crate) use wire::CLOUD;

/// Who logs in to a container.
const SSH_USER: &str = "root";
/// Runs the container's script; Runpod takes arguments as one string.
const ARGS: &str = r#"sh -c 'eval "$POD_BOOT"'"#;
/// Where Runpod leaves a key of our account in each container.
const OUR_KEY: &str = "RUNPOD_API_KEY";

/// A look for its name, the launch, and a look at its price.
const LAUNCH_REQUESTS: u32 = 3;

/// An account at Runpod.
#[derive(Debug)]
struct Runpod {
    http: Http,
}

/// Prepares the connection to an account; nothing is asked yet.
pub(crate) fn connect(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, Unusable> {
    Ok(Box::new(Runpod { http: wire::http(account, turns)? }))
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
        let address = self.endpoint().map(Endpoint::address);
        Ok(Machine { id: self.id, name: self.name, state, rate_usd_micros_per_hour, address })
    }

    fn is_priced(&self) -> bool {
        self.cost_micros().is_some_and(|micros| micros > 0)
    }
}

impl Endpoint {
    fn address(self) -> Address {
        let ports = self.ports.into_iter().map(|(port, public)| PublicPort { port, public });
        Address {
            host: self.ip.to_string(),
            ssh_port: self.ssh_port,
            ssh_user: SSH_USER.to_owned(),
            simulated: false,
            ports: ports.collect(),
        }
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
    let Container { runs_script, env } =
        Container::of(configuration, request.jupyter_token, Some(OUR_KEY));
    let ports = [22].iter().chain(&template.ports).map(|port| format!("{port}/tcp"));
    Launch {
        name: &attempt.machine_name,
        image: &template.image,
        args: runs_script.then_some(ARGS),
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

/// Every pod with this name that is not gone.
async fn named(api: &mut Api<'_>, machine_name: &str) -> Result<Vec<Pod>, Error> {
    let is_there = |it: &Pod| it.name == machine_name && it.state() != State::Gone;
    Ok(sorted(api.pods().await?, is_there, |it| &it.id))
}

async fn by_id(api: &mut Api<'_>, id: &str) -> Result<Option<Pod>, Error> {
    match api.pod(id).await {
        Ok(pod) => Ok(Some(pod).filter(|pod| pod.state() != State::Gone)),
        Err(failure) if failure.is_not_found() => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// The attempt's pod, by its identifier where it is known.
async fn pod_of(api: &mut Api<'_>, request: &LaunchRequest<'_>) -> Result<Option<Pod>, Error> {
    match &request.attempt.machine_id {
        Some(id) => by_id(api, id).await,
        None => Ok(named(api, &request.attempt.machine_name).await?.into_iter().next()),
    }
}

/// Deletes a pod; one that is already gone counts as deleted.
async fn delete(api: &mut Api<'_>, id: &str) -> Result<(), Error> {
    match api.terminate(id).await {
        Err(failure) if !failure.is_not_found() => Err(failure.into()),
        _ => Ok(()),
    }
}

/// Stops a pod; whether it is known to be stopped.
async fn stop_one(api: &mut Api<'_>, pod: &Pod) -> Result<bool, Error> {
    if pod.state() == State::Stopped {
        return Ok(true);
    }
    match api.act(&pod.id, Action::Stop).await {
        Ok(pod) => Ok(matches!(pod.state(), State::Stopped | State::Gone)),
        // What it did meanwhile is seen at the next look.
        Err(failure) if failure.is_status(409) || failure.is_not_found() => Ok(false),
        Err(failure) => Err(failure.into()),
    }
}

impl Runpod {
    async fn begin(&self, purpose: Purpose, requests: u32) -> Result<Api<'_>, Error> {
        Ok(Api { act: self.http.begin(purpose, requests).await? })
    }
}

#[async_trait]
impl Provider for Runpod {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let mut offers = Vec::new();
        for count in market::COUNTS {
            let listed = self.begin(Purpose::Look, 1).await?.gpu_types(count).await?;
            offers.extend(listed.iter().flat_map(|listed| market::offers(listed, count, now)));
        }
        Ok(offers)
    }

    async fn turn_to_launch(&self, begun: Begun) -> Result<LaunchTurn, Error> {
        self.http.turn_to_launch(begun, LAUNCH_REQUESTS).await
    }

    async fn launch(
        &self,
        request: LaunchRequest<'_>,
        turn: LaunchTurn,
    ) -> Result<Machine, LaunchError> {
        let name = request.attempt.machine_name.as_str();
        let mut api = Api { act: self.http.begin_launch(&turn, LAUNCH_REQUESTS) };
        if let Some(pod) = named(&mut api, name).await?.into_iter().next() {
            return Ok(pod.machine()?);
        }
        let launched = api.launch(&order(&request)).await.map_err(no_machine)?;
        let id = launched.id.clone();
        // The listing may know a price that the answer does not have yet. Even if neither has, the
        // machine exists and is known: an error here could lead to a second launch.
        let priced = match Some(launched).filter(Pod::is_priced) {
            None => api.pod(&id).await.ok().filter(Pod::is_priced),
            priced => priced,
        };
        let quoted = request.configuration.provider_rate()?;
        let unpriced = Machine {
            id,
            name: name.to_owned(),
            state: MachineState::Starting,
            rate_usd_micros_per_hour: quoted,
            address: None,
        };
        Ok(priced.and_then(|pod| pod.machine().ok()).unwrap_or(unpriced))
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Compare, 1).await?;
        named(&mut api, machine_name).await?.into_iter().next().map(Pod::machine).transpose()
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let mut api = self.begin(Purpose::Compare, 1).await?;
        by_id(&mut api, machine_id).await?.map(Pod::machine).transpose()
    }

    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        let pods = self.begin(purpose, 1).await?.pods().await?.into_iter();
        let there = pods.filter(|pod| pod.state() != State::Gone);
        there.map(Pod::machine).collect::<Result<_, _>>().map(Some)
    }

    fn list_age_max(&self) -> Option<Duration> {
        Some(self.http.list_age_max())
    }

    async fn answering(
        &self,
        request: LaunchRequest<'_>,
        listed: Option<&Address>,
        _now: Timestamp,
    ) -> Result<Option<Address>, Error> {
        let readiness = request.configuration.template.readiness;
        let listed = listed.filter(|address| probe::is_published(address, readiness));
        let Some(address) = listed else { return Ok(None) };
        Ok(probe::serves(address, readiness).await?.then(|| address.clone()))
    }

    async fn stop(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut api = self.begin(Purpose::Finish, 2).await?;
        let mut all_stopped = true;
        for pod in named(&mut api, machine_name).await? {
            all_stopped &= stop_one(&mut api, &pod).await?;
        }
        Ok(if all_stopped { ActProgress::Done } else { ActProgress::UnderWay })
    }

    async fn start(&self, request: LaunchRequest<'_>) -> Result<Machine, LaunchError> {
        let mut api = self.begin(Purpose::Launch, 2).await?;
        let Some(pod) = pod_of(&mut api, &request).await? else {
            let name = &request.attempt.machine_name;
            return Err(Error::unavailable(wire::CONTEXT, format!("{name} is not there")).into());
        };
        if pod.state() != State::Stopped {
            return Ok(pod.machine()?);
        }
        match api.act(&pod.id, Action::Start).await {
            Ok(started) => Ok(started.machine()?),
            // It was started or is being stopped meanwhile; whether it answers tells which.
            Err(failure) if failure.is_status(409) => Ok(pod.machine()?),
            Err(failure) => Err(no_machine(failure)),
        }
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut api = self.begin(Purpose::Finish, 2).await?;
        let mut ends = Vec::new();
        for pod in named(&mut api, machine_name).await? {
            ends.push(delete(&mut api, &pod.id).await);
        }
        progress(ends)
    }

    async fn charged(&self, day: Date) -> Result<Option<UsdMicros>, Error> {
        let mut api = self.begin(Purpose::Look, 1).await?;
        Ok(Some(UsdMicros(api.charged(BilledDay::of(day)).await?)))
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        delete(&mut self.begin(Purpose::Finish, 1).await?, machine_id).await
    }
}

#[cfg(test)]
mod tests;
