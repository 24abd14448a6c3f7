//! Lambda's wire format: <https://docs.lambda.ai/public-cloud/cloud-api/>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Key, Launch, NewKey, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::user_data;
use super::wire::{Request, Wire, Words};
use crate::faults::Answer;

/// How Lambda speaks.
pub(super) static WIRE: Wire = Wire {
    ends_at_once: false,
    words,
    error: |(_, code, text)| json!({"error": {"code": code, "message": text, "suggestion": null}}),
    ..Wire::usual(("lambda", PATH, "local-lambda-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 3] = [
    ("", 100, &["us-east-1", "us-west-1"]),
    ("_plus", 110, &["us-south-1"]),
    ("_max", 120, &["us-midwest-1"]),
];

static MODELS: [Model; 7] = [
    model(("a10", "A10"), (24, Some("PCIe")), 75, [30, 200, 1_400]),
    model(("a6000", "A6000"), (48, None), 80, [14, 100, 512]),
    model(("v100", "Tesla V100"), (16, None), 55, [11, 56, 512]),
    model(("a100_80gb_sxm4", "A100"), (80, Some("SXM4")), 179, [30, 225, 1_024]),
    model(("h100_pcie", "H100"), (80, Some("PCIe")), 249, [26, 200, 1_024]),
    model(("h100_sxm5", "H100"), (80, Some("SXM5")), 299, [26, 225, 2_816]),
    model(("b200_sxm6", "B200"), (180, Some("SXM6")), 499, [26, 360, 2_816]),
];

const PATH: &str = "/lambda/api/v1";
const USD_MICROS_PER_CENT: u32 = 10_000;

#[derive(Deserialize)]
struct LaunchBody {
    region_name: String,
    instance_type_name: String,
    ssh_key_names: Vec<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    user_data: String,
}

#[derive(Deserialize)]
struct TerminateBody {
    instance_ids: Vec<String>,
}

#[derive(Deserialize)]
struct KeyBody {
    name: String,
    public_key: Option<String>,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["instance-types"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("GET", ["instances", id]) => Ok(Act::Machine((*id).to_owned())),
        ("POST", ["instance-operations", "launch"]) => launch(request.parsed()?),
        ("POST", ["instance-operations", "terminate"]) => {
            request.parsed().map(|body: TerminateBody| Act::Terminate(body.instance_ids))
        }
        ("GET", ["ssh-keys"]) => Ok(Act::Keys),
        ("POST", ["ssh-keys"]) => request
            .parsed()
            .map(|body: KeyBody| Act::AddKey(NewKey { name: body.name, public: body.public_key })),
        ("DELETE", ["ssh-keys", id]) => Ok(Act::RemoveKey((*id).to_owned())),
        _ => Err(Problem::Missing("operation")),
    }
}

fn launch(body: LaunchBody) -> Result<Act, Problem> {
    if body.ssh_key_names.len() != 1 {
        return Err(Problem::Invalid("Exactly one SSH key is needed.".to_owned()));
    }
    Ok(Act::Launch(Launch {
        name: body.name,
        instance_type: body.instance_type_name,
        region: body.region_name,
        ssh_key_names: body.ssh_key_names,
        http_ports: user_data::published(&body.user_data),
        user_data: body.user_data,
        ..Launch::default()
    }))
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    let data = match done {
        Done::Offers(types) => Value::Object(types.iter().map(listed).collect()),
        Done::Machines(machines) => machines.iter().map(instance).collect(),
        Done::Machine(machine) => instance(machine),
        Done::Launched(machine) => json!({ "instance_ids": [machine.machine.id] }),
        Done::Terminated(machines) => {
            json!({ "terminated_instances": machines.iter().map(instance).collect::<Value>() })
        }
        Done::Keys(keys) => keys.iter().map(|it| key(it, false)).collect(),
        Done::KeyAdded { key: added, is_made } => key(added, *is_made),
        Done::KeyRemoved => return Some(Answer::json(200, &json!({}))),
        Done::TokenGranted | Done::Account | Done::Charges(..) => return None,
    };
    Some(Answer::json(200, &json!({ "data": data })))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::Unauthorized => (401, "global/invalid-api-key", "Unknown key."),
        Problem::Missing(what) => {
            let text = format!("There is no such {what}.");
            return Some((404, "global/object-does-not-exist", text));
        }
        Problem::Invalid(why) => (400, "global/invalid-parameters", why.as_str()),
        Problem::State(why) => (400, "global/invalid-parameters", *why),
        Problem::Quota => (400, "global/quota-exceeded", "Quota exceeded."),
        Problem::NoCapacity => (
            400,
            "instance-operations/launch/insufficient-capacity",
            "Not enough capacity to fulfill launch request.",
        ),
        Problem::Declined => (403, "global/account-inactive", "Your account is inactive."),
        Problem::TooSoon | Problem::Fails(_) | Problem::Broken(_) => return None,
    };
    Some((status, code, text.to_owned()))
}

fn listed(it: &InstanceType) -> (String, Value) {
    let regions: Vec<_> = it.regions.iter().map(|name| region(name)).collect();
    let told = priced(it, it.rate_usd_micros_per_hour);
    let entry = json!({"instance_type": told, "regions_with_capacity_available": regions});
    (it.name.clone(), entry)
}

fn region(name: &str) -> Value {
    json!({ "name": name, "description": name })
}

/// A type at the price that is told for it.
fn priced(it: &InstanceType, rate_usd_micros_per_hour: u32) -> Value {
    let model = it.model;
    let form = model.form.map(|form| format!(" {form}")).unwrap_or_default();
    let gpu_description = format!("{} ({} GB{form})", model.name, model.memory_gib);
    json!({
        "name": it.name,
        "description": format!("{}x {gpu_description}", it.gpus),
        "gpu_description": gpu_description,
        "price_cents_per_hour": rate_usd_micros_per_hour.div_ceil(USD_MICROS_PER_CENT),
        "specs": {
            "vcpus": it.vcpus(),
            "memory_gib": it.ram_gib(),
            "storage_gib": it.disk_gib(),
            "gpus": it.gpus,
        },
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let rate = machine.rate_usd_micros_per_hour;
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "name": machine.name,
        // As with Lambda, the address comes late.
        "ip": (*status == Status::Active).then_some(machine.ip),
        "status": match status {
            Status::Booting => "booting",
            Status::Active => "active",
            Status::Terminating => "terminating",
            // It can stop none.
            Status::Stopping | Status::Stopped => "unhealthy",
        },
        "ssh_key_names": machine.ssh_key_names,
        "file_system_names": [],
        "region": region(&machine.region),
        "instance_type": of.map(|it| priced(&it, rate)),
        "hostname": machine.ip,
    })
}

fn key(key: &Key, is_made: bool) -> Value {
    let private = is_made.then_some("the private half of a local key");
    let mut told = json!({"id": key.id, "name": key.name, "public_key": key.public});
    if let (Value::Object(fields), Some(private)) = (&mut told, private) {
        fields.insert("private_key".to_owned(), private.into());
    }
    told
}
