//! Gcore's wire format:
//! <https://gcore.com/docs/api-reference/cloud/gpu-virtual/create-virtual-gpu-cluster>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, dollars, fitting, page_of};
use crate::faults::Answer;

/// How Gcore speaks.
pub(super) static WIRE: Wire = Wire {
    project: Some("1234/76"),
    image: Some("4536337d-17c7-48f4-8ac5-01a41dc06f58"),
    authorized_by: Some(("authorization", "APIKey ")),
    ends_at_once: false,
    prices_by_type: true,
    error: |(status, code, text)| json!({"code": status, "exception_class": code, "message": text}),
    ..Wire::usual(("gcore", PATH, "1234$local-gcore-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// The one region of the account.
const CLASSES: [Class; 1] = [("", 100, &["Luxembourg-2"])];

static MODELS: [Model; 2] = [
    model(("rtxa4500", "RTX A4500"), (20, None), 41, [12, 48, 300]),
    model(("a10g", "A10G"), (24, None), 66, [16, 64, 300]),
];

const PATH: &str = "/gcore";
const MIB_PER_GIB: u32 = 1_024;
/// What a machine's disk and address cost an hour, in micro-dollars.
const DISK_USD_MICROS: u32 = 22_500;
const ADDRESS_USD_MICROS: u32 = 5_000;
const DISK_GIB: u32 = 120;

/// What a cluster is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    flavor: String,
    servers_count: u32,
    servers_settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    interfaces: Vec<Value>,
    volumes: Vec<Volume>,
    user_data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Volume {
    source: String,
    image_id: String,
    #[serde(rename = "name")]
    _name: String,
    size: u32,
    #[serde(rename = "type")]
    _type: String,
    boot_index: u32,
    delete_on_termination: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PreviewBody {
    flavor: String,
    #[serde(rename = "name")]
    _name: String,
    instances_count: u32,
    interfaces: Vec<Value>,
    volumes: Vec<PreviewVolume>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PreviewVolume {
    #[serde(rename = "source")]
    _source: String,
    size: u32,
    #[serde(rename = "type_name")]
    _type: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let words = request.words(PATH);
    match (request.method.as_str(), words.as_slice()) {
        ("GET", ["cloud", "v1", "regions", "76"]) => Ok(Act::Offers(None)),
        ("GET", ["cloud", "v1", "instances", "1234", "76"]) => Ok(Act::Machines),
        ("GET", ["cloud", "v1", "tasks", id]) => Ok(Act::Machine((*id).to_owned())),
        ("POST", ["cloud", "v2", "pricing", "1234", "76", "gpu", "virtual", "clusters"]) => {
            preview(&request.parsed()?)
        }
        (method, ["cloud", "v3", "gpu", "virtual", "1234", "76", rest @ ..]) => {
            match (method, rest) {
                ("GET", ["flavors"]) => Ok(Act::Offers(None)),
                ("GET", ["clusters"]) => Ok(Act::Machines),
                ("POST", ["clusters"]) => launch(request.parsed()?),
                ("GET", ["clusters", id] | ["clusters", id, "servers"]) => {
                    Ok(Act::Machine((*id).to_owned()))
                }
                ("DELETE", ["clusters", id]) => end(request, id),
                _ => Err(Problem::Missing("resource")),
            }
        }
        _ => Err(Problem::Missing("resource")),
    }
}

fn preview(body: &PreviewBody) -> Result<Act, Problem> {
    fitting(&SOLD, |it| flavor_name(it) == body.flavor)?;
    let sizes: Vec<_> = body.volumes.iter().map(|volume| volume.size).collect();
    if body.instances_count != 1 || body.interfaces.len() != 1 || sizes != [DISK_GIB] {
        return Err(Problem::Invalid("Validation error".to_owned()));
    }
    Ok(Act::Offers(None))
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| flavor_name(it) == body.flavor)?;
    let settings = body.servers_settings;
    let is_ours = |it: &Volume| {
        it.source == "image"
            && Some(it.image_id.as_str()) == WIRE.image
            && (it.boot_index, it.size) == (0, DISK_GIB)
            && it.delete_on_termination
    };
    let is_sound = body.servers_count == 1
        && settings.interfaces.iter().any(|it| it["type"] == "external")
        && settings.volumes.len() == 1
        && settings.volumes.iter().all(is_ours);
    let user_data = BASE64.decode(settings.user_data.as_bytes()).ok().filter(|_| is_sound);
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("Validation error".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.name, kind, CLASSES[0].2[0].to_owned()), user_data)))
}

fn end(request: &Request, id: &str) -> Result<Act, Problem> {
    // They would go on to be billed.
    let leaves = |kind: &str| request.query(kind) != Some("true");
    if leaves("all_volumes") || leaves("all_floating_ips") {
        return Err(Problem::Invalid("Something is left over.".to_owned()));
    }
    Ok(Act::Terminate(vec![id.to_owned()]))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let words = request.words(PATH);
    let body = match done {
        Done::Offers(types) => match words.as_slice() {
            ["cloud", "v1", ..] => json!({"id": 76, "display_name": CLASSES[0].2[0]}),
            ["cloud", "v2", ..] => priced(),
            _ => {
                let flavors: Vec<_> = types.iter().map(flavor).collect();
                json!({"count": flavors.len(), "results": flavors})
            }
        },
        Done::Machines(machines) if words.contains(&"instances") => {
            page(request, machines.iter().map(instance).collect())
        }
        Done::Machines(machines) => page(request, machines.iter().map(cluster).collect()),
        Done::Machine(machine) if words.last() == Some(&"servers") => {
            json!({"count": 1, "results": [server(machine)]})
        }
        Done::Machine(Seen { machine, .. }) if words.contains(&"tasks") => json!({
            "id": machine.id,
            "state": "FINISHED",
            "created_resources": {"clusters": [machine.id]},
        }),
        Done::Machine(machine) => cluster(machine),
        // A task is called as what it makes.
        Done::Launched(Seen { machine, .. }) => json!({"tasks": [machine.id]}),
        Done::Terminated(_) => {
            json!({"tasks": ["d478ae29-dedc-4869-82f0-96104425f565"]})
        }
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

fn page(request: &Request, all: Vec<Value>) -> Value {
    let Page { size, total, .. } = page_of(request, "limit", (1, all.clone()));
    let number = request.number("offset").unwrap_or_default() / size + 1;
    let Page { items, .. } = page_of(request, "limit", (number, all));
    json!({"count": total, "results": items})
}

/// `g3-ai-12-48-300-rtxa4500-20-1`.
fn flavor_name(it: &InstanceType) -> String {
    let model = it.model.name.replace(' ', "").to_lowercase();
    let sizes = format!("{}-{}-{}", it.vcpus(), it.ram_gib(), it.disk_gib());
    format!("g3-ai-{sizes}-{model}-{}-{}", it.model.memory_gib, it.gpus)
}

fn flavor(it: &InstanceType) -> Value {
    json!({
        "name": flavor_name(it),
        "architecture": "x86_64",
        "capacity": 7,
        "disabled": false,
        "hardware_description": {
            "gpu": format!("{}x NVIDIA {}", it.gpus, it.model.name),
            "local_storage": it.disk_gib(),
            "ram": it.ram_gib() * MIB_PER_GIB,
            "vcpus": it.vcpus(),
        },
        "hardware_properties": {
            "gpu_count": it.gpus,
            "gpu_manufacturer": "NVIDIA",
            "gpu_model": it.model.name,
            "nic_eth": null,
            "nic_ib": null,
        },
        "price": {
            "currency_code": "USD",
            "price_per_hour": dollars(it.rate_usd_micros_per_hour),
            "price_per_month": dollars(it.rate_usd_micros_per_hour * 720),
            "price_status": "show",
        },
    })
}

/// What disk and address cost; that of the flavor is not asked here.
fn priced() -> Value {
    json!({
        "currency_code": "USD",
        "per_hour": {
            "flavor": 1.0,
            "external_ip": dollars(ADDRESS_USD_MICROS),
            "floating_ip": null,
            "volumes": {"ssd_hiiops": dollars(DISK_USD_MICROS), "standard": null},
        },
        "price_status": "show",
        "total_price_per_hour": "1.0275",
    })
}

fn server_id(cluster_id: &str) -> String {
    format!("{cluster_id}-server")
}

fn cluster(Seen { machine, status }: &Seen) -> Value {
    json!({
        "id": machine.id,
        "name": machine.name,
        "flavor": instance_type(&SOLD, &machine.instance_type).as_ref().map(flavor_name),
        "servers_count": 1,
        "servers_ids": [server_id(&machine.id)],
        "status": match status {
            Status::Booting => "creating",
            Status::Active => "active",
            Status::Stopping | Status::Stopped => "shutoff",
            Status::Terminating => "deleting",
        },
        "tags": [],
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let fixed = |addr: &str| json!({"addr": addr, "type": "fixed", "interface_name": "eth0"});
    let ip = (*status != Status::Booting).then(|| machine.ip.to_string());
    let addresses: Value = ["10.0.0.5".to_owned()].iter().chain(&ip).map(|it| fixed(it)).collect();
    json!({
        "id": server_id(&machine.id),
        "name": format!("{}-0", machine.name),
        "status": "ACTIVE",
        "addresses": {"pub_net": addresses},
    })
}

fn server(Seen { machine, status }: &Seen) -> Value {
    let ips = (*status != Status::Booting).then_some(machine.ip);
    json!({
        "id": server_id(&machine.id),
        "name": format!("{}-0", machine.name),
        "status": "ACTIVE",
        "ip_addresses": ips.into_iter().collect::<Vec<_>>(),
    })
}
