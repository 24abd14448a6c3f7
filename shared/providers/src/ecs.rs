//! Our own GPU cloud: tasks of Amazon ECS on EC2 instances with GPUs, in a cluster of this deployment.
//!
//! `template.yaml` makes the cluster, one capacity provider for each type of instance and each way to
//! pay for it, and one task definition for each template. A **task** is a machine: it takes all GPUs of
//! its instance, shares the instance's network and is reached at its public address.
//!
//! Three things find a task again. A launch bears its machine's name as `clientToken`, so ECS itself
//! makes one task of it however often it is asked within a day; `startedBy` is a digest of the name, as
//! it takes no longer one, and finds the task; a tag holds the name itself.

mod api;
mod instances;
mod market;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Error;
use domain::market::offer::Offer;
use domain::pod::sweep::MachineState;
use jiff::Timestamp;

use crate::account::{Account, Unusable};
use crate::container::Container;
use crate::http::{Act, Failure, Http, Peculiar};
use crate::listing::{address_of_vm, sorted};
use crate::provider::{ActProgress, LaunchError, LaunchRequest, Machine, Provider, progress};
use crate::turns::{Begun, LaunchTurn, Purpose, Turns};
use api::{Api, CONTEXT, Capacity, Cluster, Order, Status, Task};

pub(crate) use api::CLOUD;

/// Who logs in to a container.
const SSH_USER: &str = "root";

/// A cluster takes 20 requests a second at the least, and 10 to read its tasks:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html>.
const MIN_INTERVAL_MS: u64 = 150;
const LAUNCH_INTERVAL_MS: u64 = 500;
/// A look for its name, the launch, and a look at its price.
const LAUNCH_REQUESTS: u32 = 3;
/// A list of machines: which tasks there are, what they do, what they cost, on which instances they
/// are, and the addresses of those.
const LIST_REQUESTS: u32 = 5;

/// Our cluster.
#[derive(Debug)]
struct Ecs {
    http: Http,
    api: Api,
    ssh_port: u16,
}

/// Prepares the connection to the cluster; nothing is asked yet.
pub(crate) fn connect(
    account: Account,
    turns: Arc<dyn Turns>,
) -> Result<Box<dyn Provider>, Unusable> {
    let cluster = account.project.as_deref().and_then(Cluster::read);
    let api = Api::new(&account, cluster.ok_or(Unusable::Lacks("project"))?);
    let ssh_port = account.ssh_port;
    let peculiar = Peculiar {
        min_interval_ms: MIN_INTERVAL_MS,
        launch_interval_ms: LAUNCH_INTERVAL_MS,
        refusal: instances::refusal,
        ..Peculiar::usual(CONTEXT)
    };
    Ok(Box::new(Ecs { http: Http::new(account, turns, peculiar)?, api, ssh_port }))
}

/// What a refused launch means. A lack of instances is told later, if at all: the task then waits
/// for a place until its pod gives it up.
fn no_machine(failure: Failure) -> LaunchError {
    match &failure {
        Failure::Refused { code, .. } if api::is_lack(code) => LaunchError::NoCapacity,
        Failure::Refused { code, .. } if code == "LimitExceededException" => {
            LaunchError::QuotaReached
        }
        _ => LaunchError::Failed(failure.into()),
    }
}

fn order(request: &LaunchRequest<'_>) -> Order {
    let offer = &request.attempt.offer;
    let Container { env, .. } = Container::of(request.configuration, request.jupyter_token, None);
    Order {
        machine_name: request.attempt.machine_name.clone(),
        template_id: request.configuration.template.id.clone(),
        capacity: Capacity { instance_type: offer.instance_type.clone(), is_spot: offer.spot },
        gpus: offer.gpu_count.0 / 1_000,
        environment: env,
    }
}

fn state(task: &Task) -> Option<MachineState> {
    match task.status {
        Status::Waiting => Some(MachineState::Queued),
        Status::Starting => Some(MachineState::Starting),
        Status::Running => Some(MachineState::Running),
        Status::Going => None,
    }
}

impl Ecs {
    /// The tasks of this name that are neither gone nor going, or all of ours.
    async fn tasks(&self, act: &mut Act<'_>, name: Option<&str>) -> Result<Vec<Task>, Error> {
        let tasks = self.api.tasks(act, name).await?;
        let is_wanted = |task: &Task| {
            task.status != Status::Going && name.is_none_or(|name| task.machine_name == name)
        };
        Ok(sorted(tasks, is_wanted, |task| &task.id))
    }

    /// Tasks as machines, with prices and addresses.
    async fn machines_of(
        &self,
        act: &mut Act<'_>,
        tasks: Vec<Task>,
    ) -> Result<Vec<Machine>, Error> {
        let rates = market::rates(&self.api, act, &tasks).await?;
        let on: Vec<_> = tasks
            .iter()
            .filter(|task| task.status == Status::Running)
            .filter_map(|task| task.container_instance.clone())
            .collect();
        let hosts = self.api.instances(act, &on).await?;
        let ids: Vec<_> = hosts.values().cloned().collect();
        let addresses = instances::addresses(&self.http, act, &self.api, &ids).await?;
        let machine = |task: Task| {
            let rate = rates.get(&task.capacity_provider).copied();
            let host = task.container_instance.as_ref().and_then(|it| hosts.get(it));
            let ip = host.and_then(|instance| addresses.get(instance));
            let address = ip.filter(|_| task.status == Status::Running);
            let state = state(&task)?;
            Some(rate.map(|rate_usd_micros_per_hour| Machine {
                id: task.id,
                name: task.machine_name,
                state,
                rate_usd_micros_per_hour,
                address: address.map(|ip| address_of_vm(ip.to_string(), self.ssh_port, SSH_USER)),
            }))
        };
        let machines: Option<Vec<_>> = tasks.into_iter().filter_map(machine).collect();
        let unpriced = "a capacity provider of its tasks has no price";
        machines.ok_or_else(|| Error::unavailable(CONTEXT, unpriced))
    }
}

#[async_trait]
impl Provider for Ecs {
    async fn offers(&self, now: Timestamp) -> Result<Vec<Offer>, Error> {
        let mut act = self.http.begin(Purpose::Look, 2).await?;
        let names = self.api.capacity_names(&mut act).await?;
        let sold = self.api.capacity_providers(&mut act, &names).await?;
        Ok(market::offers(&self.api.cluster, &sold, now))
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
        let mut act = self.http.begin_launch(&turn, LAUNCH_REQUESTS);
        let found = self.tasks(&mut act, Some(name)).await?;
        if !found.is_empty() {
            let machines = self.machines_of(&mut act, found).await?;
            let gone = || Error::unavailable(CONTEXT, "a task that was there has gone");
            return machines.into_iter().next().ok_or_else(gone).map_err(LaunchError::Failed);
        }
        let task = self.api.run(&mut act, &order(&request)).await.map_err(no_machine)?;
        // The answer to an earlier launch of this name, whose task has ended since.
        let state = state(&task).ok_or(LaunchError::NoCapacity)?;
        // An error here could lead to a second launch, and the task is known already.
        let rates = market::rates(&self.api, &mut act, std::slice::from_ref(&task)).await;
        let rate = rates.ok().and_then(|rates| rates.get(&task.capacity_provider).copied());
        let quoted = request.configuration.provider_rate()?;
        Ok(Machine {
            id: task.id,
            name: name.to_owned(),
            state,
            rate_usd_micros_per_hour: rate.unwrap_or(quoted),
            address: None,
        })
    }

    async fn find(&self, machine_name: &str) -> Result<Option<Machine>, Error> {
        let mut act = self.http.begin(Purpose::Compare, LIST_REQUESTS).await?;
        let tasks = self.tasks(&mut act, Some(machine_name)).await?;
        Ok(self.machines_of(&mut act, tasks).await?.into_iter().next())
    }

    async fn machine(&self, machine_id: &str) -> Result<Option<Machine>, Error> {
        let mut act = self.http.begin(Purpose::Compare, LIST_REQUESTS - 1).await?;
        let tasks = self.api.described(&mut act, &[machine_id.to_owned()]).await?;
        Ok(self.machines_of(&mut act, tasks).await?.into_iter().next())
    }

    async fn machines(&self, purpose: Purpose) -> Result<Option<Vec<Machine>>, Error> {
        let mut act = self.http.begin(purpose, LIST_REQUESTS).await?;
        let tasks = self.tasks(&mut act, None).await?;
        self.machines_of(&mut act, tasks).await.map(Some)
    }

    fn list_age_max(&self) -> Option<Duration> {
        Some(self.http.list_age_max().saturating_mul(LIST_REQUESTS))
    }

    async fn terminate(&self, machine_name: &str) -> Result<ActProgress, Error> {
        let mut act = self.http.begin(Purpose::Finish, 3).await?;
        let mut ends = Vec::new();
        for task in self.tasks(&mut act, Some(machine_name)).await? {
            ends.push(self.api.stop(&mut act, &task.id).await.map_err(Error::from));
        }
        progress(ends)
    }

    async fn terminate_twin(&self, machine_id: &str) -> Result<(), Error> {
        let mut act = self.http.begin(Purpose::Finish, 1).await?;
        Ok(self.api.stop(&mut act, machine_id).await?)
    }
}

#[cfg(test)]
mod tests;
