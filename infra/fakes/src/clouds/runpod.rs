//! Runpod's wire format, REST API v2: <https://docs.runpod.io/api-reference-v2/overview>.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::bill;
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, instance_types, model};
use super::machine::{SSH_PORT, Status};
use super::wire::{Request, Wire, Words, dollars, empty};
use crate::faults::Answer;

/// How Runpod speaks.
pub(super) static WIRE: Wire = Wire {
    words,
    error: |(status, code, text)| json!({"title": code, "status": status, "detail": text}),
    ..Wire::usual(("runpod", PATH, "local-runpod-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// One price, in several data centers.
const CLASSES: [Class; 1] = [("", 100, &["US-KS-2", "US-TX-3", "EU-RO-1"])];

static MODELS: [Model; 6] = [
    model(("rtx_a5000", "RTX A5000"), (24, None), 27, [9, 25, 100]),
    model(("l4", "L4"), (24, None), 39, [12, 50, 100]),
    model(("a40", "A40"), (48, None), 40, [9, 50, 100]),
    model(("rtx_4090", "GeForce RTX 4090"), (24, None), 69, [6, 41, 100]),
    model(("l40s", "L40S"), (48, None), 86, [16, 94, 100]),
    model(("h200", "H200"), (141, None), 399, [24, 276, 100]),
];

const PATH: &str = "/runpod/v2";
const GPUS_MAX: u32 = 8;
const SSH_INSIDE: u16 = 22;

/// What a pod is created with, as far as anything here depends on it. Like Runpod, it is refused
/// with any field that is not known.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateBody {
    name: String,
    image: String,
    #[serde(default)]
    args: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    ports: Vec<String>,
    cloud: String,
    data_center_ids: Vec<String>,
    gpu: GpuBody,
    disk: u32,
    mounts: Value,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GpuBody {
    id: String,
    count: u32,
    #[serde(default)]
    min_vcpu_count_per_gpu: u32,
    #[serde(default)]
    min_ram_per_gpu: u32,
}

#[derive(Deserialize)]
struct ActionBody {
    action: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["catalog", "gpus"]) => Ok(Act::Offers(Some(counted(request)))),
        ("GET", ["pods"]) => Ok(Act::Machines),
        ("GET", ["billing"]) if request.query("bucketSize") == Some("day") => {
            let time = |name| request.query(name).and_then(bill::midnight);
            bill::of_day(time("startTime"), time("endTime"))
        }
        ("POST", ["pods"]) => launch(&request.parsed()?),
        ("GET", ["pods", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["pods", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        ("POST", ["pods", id, "action"]) => {
            let ActionBody { action } = request.parsed()?;
            match action.as_str() {
                "start" => Ok(Act::Start((*id).to_owned())),
                "stop" => Ok(Act::Stop((*id).to_owned())),
                _ => Err(Problem::Invalid(format!("no such action: {action}"))),
            }
        }
        _ => Err(Problem::Missing("operation")),
    }
}

/// The count of GPUs that the catalogue is asked about.
fn counted(request: &Request) -> u32 {
    request.query("count").and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn launch(body: &CreateBody) -> Result<Act, Problem> {
    let GpuBody { id, count, min_vcpu_count_per_gpu, min_ram_per_gpu } = &body.gpu;
    let fits = |it: &InstanceType| {
        gpu_id(it.model) == *id
            && it.gpus == *count
            && it.vcpus() >= min_vcpu_count_per_gpu * count
            && it.ram_gib() >= min_ram_per_gpu * count
    };
    let sold = instance_types(&SOLD).find(fits);
    let instance_type = sold.ok_or(Problem::Missing("GPU of this size"))?.name;
    let region = body.data_center_ids.first().cloned().unwrap_or_default();
    let outside = published(body).filter(|port| *port != SSH_INSIDE).map(outside);
    Ok(Act::Launch(Launch {
        name: body.name.clone(),
        instance_type,
        region,
        http_ports: outside.collect(),
        user_data: serde_json::to_string(body).unwrap_or_default(),
        ..Launch::default()
    }))
}

/// The ports that a pod publishes by TCP.
fn published(body: &CreateBody) -> impl Iterator<Item = u16> {
    body.ports.iter().filter_map(|port| port.strip_suffix("/tcp")?.parse().ok())
}

/// The number that a port of a pod has outside, which at Runpod is never its own.
fn outside(port: u16) -> u16 {
    if port == SSH_INSIDE { SSH_PORT } else { port ^ (1 << 14) }
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    Some(match done {
        Done::Offers(types) => {
            let gpus: Vec<_> = types.iter().map(gpu_type).collect();
            Answer::json(200, &json!({ "gpus": gpus }))
        }
        Done::Machines(machines) => {
            let pods: Vec<_> = machines.iter().map(pod).collect();
            Answer::json(200, &json!({ "pods": pods }))
        }
        Done::Machine(machine) => Answer::json(200, &pod(machine)),
        Done::Launched(machine) => Answer::json(201, &pod(machine)),
        Done::Terminated(_) | Done::KeyRemoved => empty(204),
        Done::Charges(day, micros) => Answer::json(200, &billed(*day, *micros)),
        Done::TokenGranted | Done::Keys(_) | Done::KeyAdded { .. } | Done::Account => return None,
    })
}

/// All that the account was charged for a day is in one record; there is none of a day without.
fn billed(day: Date, micros: i64) -> Value {
    let next = day.tomorrow().unwrap_or(day);
    let time =
        json!({"startTime": format!("{day}T00:00:00Z"), "endTime": format!("{next}T00:00:00Z")});
    let mut amounts = json!({
        "totalAmount": bill::number(micros),
        "podGpuAmount": bill::number(micros),
        "podDiskAmount": 0,
        "storageStandardAmount": 0,
    });
    let totals = amounts.clone();
    amounts["startTime"] = time["startTime"].clone();
    amounts["endTime"] = time["endTime"].clone();
    let records: Vec<_> = [amounts].into_iter().filter(|_| micros != 0).collect();
    let metadata = json!({"query": time, "recordCount": records.len(), "totals": totals});
    json!({"records": records, "metadata": metadata})
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, title, detail) = match problem {
        Problem::Invalid(why) => (422, "Unprocessable Entity", why.as_str()),
        Problem::Quota => (400, "Bad Request", "this would exceed your spend limit"),
        Problem::NoCapacity => (400, "Bad Request", "no instances are available now"),
        Problem::Declined => (402, "Payment Required", "your balance is too low"),
        _ => return None,
    };
    Some((status, title, detail.to_owned()))
}

fn gpu_id(model: &Model) -> String {
    format!("NVIDIA {}", model.name)
}

/// A type as the catalogue lists it: the price is that of one GPU.
fn gpu_type(it: &InstanceType) -> Value {
    let price = dollars(it.rate_usd_micros_per_hour / it.gpus);
    let data_centers =
        it.regions.iter().map(|id| json!({"id": id, "name": id, "availability": "HIGH"}));
    json!({
        "id": gpu_id(it.model),
        "name": it.model.name.trim_start_matches("GeForce "),
        "pool": null,
        "manufacturer": "NVIDIA",
        "memory": it.model.memory_gib,
        "secure": true,
        "community": false,
        "price": {"secure": price, "community": price},
        "maxCount": {"secure": GPUS_MAX, "community": 0},
        "availability": "HIGH",
        "dataCenters": data_centers.collect::<Value>(),
    })
}

fn pod(Seen { machine, status }: &Seen) -> Value {
    let body: Option<CreateBody> = serde_json::from_str(&machine.user_data).ok();
    let of = instance_type(&SOLD, &machine.instance_type);
    let is_stopped = *status == Status::Stopped;
    let cost = if is_stopped { 0 } else { machine.rate_usd_micros_per_hour };
    let ip = machine.ip;
    let port =
        |port: u16| json!({"private": port, "public": outside(port), "type": "tcp", "ip": ip});
    let ports: Vec<_> = body.iter().flat_map(published).map(port).collect();
    json!({
        "id": machine.id,
        "name": machine.name,
        "image": body.as_ref().map(|body| &body.image),
        "args": body.as_ref().map(|body| &body.args),
        "env": body.as_ref().map(|body| &body.env),
        "ports": body.as_ref().map(|body| &body.ports),
        "disk": body.as_ref().map(|body| body.disk),
        "mounts": body.as_ref().map(|body| &body.mounts),
        "registry": null,
        "status": match status {
            Status::Booting => "STARTING",
            // It has no word for a pod that is being stopped.
            Status::Active | Status::Stopping => "RUNNING",
            Status::Stopped => "EXITED",
            Status::Terminating => "TERMINATED",
        },
        "gpu": of.map(|it| json!({
            "id": gpu_id(it.model), "count": it.gpus,
            "vcpuCount": it.vcpus(), "memory": it.ram_gib(),
        })),
        "cloud": "SECURE",
        "dataCenterId": machine.region,
        "cost": dollars(cost),
        "locked": false,
        "runtime": (*status == Status::Active).then(|| json!({"uptime": 1, "ports": ports})),
    })
}
