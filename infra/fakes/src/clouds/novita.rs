//! Novita's wire format, API v1:
//! <https://novita.ai/docs/api-reference/gpu-instance-create-instance>.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::{SSH_PORT, Status};
use super::wire::{Page, Request, Wire, Words, fitting, page_of};
use crate::faults::Answer;

/// How Novita speaks.
pub(super) static WIRE: Wire = Wire {
    prices_by_type: true,
    ends_at_once: false,
    words,
    error: |(status, reason, text)| json!({"code": status, "reason": reason, "message": text}),
    ..Wire::usual(("novita", PATH, "local-novita-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["US-CA-06", "EU-GB-01"])];
/// Identifier of each of them, and its name in products.
const CLUSTERS: [(&str, &str, &str); 2] =
    [("US-CA-06", "c6", "US-CA-06 (California)"), ("EU-GB-01", "c1", "EU-GB-01 (United Kingdom)")];

static MODELS: [Model; 2] = [
    model(("rtx3090ti", "RTX 3090 Ti"), (24, None), 28, [14, 60, 0]),
    model(("rtx4070ti", "RTX 4070 Ti"), (12, None), 22, [12, 48, 0]),
];

const PATH: &str = "/novita/gpu-instance/openapi/v1";
/// Of the unit in which prices are told.
const UNIT_USD_MICROS: u32 = 10;
const SSH_INSIDE: u16 = 22;

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CreateBody {
    name: String,
    product_id: String,
    gpu_num: u32,
    rootfs_size: u32,
    image_url: String,
    ports: String,
    envs: Vec<Env>,
    #[serde(default)]
    command: String,
    cluster_id: String,
    kind: String,
    billing_mode: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Env {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DeleteBody {
    instance_id: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["products" | "clusters"]) => Ok(Act::Offers(None)),
        ("GET", ["gpu", "instances"]) => {
            request.number("pageNum").ok_or(Problem::Invalid("INVALID_PARAMETER".to_owned()))?;
            Ok(Act::Machines)
        }
        ("GET", ["gpu", "instance"]) => {
            let id = request.query("instanceId").ok_or(Problem::Missing("instance"))?;
            Ok(Act::Machine(id.to_owned()))
        }
        ("POST", ["gpu", "instance", "create"]) => launch(&request.parsed()?),
        ("POST", ["gpu", "instance", "delete"]) => {
            let DeleteBody { instance_id } = request.parsed()?;
            Ok(Act::Terminate(vec![instance_id]))
        }
        _ => Err(Problem::Missing("operation")),
    }
}

fn launch(body: &CreateBody) -> Result<Act, Problem> {
    let kind =
        fitting(&SOLD, |it| product_id(it.model) == body.product_id && it.gpus == body.gpu_num)?;
    let cluster = CLUSTERS.iter().find(|(_, id, _)| *id == body.cluster_id);
    let (region, ..) = cluster.ok_or(Problem::Missing("cluster"))?;
    let is_sound = body.kind == "gpu"
        && body.billing_mode == "onDemand"
        && (10..=6_144).contains(&body.rootfs_size)
        && body.command.len() <= 2_047
        && body.envs.iter().all(|env| env.key.len() <= 511 && env.value.len() <= 4_095);
    if !is_sound {
        return Err(Problem::Invalid("INVALID_PARAMETER".to_owned()));
    }
    let outside = published(body).filter(|port| *port != SSH_INSIDE).map(outside);
    Ok(Act::Launch(Launch {
        name: body.name.clone(),
        instance_type: kind,
        region: (*region).to_owned(),
        http_ports: outside.collect(),
        user_data: serde_json::to_string(body).unwrap_or_default(),
        ..Launch::default()
    }))
}

/// The ports that a container publishes: `22/tcp, 8888/tcp`.
fn published(body: &CreateBody) -> impl Iterator<Item = u16> {
    let ports = body.ports.split(", ").filter_map(|it| it.strip_suffix("/tcp"));
    ports.filter_map(|port| port.parse().ok())
}

/// The number that a port of a container has outside, which at Novita is never its own.
fn outside(port: u16) -> u16 {
    if port == SSH_INSIDE { SSH_PORT } else { port ^ (1 << 13) }
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) if request.words(PATH) == ["products"] => {
            let singles = types.iter().filter(|it| it.gpus == 1);
            json!({"data": singles.map(|it| product(it, types)).collect::<Value>()})
        }
        Done::Offers(_) => {
            let clusters = CLUSTERS.iter().map(|(region, id, _)| json!({"id": id, "name": region}));
            json!({"data": clusters.collect::<Value>()})
        }
        Done::Machines(machines) => {
            let number = request.number("pageNum").unwrap_or_default() + 1;
            let all = machines.iter().map(in_list).collect();
            let Page { items, total, .. } = page_of(request, "pageSize", (number, all));
            json!({"instances": items, "total": total, "pageNum": number - 1})
        }
        Done::Machine(machine) => instance(machine),
        Done::Launched(Seen { machine, .. }) => json!({"id": machine.id}),
        Done::Terminated(_) => json!({}),
        Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => {
            return None;
        }
    };
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, reason, text) = match problem {
        Problem::Missing("instance") => (400, "RESOURCE_NOT_FOUND", "instance not found"),
        Problem::NoCapacity => (400, "INSUFFICIENT_RESOURCE", "There is no available machine."),
        Problem::Declined => (403, "NOT_ENOUGH_BALANCE", "not enough balance"),
        _ => return None,
    };
    Some((status, reason, text.to_owned()))
}

/// `rtx3090ti.14c60g`.
fn product_id(model: &Model) -> String {
    let name = model.name.replace(' ', "").to_lowercase();
    format!("{name}.{}g", model.memory_gib)
}

/// A product is one GPU: what a machine of it costs is told by whichever is dearer than usual.
fn product(single: &InstanceType, types: &[InstanceType]) -> Value {
    let same = types.iter().filter(|it| it.model == single.model);
    let each = same.map(|it| it.rate_usd_micros_per_hour / it.gpus).max().unwrap_or_default();
    json!({
        "id": product_id(single.model),
        "name": format!("{} {}GB", single.model.name, single.model.memory_gib),
        "cpuPerGpu": single.vcpus(),
        "memoryPerGpu": single.ram_gib(),
        "diskPerGpu": 6_144,
        "minRootFS": 10,
        "maxRootFS": 6_144,
        "minLocalStorage": 0,
        "maxLocalStorage": 0,
        "availableDeploy": true,
        "inventoryState": "normal",
        "regions": CLUSTERS.map(|(_, _, name)| name),
        // As with Novita, a price is a string of another unit.
        "price": (each / UNIT_USD_MICROS).to_string(),
        "spotPrice": (each / UNIT_USD_MICROS / 2).to_string(),
        "monthlyPrice": [],
        "billingMethods": ["onDemand", "spot"],
    })
}

/// As with Novita, a list does not say where a port is reached.
fn in_list(seen: &Seen) -> Value {
    let mut told = instance(seen);
    for mapping in told["portMappings"].as_array_mut().into_iter().flatten() {
        mapping.as_object_mut().and_then(|mapping| mapping.remove("endpoint"));
    }
    told
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let body: Option<CreateBody> = serde_json::from_str(&machine.user_data).ok();
    let of = instance_type(&SOLD, &machine.instance_type);
    let is_up = *status == Status::Active;
    let mapping = |port: u16| {
        let endpoint = format!("{}:{}", machine.ip, outside(port));
        json!({"port": port, "endpoint": endpoint, "type": "tcp"})
    };
    let mappings: Value = body.iter().flat_map(published).map(mapping).collect();
    let cluster = CLUSTERS.iter().find(|(region, ..)| *region == machine.region);
    json!({
        "id": machine.id,
        "name": machine.name,
        "clusterId": cluster.map(|(_, id, _)| id),
        "clusterName": machine.region,
        "status": match status {
            Status::Booting => "pulling",
            Status::Active => "running",
            Status::Stopping => "stopping",
            Status::Stopped => "exited",
            Status::Terminating => "removing",
        },
        "imageUrl": body.as_ref().map(|body| &body.image_url),
        "productId": of.as_ref().map(|it| product_id(it.model)),
        "gpuNum": of.map(|it| it.gpus.to_string()),
        "portMappings": is_up.then_some(mappings),
        "billingMode": "onDemand",
    })
}
