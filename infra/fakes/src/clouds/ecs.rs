//! The wire formats of Amazon ECS (JSON 1.1) and of the one query to EC2 that goes with it, on one
//! cluster whose hosts are there as soon as a task needs one:
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html>.

mod signature;

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::{Machine, Status};
use super::wire::{Request, Wire, Words, fitting};
use crate::faults::Answer;

/// How ECS speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some(KEY_ID),
    project: Some("arn:aws:ecs:us-east-1:000000000000:cluster/local"),
    // The signature is checked with the request.
    authorized_by: None,
    prices_by_type: true,
    words,
    error,
    ..Wire::usual(("ecs", PATH, KEY), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const REGION: &str = "us-east-1";
const CLASSES: [Class; 1] = [("", 100, &[REGION])];

/// The GPU of the one family of instances that comes with one, two, four and eight.
static MODELS: [Model; 1] =
    [model(("rtx_pro_4500", "RTX PRO 4500"), (32, None), 252, [8, 32, 100])];

const PATH: &str = "/ecs";
const KEY_ID: &str = "local-ecs-id";
const KEY: &str = "local-ecs-key";
const ARN: &str = "arn:aws:ecs:us-east-1:000000000000";
/// Identifies requests to ECS among all that are JSON 1.1.
const TARGET: &str = "AmazonEC2ContainerServiceV20141113.";
/// The tag that bears a machine's name.
const NAME_TAG: &str = "gpubroker:machine";
/// Less than ECS's hundred, so that lists have several pages.
const PAGE: usize = 10;

/// What each task definition publishes, by its family: the deployment has one for each template.
static PORTS: LazyLock<Vec<(String, Vec<u16>)>> = LazyLock::new(|| {
    let templates = include_str!("../../../seeds/templates.json");
    let templates: Vec<Template> = serde_json::from_str(templates).unwrap_or_default();
    templates.into_iter().map(|it| (format!("local-{}", it.id), it.ports)).collect()
});

#[derive(Deserialize)]
struct Template {
    id: String,
    ports: Vec<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunTask {
    task_definition: String,
    capacity_provider_strategy: Vec<Strategy>,
    count: u32,
    client_token: String,
    overrides: Overrides,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    capacity_provider: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Overrides {
    container_overrides: [Container; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    name: String,
    resource_requirements: [Resource; 1],
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Deserialize)]
struct Tag {
    key: String,
    value: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let target = request.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let service = if target.is_some() { "ecs" } else { "ec2" };
    if !signature::is_good(request, (KEY_ID, KEY), (REGION, service)) {
        return Err(Problem::Unauthorized);
    }
    match operation(request) {
        "DescribeClusters" | "DescribeCapacityProviders" => Ok(Act::Offers(None)),
        "ListTasks" | "DescribeTasks" | "DescribeContainerInstances" | "DescribeInstances" => {
            Ok(Act::Machines)
        }
        "RunTask" => launch(request),
        "StopTask" => {
            let body: Value = request.parsed()?;
            Ok(Act::Terminate(vec![last(body["task"].as_str().unwrap_or_default()).to_owned()]))
        }
        _ => Err(Problem::Missing("operation")),
    }
}

/// What is asked of ECS by a header, and of EC2 by its form.
fn operation(request: &Request) -> &str {
    let target = request.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    match target {
        Some(target) => target.strip_prefix(TARGET).unwrap_or_default(),
        None => form(request, "Action").next().unwrap_or_default(),
    }
}

/// The values in a form whose names begin so.
fn form<'a>(request: &'a Request, name: &'a str) -> impl Iterator<Item = &'a str> {
    let text = std::str::from_utf8(&request.body).unwrap_or_default();
    text.split('&').filter_map(move |pair| {
        let (told, value) = pair.split_once('=')?;
        told.starts_with(name).then_some(value)
    })
}

fn launch(request: &Request) -> Result<Act, Problem> {
    let body: RunTask = request.parsed()?;
    let invalid = |why: &str| Problem::Invalid(why.to_owned());
    let [container] = &body.overrides.container_overrides;
    let [gpus] = &container.resource_requirements;
    let [strategy] = &body.capacity_provider_strategy[..] else {
        return Err(invalid("one capacity provider is expected"));
    };
    let provider = strategy.capacity_provider.trim_end_matches("-spot");
    let sold = fitting(&SOLD, |it| provider_name(it) == provider)?;
    let has = instance_type(&SOLD, &sold).map(|it| it.gpus.to_string());
    if (body.count, container.name.as_str(), gpus.kind.as_str()) != (1, "pod", "GPU")
        || has.as_ref() != Some(&gpus.value)
    {
        return Err(invalid("all GPUs of one instance are expected for one container"));
    }
    let family = PORTS.iter().find(|(family, _)| *family == body.task_definition);
    let (_, ports) = family.ok_or_else(|| invalid("TaskDefinition not found."))?;
    let name = body.tags.into_iter().find(|tag| tag.key == NAME_TAG).map(|tag| tag.value);
    Ok(Act::Launch(Launch {
        name: name.filter(|name| *name == body.client_token).ok_or(invalid("no name"))?,
        is_once: true,
        instance_type: sold,
        region: REGION.to_owned(),
        http_ports: ports.clone(),
        user_data: String::from_utf8_lossy(&request.body).into_owned(),
        ..Launch::default()
    }))
}

/// `g7.2xlarge`, as AWS calls it.
fn ec2_type(it: &InstanceType) -> &'static str {
    match it.gpus {
        1 => "g7.2xlarge",
        2 => "g7.12xlarge",
        4 => "g7.24xlarge",
        _ => "g7.48xlarge",
    }
}

fn provider_name(it: &InstanceType) -> String {
    format!("local-{}", ec2_type(it).replace('.', "-"))
}

fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body: Value = request.parsed().unwrap_or_default();
    let answer = |value: Value| Some(Answer::json(200, &value));
    match (operation(request), done) {
        ("DescribeClusters", Done::Offers(types)) => {
            let names: Vec<_> = types.iter().map(provider_name).collect();
            let name = body["clusters"][0].as_str().map(last).unwrap_or_default();
            let cluster =
                json!({"clusterName": name, "status": "ACTIVE", "capacityProviders": names});
            let clusters = if name == "local" { vec![cluster] } else { Vec::new() };
            answer(json!({"clusters": clusters, "failures": []}))
        }
        ("DescribeCapacityProviders", Done::Offers(types)) => {
            let wanted = |it: &&InstanceType| names(&body["capacityProviders"], &provider_name(it));
            let found: Vec<_> = types.iter().filter(wanted).map(provider).collect();
            answer(json!({"capacityProviders": found, "failures": []}))
        }
        ("ListTasks", Done::Machines(machines)) => answer(list(&body, machines)),
        ("DescribeTasks", Done::Machines(machines)) => {
            let wanted = |it: &&Seen| names(&body["tasks"], &it.machine.id);
            let tasks: Vec<_> = machines.iter().filter(wanted).map(task).collect();
            answer(json!({"tasks": tasks, "failures": []}))
        }
        ("DescribeContainerInstances", Done::Machines(machines)) => {
            let wanted = |it: &&Seen| names(&body["containerInstances"], &it.machine.id);
            let hosts: Vec<_> = machines.iter().filter(wanted).map(host).collect();
            answer(json!({"containerInstances": hosts, "failures": []}))
        }
        ("DescribeInstances", Done::Machines(machines)) => {
            let ids: Vec<_> = form(request, "Filter.1.Value.").collect();
            let wanted = machines.iter().filter(|it| ids.contains(&ec2_id(&it.machine).as_str()));
            let items: String = wanted.map(instance).collect();
            Some(Answer { status: 200, body: format!("{HEAD}{items}{TAIL}") })
        }
        (_, Done::Launched(machine)) => answer(json!({"tasks": [task(machine)], "failures": []})),
        (_, Done::Terminated(machines)) => answer(json!({"task": machines.first().map(task)})),
        _ => None,
    }
}

/// Whether a list of identifiers or ARNs names it.
fn names(list: &Value, name: &str) -> bool {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).any(|it| last(it) == name)
}

/// A page of the tasks that were started so, or of all.
fn list(body: &Value, machines: &[Seen]) -> Value {
    let from = body["nextToken"].as_str().and_then(|from| from.parse().ok()).unwrap_or(0_usize);
    let by = &body["startedBy"];
    let wanted = machines.iter().filter(|it| by.is_null() || ordered(it)["startedBy"] == *by);
    let arns: Vec<_> = wanted.map(|it| arn("task", &it.machine.id)).collect();
    let next = from + PAGE;
    let mut told = json!({"taskArns": arns.iter().skip(from).take(PAGE).collect::<Vec<_>>()});
    if next < arns.len() {
        told["nextToken"] = json!(next.to_string());
    }
    told
}

/// What the task was run with.
fn ordered(Seen { machine, .. }: &Seen) -> Value {
    serde_json::from_str(&machine.user_data).unwrap_or_default()
}

fn arn(noun: &str, id: &str) -> String {
    format!("{ARN}:{noun}/local/{id}")
}

fn task(seen: &Seen) -> Value {
    let (order, Seen { machine, status }) = (ordered(seen), seen);
    // Nothing has a place before it has booted.
    let host = (*status != Status::Booting).then(|| arn("container-instance", &machine.id));
    let mut task = json!({
        "taskArn": arn("task", &machine.id),
        "clusterArn": format!("{ARN}:cluster/local"),
        "capacityProviderName": order["capacityProviderStrategy"][0]["capacityProvider"],
        "desiredStatus": if *status == Status::Terminating { "STOPPED" } else { "RUNNING" },
        "lastStatus": match status {
            Status::Booting => "PROVISIONING",
            Status::Active => "RUNNING",
            Status::Terminating | Status::Stopping | Status::Stopped => "STOPPING",
        },
        "launchType": "EC2",
        "overrides": order["overrides"],
        "startedBy": order["startedBy"],
        "tags": order["tags"],
    });
    if let Some(host) = host {
        task["containerInstanceArn"] = json!(host);
    }
    task
}

fn host(Seen { machine, .. }: &Seen) -> Value {
    json!({
        "containerInstanceArn": arn("container-instance", &machine.id),
        "ec2InstanceId": ec2_id(machine),
        "status": "ACTIVE",
        "agentConnected": true,
    })
}

/// The identifier of the host, which has 17 digits.
fn ec2_id(machine: &Machine) -> String {
    format!("i-{}", machine.id.get(15..).unwrap_or_default())
}

const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">"#,
    "<requestId>local</requestId><reservationSet>",
);
const TAIL: &str = "</reservationSet></DescribeInstancesResponse>";

fn instance(seen: &Seen) -> String {
    let (id, ip) = (ec2_id(&seen.machine), seen.machine.ip);
    format!(
        "<item><reservationId>r-{id}</reservationId><instancesSet><item><instanceId>{id}</instanceId>\
         <instanceState><code>16</code><name>running</name></instanceState>\
         <privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>{ip}</ipAddress>\
         </item></instancesSet></item>"
    )
}

fn provider(it: &InstanceType) -> Value {
    let rate = it.rate_usd_micros_per_hour;
    let price = format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
    json!({
        "name": provider_name(it),
        "status": "ACTIVE",
        "tags": [
            {"key": "gpubroker:usd-per-hour", "value": price},
            {"key": "gpubroker:instance-type", "value": ec2_type(it)},
        ],
    })
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::Unauthorized => (400, "InvalidSignatureException", "The signature is wrong."),
        Problem::Missing("instance") => {
            (400, "InvalidParameterException", "The referenced task was not found.")
        }
        Problem::Missing(_) => {
            (400, "InvalidParameterException", "The specified capacity provider was not found.")
        }
        Problem::Quota => (400, "LimitExceededException", "The limit of the account is reached."),
        // It is a part of an answer that is a success otherwise.
        Problem::NoCapacity => (200, LACK, "No instance has room."),
        Problem::Declined => (400, "BlockedException", "Your account is blocked."),
        Problem::TooSoon => (400, "ThrottlingException", "Rate exceeded"),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

const LACK: &str = "RESOURCE:GPU";

fn error((_, code, text): &Words) -> Value {
    if *code == LACK {
        return json!({"tasks": [], "failures": [{"reason": code, "detail": text}]});
    }
    json!({"__type": code, "message": text})
}
