//! Requests to Amazon ECS: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html>.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_sdk_ecs::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::types::{
    CapacityProvider, CapacityProviderField, CapacityProviderStatus, CapacityProviderStrategyItem,
    ContainerOverride, KeyValuePair, ResourceRequirement, ResourceType, Tag, TaskField,
    TaskOverride,
};
use aws_sdk_ecs::{Client, types};
use domain::Error;
use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::http::{Act, Failure, Outcome};

/// The name of the cloud in offers and accounts.
pub(crate) const CLOUD: &str = "ecs";
pub(super) const CONTEXT: &str = "our cluster at AWS ECS";
/// How the name of a capacity provider of spot instances ends.
pub(super) const SPOT: &str = "-spot";
/// All answers of a launch must fit into the time-out of `step-launch-pod`.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// `startedBy` takes 36 characters for certain.
const STARTED_BY_DIGITS: usize = 32;
/// The tag that holds the machine's name.
const NAME_TAG: &str = "gpubroker:machine";
/// The container of every task definition.
const CONTAINER: &str = "pod";
/// The most that one request may ask about, by the API reference of each.
const TASKS_MAX: usize = 100;
const CAPACITY_PROVIDERS_MAX: usize = 10;
/// Beyond so many pages of tasks, a list is not believed to be whole.
const PAGES_MAX: usize = 50;

/// Where the tasks are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Cluster {
    pub(super) name: String,
    pub(super) region: String,
}

impl Cluster {
    /// The cluster of an ARN: `arn:aws:ecs:us-east-1:123456789012:cluster/broker-gpu`.
    pub(super) fn read(arn: &str) -> Option<Self> {
        let parts: Vec<_> = arn.split(':').collect();
        let ["arn", _, "ecs", region, _, cluster] = parts[..] else { return None };
        let name = cluster.strip_prefix("cluster/")?;
        let is_whole = !region.is_empty() && !name.is_empty();
        is_whole.then(|| Self { name: name.to_owned(), region: region.to_owned() })
    }
}

/// How far a task is, whatever the word for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Status {
    /// No instance has it yet.
    Waiting,
    /// An instance has it. Words we do not know are here too: it costs something, and nobody is sent
    /// to it.
    Starting,
    Running,
    /// It has ended, or was told to.
    Going,
}

/// A task of ours.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// The last part of its ARN.
    pub(super) id: String,
    /// Empty for a task that is none of ours or is going: a stop takes the tags away.
    pub(super) machine_name: String,
    pub(super) status: Status,
    pub(super) capacity_provider: String,
    /// The ARN of the cluster's view of its instance.
    pub(super) container_instance: Option<String>,
}

impl Task {
    fn read(task: &types::Task) -> Option<Self> {
        let tag = task.tags().iter().find(|tag| tag.key() == Some(NAME_TAG));
        let status = match (task.desired_status(), task.last_status()) {
            (Some("STOPPED"), _)
            | (_, Some("DEACTIVATING" | "STOPPING" | "DEPROVISIONING" | "STOPPED" | "DELETED")) => {
                Status::Going
            }
            (_, Some("PROVISIONING")) => Status::Waiting,
            (_, Some("RUNNING")) => Status::Running,
            _ => Status::Starting,
        };
        Some(Self {
            id: task.task_arn()?.rsplit('/').next()?.to_owned(),
            machine_name: tag.and_then(Tag::value).unwrap_or_default().to_owned(),
            status,
            capacity_provider: task.capacity_provider_name().unwrap_or_default().to_owned(),
            container_instance: task.container_instance_arn().map(str::to_owned),
        })
    }
}

/// What a capacity provider gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Capacity {
    /// `g6.xlarge`.
    pub(super) instance_type: String,
    pub(super) is_spot: bool,
}

impl Capacity {
    /// The name of its capacity provider, which has no dots: `broker-gpu-g6-xlarge-spot`.
    pub(super) fn provider(&self, cluster: &str) -> String {
        let ending = if self.is_spot { SPOT } else { "" };
        format!("{cluster}-{}{ending}", self.instance_type.replace('.', "-"))
    }
}

/// A task to be run.
pub(super) struct Order {
    pub(super) machine_name: String,
    pub(super) template_id: String,
    pub(super) capacity: Capacity,
    pub(super) gpus: u32,
    /// Keys, script and token: a secret.
    pub(super) environment: BTreeMap<&'static str, String>,
}

/// The API, as this function may use it.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    pub(super) cluster: Cluster,
    pub(super) credentials: SharedCredentialsProvider,
    /// Where the API of EC2 is: beside that of ECS, whose host is `ecs.…`.
    pub(super) ec2_url: String,
}

/// The account's own key, or else the function's role: Lambda puts its credentials into the
/// environment.
fn credentials(account: &Account) -> SharedCredentialsProvider {
    match &account.client_id {
        Some(id) if !account.api_key.is_absent() => {
            let (id, secret) = (id.reveal(), account.api_key.reveal());
            SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "account"))
        }
        _ => SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
    }
}

impl Api {
    pub(super) fn new(account: &Account, cluster: Cluster) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(ANSWER_WITHIN)
            .connect_timeout(CONNECT_WITHIN)
            .build();
        let credentials = credentials(account);
        let config = aws_sdk_ecs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(cluster.region.clone()))
            .endpoint_url(&account.base_url)
            .credentials_provider(credentials.clone())
            .timeout_config(timeouts)
            // Whoever asks comes back in a turn of its own.
            .retry_config(RetryConfig::disabled())
            .build();
        let ec2_url = format!("{}/", account.base_url.replacen("://ecs.", "://ec2.", 1));
        Self { client: Client::from_conf(config), cluster, credentials, ec2_url }
    }

    /// The names of the cluster's capacity providers.
    pub(super) async fn capacity_names(&self, act: &mut Act<'_>) -> Outcome<Vec<String>> {
        turn(act).await?;
        let request = self.client.describe_clusters().clusters(&self.cluster.name);
        let answer = request.send().await.map_err(failure)?;
        let cluster = answer.clusters().first().ok_or_else(|| Failure::Refused {
            status: 400,
            code: "ClusterNotFoundException".to_owned(),
            message: self.cluster.name.clone(),
        })?;
        Ok(cluster.capacity_providers().to_vec())
    }

    /// The active capacity providers of these names, with their tags.
    pub(super) async fn capacity_providers(
        &self,
        act: &mut Act<'_>,
        names: &[String],
    ) -> Outcome<Vec<CapacityProvider>> {
        let mut found = Vec::new();
        for names in names.chunks(CAPACITY_PROVIDERS_MAX) {
            turn(act).await?;
            let request = self.client.describe_capacity_providers();
            let request = request.set_capacity_providers(Some(names.to_vec()));
            let request = request.include(CapacityProviderField::Tags);
            let answer = request.send().await.map_err(failure)?;
            found.extend(answer.capacity_providers.unwrap_or_default());
        }
        found.retain(|it| it.status() == Some(&CapacityProviderStatus::Active));
        Ok(found)
    }

    /// The tasks that are wanted running: those of this name, or all that bear a name.
    pub(super) async fn tasks(&self, act: &mut Act<'_>, name: Option<&str>) -> Outcome<Vec<Task>> {
        let (mut ids, mut page) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            turn(act).await?;
            let request = self.client.list_tasks().cluster(&self.cluster.name);
            let request = request.set_started_by(name.map(started_by)).set_next_token(page);
            let answer = request.send().await.map_err(failure)?;
            ids.extend_from_slice(answer.task_arns());
            page = answer.next_token;
            if page.is_none() {
                let mut tasks = self.described(act, &ids).await?;
                tasks.retain(|task| !task.machine_name.is_empty());
                return Ok(tasks);
            }
        }
        Err(act.unknown("more pages of tasks than are read"))
    }

    /// The tasks with these identifiers or ARNs that ECS still knows.
    pub(super) async fn described(&self, act: &mut Act<'_>, ids: &[String]) -> Outcome<Vec<Task>> {
        let mut tasks = Vec::new();
        for ids in ids.chunks(TASKS_MAX) {
            turn(act).await?;
            let request = self.client.describe_tasks().cluster(&self.cluster.name);
            let request = request.set_tasks(Some(ids.to_vec())).include(TaskField::Tags);
            let answer = request.send().await.map_err(failure)?;
            tasks.extend(answer.tasks().iter().filter_map(Task::read));
        }
        Ok(tasks)
    }

    /// The identifiers of the EC2 instances behind these container instances.
    pub(super) async fn instances(
        &self,
        act: &mut Act<'_>,
        arns: &[String],
    ) -> Outcome<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        for arns in arns.chunks(TASKS_MAX) {
            turn(act).await?;
            let request = self.client.describe_container_instances().cluster(&self.cluster.name);
            let request = request.set_container_instances(Some(arns.to_vec()));
            let answer = request.send().await.map_err(failure)?;
            found.extend(answer.container_instances().iter().filter_map(|it| {
                Some((it.container_instance_arn()?.to_owned(), it.ec2_instance_id()?.to_owned()))
            }));
        }
        Ok(found)
    }

    /// Runs a task. The same order within a day gives the same task.
    pub(super) async fn run(&self, act: &mut Act<'_>, order: &Order) -> Outcome<Task> {
        let told = |error: BuildError| act.unknown(error);
        let capacity = CapacityProviderStrategyItem::builder()
            .capacity_provider(order.capacity.provider(&self.cluster.name))
            .weight(1)
            .build()
            .map_err(told)?;
        let gpus = ResourceRequirement::builder()
            .r#type(ResourceType::Gpu)
            .value(order.gpus.to_string())
            .build()
            .map_err(told)?;
        let environment = order
            .environment
            .iter()
            .map(|(name, value)| KeyValuePair::builder().name(*name).value(value).build());
        let container = ContainerOverride::builder()
            .name(CONTAINER)
            .set_environment(Some(environment.collect()))
            .resource_requirements(gpus)
            .build();
        turn(act).await?;
        let request = self
            .client
            .run_task()
            .cluster(&self.cluster.name)
            .task_definition(format!("{}-{}", self.cluster.name, order.template_id))
            .capacity_provider_strategy(capacity)
            .count(1)
            .client_token(&order.machine_name)
            .started_by(started_by(&order.machine_name))
            .tags(Tag::builder().key(NAME_TAG).value(&order.machine_name).build())
            .overrides(TaskOverride::builder().container_overrides(container).build());
        let answer = request.send().await.map_err(failure)?;
        if let Some(refused) = answer.failures().first() {
            let code = refused.reason().unwrap_or_default().to_owned();
            let message = refused.detail().unwrap_or_default().to_owned();
            return Err(Failure::Refused { status: 400, code, message });
        }
        let task = answer.tasks().first().and_then(Task::read);
        task.ok_or_else(|| act.unknown("neither a task nor a failure"))
    }

    /// Stops a task; one that is gone counts as stopped.
    pub(super) async fn stop(&self, act: &mut Act<'_>, id: &str) -> Outcome<()> {
        turn(act).await?;
        let request = self.client.stop_task().cluster(&self.cluster.name).task(id);
        match request.reason("its pod has ended").send().await.map_err(failure) {
            Err(failure) if !failure.says("task was not found") => Err(failure),
            _ => Ok(()),
        }
    }
}

/// Waits until the next request may be made.
async fn turn(act: &mut Act<'_>) -> Outcome<()> {
    act.next().await.map_err(Failure::Busy)
}

/// What `startedBy` says of a machine's name, which may be longer than that.
pub(super) fn started_by(machine_name: &str) -> String {
    let digits = format!("{:x}", Sha256::digest(machine_name));
    digits.chars().take(STARTED_BY_DIGITS).collect()
}

/// Whether a task could not be run because no instance has room for it:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html>.
pub(super) fn is_lack(reason: &str) -> bool {
    ["RESOURCE:", "CAPACITY", "AGENT", "ATTRIBUTE"].iter().any(|it| reason.starts_with(it))
}

/// What a failed request means. The SDK's own error would print the whole answer, which repeats what
/// a task is told.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failure<E: ProvideErrorMetadata>(error: SdkError<E>) -> Failure {
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    let told = error.as_service_error().map(ProvideErrorMetadata::meta);
    let code = told.and_then(|told| told.code()).unwrap_or_default().to_owned();
    match (&error, status) {
        (_, Some(400 | 429)) if code.contains("Throttl") || code.contains("TooMany") => {
            Failure::Busy(Error::busy(CONTEXT))
        }
        (SdkError::ServiceError(_), Some(status @ 400..=499)) => {
            let message = told.and_then(|told| told.message()).unwrap_or_default().to_owned();
            Failure::Refused { status, code, message }
        }
        (SdkError::ConstructionFailure(_), _) => unknown("a request that cannot be made"),
        (SdkError::TimeoutError(_), _) => unknown("no answer in time"),
        (SdkError::DispatchFailure(_), _) => unknown("no connection"),
        (_, Some(status)) => unknown(&format!("status {status} {code}")),
        _ => unknown("an answer that cannot be read"),
    }
}

fn unknown(why: &str) -> Failure {
    Failure::Unknown(Error::unavailable(CONTEXT, why))
}
