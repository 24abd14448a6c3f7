//! `TensorDock`'s wire format, API v2: <https://dashboard.tensordock.com/api/docs>.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, empty, fitting};
use crate::faults::Answer;

/// How `TensorDock` speaks.
pub(super) static WIRE: Wire = Wire {
    image: Some("ubuntu2404_ml_everything"),
    ends_at_once: false,
    words,
    error: |(status, _, text)| json!({"status": status, "error": text}),
    ..Wire::usual(("tensordock", PATH, "local-tensordock-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["Joplin (United States)", "Oslo (Norway)"])];
/// Identifier, city and country of each of them.
const LOCATIONS: [(&str, &str, &str); 2] =
    [("7f0c1a52-joplin", "Joplin", "United States"), ("e1b7d9a4-oslo", "Oslo", "Norway")];

static MODELS: [Model; 2] = [
    model(("rtx4080", "RTX 4080"), (16, None), 38, [4, 16, 0]),
    model(("rtx3080", "RTX 3080"), (10, None), 21, [4, 16, 0]),
];

const PATH: &str = "/tensordock/api/v2";
/// Parts of each machine's price, in micro-dollars.
const VCPU_USD_MICROS: u32 = 3_000;
const RAM_GB_USD_MICROS: u32 = 2_000;
const DISK_GB_USD_MICROS: u32 = 100;
/// The least disk of a machine, and what ours have.
const DISK_GB: u32 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    data: Resource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    #[serde(rename = "type")]
    of: String,
    attributes: Attributes,
}

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attributes {
    name: String,
    #[serde(rename = "type")]
    of: String,
    image: String,
    resources: Resources,
    location_id: String,
    #[serde(rename = "useDedicatedIp")]
    use_dedicated_ip: bool,
    ssh_key: String,
    cloud_init: CloudInit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resources {
    vcpu_count: u32,
    ram_gb: u32,
    storage_gb: u32,
    gpus: BTreeMap<String, Count>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    count: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloudInit {
    runcmd: Vec<String>,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["locations"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("POST", ["instances"]) => launch(request.parsed()?),
        ("DELETE", ["instances", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(Body { data }: Body) -> Result<Act, Problem> {
    let it = data.attributes;
    let size = [it.resources.vcpu_count, it.resources.ram_gb];
    let wanted = it.resources.gpus.into_iter().next();
    let kind = fitting(&SOLD, |sold| {
        let fits = |(name, Count { count }): &(String, Count)| {
            *name == v0_name(sold.model) && *count == sold.gpus
        };
        wanted.as_ref().is_some_and(fits) && size == [sold.vcpus(), sold.ram_gib()]
    })?;
    let is_sound = [data.of.as_str(), &it.of] == ["virtualmachine"; 2]
        && it.use_dedicated_ip
        && it.resources.storage_gb >= DISK_GB
        && it.ssh_key.starts_with("ssh-")
        && it.image.starts_with("ubuntu");
    let command = it.cloud_init.runcmd.first().filter(|_| is_sound);
    let script = command.and_then(|command| command.split(' ').nth(1));
    let script = script.and_then(|it| BASE64.decode(it.as_bytes()).ok());
    let script = script.and_then(|bytes| String::from_utf8(bytes).ok());
    let script = script.ok_or(Problem::Invalid("Invalid request".to_owned()))?;
    let mut places = LOCATIONS.iter().zip(CLASSES[0].2);
    let place = places.find(|((id, _, _), _)| *id == it.location_id);
    let (_, region) = place.ok_or(Problem::Missing("location"))?;
    Ok(Act::Launch(Launch::told((it.name, kind, (*region).to_owned()), script)))
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    let data = match done {
        Done::Offers(types) => json!({"locations": locations(types)}),
        Done::Machines(machines) => {
            let instances: Value = machines.iter().map(instance).collect();
            json!({"type": "list", "id": "instances", "attributes": {"instances": instances}})
        }
        Done::Launched(it) => {
            let instance = instance(it);
            return Some(Answer::json(201, &json!({"data": instance})));
        }
        Done::Terminated(_) => return Some(empty(204)),
        Done::Machine(_)
        | Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => return None,
    };
    Some(Answer::json(200, &json!({"data": data})))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::NoCapacity => (400, "No available nodes found"),
        Problem::Quota => (400, "Organization instance limit reached"),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

/// `geforcertx4080-pcie-16gb`.
fn v0_name(model: &Model) -> String {
    let name = model.name.replace(' ', "").to_lowercase();
    format!("geforce{name}-pcie-{}gb", model.memory_gib)
}

/// Every location with its models: what one machine may have at most, and what its parts cost.
fn locations(types: &[InstanceType]) -> Value {
    let at = |((id, city, country), region): (&(&str, &str, &str), &&str)| {
        let there = types.iter().filter(|it| it.gpus == 1 && it.regions.contains(region));
        json!({
            "id": id, "city": city, "stateprovince": "", "country": country, "tier": 3,
            "gpus": there.map(listed).collect::<Value>(),
        })
    };
    LOCATIONS.iter().zip(CLASSES[0].2).map(at).collect()
}

fn listed(it: &InstanceType) -> Value {
    let others = it.vcpus() * VCPU_USD_MICROS + it.ram_gib() * RAM_GB_USD_MICROS;
    json!({
        "v0Name": v0_name(it.model),
        "displayName": format!("NVIDIA GeForce {} PCIe {}GB", it.model.name, it.model.memory_gib),
        "max_count": 8,
        "price_per_hr": dollars(it.rate_usd_micros_per_hour.saturating_sub(others)),
        "resources": {"max_vcpus": 64, "max_ram_gb": 256, "max_storage_gb": 1_000},
        "pricing": {
            "per_vcpu_hr": dollars(VCPU_USD_MICROS),
            "per_gb_ram_hr": dollars(RAM_GB_USD_MICROS),
            "per_gb_storage_hr": dollars(DISK_GB_USD_MICROS),
        },
        "network_features": {"dedicated_ip_available": true, "port_forwarding_available": true},
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let rate = machine.rate_usd_micros_per_hour + DISK_GB * DISK_GB_USD_MICROS;
    json!({
        "type": "virtualmachine",
        "id": machine.id,
        "attributes": {
            "name": machine.name,
            "status": match status {
                Status::Booting => "starting",
                Status::Active => "running",
                Status::Stopping => "stopping",
                // As with `TensorDock`, some words begin otherwise.
                Status::Stopped => "Stopped",
                Status::Terminating => "deleting",
            },
            "ipAddress": (*status != Status::Booting).then_some(machine.ip),
            "rateHourly": dollars(rate),
        },
    })
}
