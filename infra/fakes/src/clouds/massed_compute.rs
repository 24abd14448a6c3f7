//! Massed Compute's wire format, API v1: <https://vm-docs.massedcompute.com/api/v1>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, fitting};
use crate::faults::Answer;

/// How Massed Compute speaks.
pub(super) static WIRE: Wire = Wire {
    image: Some("184"),
    ends_at_once: false,
    words,
    error: |(_, _, text)| json!({"message": text}),
    ..Wire::usual(("massed-compute", PATH, "local-massed-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["us-central-3", "us-east-2"])];

static MODELS: [Model; 2] = [
    model(("h100_nvl", "H100 NVL"), (94, None), 211, [20, 128, 625]),
    model(("h200_nvl", "H200 NVL"), (141, None), 291, [24, 200, 1_250]),
];

const PATH: &str = "/massed/api/v1";
const IMAGE_ID: u32 = 184;
const USD_MICROS_PER_CENT: u32 = 10_000;

/// What an instance is launched with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LaunchBody {
    image_id: u32,
    product_name: String,
    region_name: String,
    instance_name: String,
    command: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TerminateBody {
    instance_uuids: Vec<String>,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["gpu-inventory"]) => Ok(Act::Offers(None)),
        ("GET", ["instance"]) => Ok(Act::Machines),
        ("POST", ["instance", "launch"]) => launch(request.parsed()?),
        ("POST", ["instance", "terminate"]) => {
            let TerminateBody { instance_uuids } = request.parsed()?;
            Ok(Act::Terminate(instance_uuids))
        }
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: LaunchBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| it.name == body.product_name)?;
    let script = body.command.split(' ').nth(1).unwrap_or_default();
    let script = BASE64.decode(script.as_bytes()).ok();
    let script = script.and_then(|bytes| String::from_utf8(bytes).ok());
    let script = script.filter(|_| body.image_id == IMAGE_ID);
    let script = script.ok_or(Problem::Invalid("Failed to launch instance".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.instance_name, kind, body.region_name), script)))
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) => {
            let rows = types.iter().map(|it| (it.name.clone(), listed(it)));
            let sold_out = json!({"instance_type": null, "regions_with_capacity_available": []});
            let rows = rows.chain([("gpu_1x_sold_out".to_owned(), sold_out)]);
            json!({"gpu_inventory": rows.collect::<Map<_, _>>()})
        }
        Done::Machines(machines) => {
            json!({"runningInstances": machines.iter().map(instance).collect::<Value>()})
        }
        Done::Launched(Seen { machine, .. }) => {
            return Some(Answer::json(202, &json!({"response": machine.id})));
        }
        Done::Terminated(_) => json!({"response": {"data": {"terminated_instances": []}}}),
        Done::Machine(_)
        | Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => return None,
    };
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::NoCapacity => (400, "Insufficient capacity for this product"),
        Problem::Quota => (400, "VM limit exceeded"),
        Problem::Missing("instance") => (400, "No valid VMs found"),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

fn listed(it: &InstanceType) -> Value {
    let regions = it.regions.iter().map(|name| json!({"name": name, "description": name}));
    json!({
        "instance_type": {
            "name": it.name,
            "description": format!("{}x {}", it.gpus, it.model.name),
            "price_cents_per_hour": it.rate_usd_micros_per_hour / USD_MICROS_PER_CENT,
            "specs": {
                "vcpu_count": it.vcpus(),
                "memory_gib": it.ram_gib(),
                "storage_gb": it.disk_gib(),
            },
        },
        "regions_with_capacity_available": regions.collect::<Value>(),
        "capacity_available": 4,
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    // As with Massed Compute, a price is a string.
    let price = dollars(machine.rate_usd_micros_per_hour).to_string();
    let product = of.map(|it| {
        json!({
            "name": it.name,
            "gpu_count": it.gpus,
            "vcpu": it.vcpus(),
            "ram": it.ram_gib(),
            "storage": it.disk_gib(),
            "price_hr": price,
            "final_price_hr": price,
        })
    });
    json!({
        "uuid": machine.id,
        "name": machine.name,
        "ip": if *status == Status::Booting { String::new() } else { machine.ip.to_string() },
        "username": "Ubuntu",
        "password": "local",
        "status": match status {
            Status::Booting => "Starting",
            Status::Active => "Running",
            Status::Stopping | Status::Stopped => "Stopped",
            Status::Terminating => "Terminating",
        },
        "os_booted": u8::from(*status != Status::Booting),
        "region": {"name": machine.region, "description": ""},
        "product": product,
    })
}
