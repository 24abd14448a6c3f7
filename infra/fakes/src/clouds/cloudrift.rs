//! `CloudRift`'s wire format: <https://docs.cloudrift.ai/>.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, model};
use super::machine::{SSH_PORT, Status};
use super::wire::{Request, Wire, Words, dollars, fitting};
use crate::faults::Answer;

/// How `CloudRift` speaks.
pub(super) static WIRE: Wire = Wire {
    authorized_by: Some(("x-api-key", "")),
    image: Some("https://images.example/ubuntu-noble-gpu.img"),
    ends_at_once: false,
    words,
    error: |(_, _, text)| json!({"version": VERSION, "error": text}),
    ..Wire::usual(("cloudrift", PATH, "local-cloudrift-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["us-east-nc-nr-1", "us-west-wa-1"])];

static MODELS: [Model; 2] = [
    model(("rtx5080", "RTX 5080"), (16, None), 34, [10, 48, 200]),
    model(("rtx4080s", "RTX 4080 Super"), (16, None), 29, [8, 40, 150]),
];

const PATH: &str = "/cloudrift/api/v1";
const VERSION: &str = "2026-09-08";
const BYTES_PER_GIB: u64 = 1 << 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<T> {
    version: String,
    data: T,
}

/// What a machine is rented with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rent {
    selector: BTreeMap<String, Place>,
    with_public_ip: bool,
    tags: Vec<String>,
    config: BTreeMap<String, Vm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    instance_type: String,
    datacenters: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vm {
    #[serde(rename = "image_url")]
    _image_url: String,
    cloudinit_commands: String,
    ssh_key: Option<Keys>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(rename = "PublicKeys")]
    public: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    selector: Selector,
    mask: Mask,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terminate {
    selector: Selector,
}

#[derive(Deserialize)]
enum Selector {
    ById(Vec<String>),
    ByStatus(Vec<String>),
}

/// What is not asked for is not told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mask {
    with_connection_info: bool,
    with_usage_info: bool,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("POST", ["instance-types", "list"]) => Ok(Act::Offers(None)),
        // For one that is not there, it tells an empty list.
        ("POST", ["instances", "list"]) => data::<List>(request).map(|_| Act::Machines),
        ("POST", ["instances", "rent"]) => launch(data(request)?),
        ("POST", ["instances", "terminate"]) => match data::<Terminate>(request)?.selector {
            Selector::ById(ids) => Ok(Act::Terminate(ids)),
            Selector::ByStatus(_) => Err(Problem::Invalid("That would be all.".to_owned())),
        },
        _ => Err(Problem::Missing("resource")),
    }
}

/// A request's data, in the protocol of the day.
fn data<T: serde::de::DeserializeOwned>(request: &Request) -> Result<T, Problem> {
    let Body { version, data } = request.parsed()?;
    if version == VERSION { Ok(data) } else { Err(Problem::Invalid("Old version.".to_owned())) }
}

fn launch(body: Rent) -> Result<Act, Problem> {
    let Rent { mut selector, with_public_ip, tags, mut config } = body;
    let invalid = || Problem::Invalid("Nobody could reach this machine.".to_owned());
    let place = selector.remove("ByInstanceTypeAndLocation").ok_or_else(invalid)?;
    let vm = config.remove("VirtualMachine").ok_or_else(invalid)?;
    let kind = fitting(&SOLD, |it| variant(it) == place.instance_type)?;
    let ([name], [region], true) = (tags.as_slice(), place.datacenters.as_slice(), with_public_ip)
    else {
        return Err(invalid());
    };
    let script = vm.cloudinit_commands.split(' ').nth(1).unwrap_or_default();
    let script = BASE64.decode(script.as_bytes()).ok();
    let script = script.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(invalid)?;
    let keys = vm.ssh_key.map(|keys| keys.public.join("\n")).unwrap_or_default();
    let told = (name.clone(), kind, region.clone());
    Ok(Act::Launch(Launch::told(told, format!("{script}\n{keys}\n"))))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let data = match done {
        Done::Offers(types) => {
            json!({"instance_types": types.iter().map(listed).collect::<Value>()})
        }
        Done::Machines(machines) => {
            let List { selector, mask } = data(request).ok()?;
            let asked = |seen: &&Seen| match &selector {
                Selector::ById(ids) => ids.contains(&seen.machine.id),
                Selector::ByStatus(statuses) => statuses.iter().any(|it| *it == word(seen.status)),
            };
            let instances = machines.iter().filter(asked).map(|it| instance(it, &mask));
            json!({"instances": instances.collect::<Value>()})
        }
        Done::Launched(Seen { machine, .. }) => json!({"instance_ids": [machine.id]}),
        Done::Terminated(_) => json!({"terminated": []}),
        Done::Machine(_)
        | Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => return None,
    };
    Some(Answer::json(200, &json!({"version": VERSION, "data": data})))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::NoCapacity => (400, "Instance rtx5080 not found"),
        Problem::Quota => (400, "Rental limit reached"),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Booting => "Initializing",
        // It has no word for a machine that is off.
        Status::Active | Status::Stopping | Status::Stopped => "Active",
        Status::Terminating => "Deactivating",
    }
}

/// `rtx5080-20c.2`.
fn variant(it: &InstanceType) -> String {
    let slug = it.name.rsplit('_').next().unwrap_or_default();
    format!("{slug}-{}c.{}", it.vcpus(), it.gpus)
}

fn cents(usd_micros: u32) -> Value {
    dollars(usd_micros * 100)
}

fn listed(it: &InstanceType) -> Value {
    let free: BTreeMap<_, _> = it.regions.iter().map(|center| (center, 5)).collect();
    let bytes = |gib: u32| u64::from(gib) * BYTES_PER_GIB;
    let variant = json!({
        "name": variant(it),
        "cpu_count": it.vcpus(),
        "dram": bytes(it.ram_gib()),
        "vram": bytes(it.model.memory_gib * it.gpus),
        "disk": bytes(it.disk_gib()),
        "gpu_count": it.gpus,
        "cost_per_hour": cents(it.rate_usd_micros_per_hour),
        "available_nodes": 10,
        "available_nodes_per_dc": free,
    });
    json!({"name": it.model.name, "brand_short": it.model.name, "variants": [variant]})
}

fn instance(Seen { machine, status }: &Seen, mask: &Mask) -> Value {
    let is_up = !matches!(status, Status::Booting) && mask.with_connection_info;
    let login = json!({"UsernameAndPassword": {"username": "riftuser", "password": "local"}});
    let price = json!({
        "cost_per_hour": cents(machine.rate_usd_micros_per_hour),
        "instance_type": machine.instance_type,
    });
    json!({
        "id": machine.id,
        "instance_name": "clever-otter",
        "tags": [machine.name],
        "status": word(*status),
        "host_address": is_up.then_some(machine.ip),
        // Its SSH server, unlike others here, is not at 22.
        "port_mappings": is_up.then(|| json!([[22, SSH_PORT]])),
        "virtual_machines": [{"vmid": 1, "ready": is_up, "login_info": login}],
        "resource_info": mask.with_usage_info.then_some(price),
    })
}
