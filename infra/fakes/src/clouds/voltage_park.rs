//! Voltage Park's wire format, API v1: <https://cloud-api.voltagepark.com/api/v1/redoc>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, empty, fitting, page_of};
use crate::faults::Answer;

/// How Voltage Park speaks.
pub(super) static WIRE: Wire = Wire {
    words,
    error: |(_, _, text)| json!({"detail": [{"msg": text, "type": "value_error"}]}),
    ..Wire::usual(("voltage-park", PATH, "local-voltage-park-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["a3111bd4", "b4222ce5"])];

static MODELS: [Model; 1] = [model(("gb300", "GB300"), (288, None), 650, [36, 240, 960])];

const PATH: &str = "/voltage-park/api/v1";
/// A part of each machine's price, in micro-dollars.
const STORAGE_USD_MICROS: u32 = 50_000;
/// How many are on a page.
const PAGE: usize = 10;

/// What a machine is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    config_id: String,
    location_id: String,
    name: String,
    organization_ssh_keys: Keys,
    ssh_keys: Vec<String>,
    cloud_init: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    mode: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["virtual-machines", "instant", "locations"]) => Ok(Act::Offers(None)),
        ("GET", ["virtual-machines"]) => Ok(Act::Machines),
        ("POST", ["virtual-machines", "instant"]) => launch(request.parsed()?),
        ("GET", ["virtual-machines", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["virtual-machines", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| preset_id(it) == body.config_id)?;
    if body.organization_ssh_keys.mode != "none" {
        return Err(Problem::Invalid("Other keys would be let in.".to_owned()));
    }
    let mut config = body.cloud_init;
    config["ssh_authorized_keys"] = body.ssh_keys.into_iter().collect();
    let user_data = format!("#cloud-config\n{config}");
    Ok(Act::Launch(Launch::told((body.name, kind, body.location_id), user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) => {
            let (_, _, locations) = CLASSES[0];
            let presets: Value = types.iter().map(preset).collect();
            let at = |id: &&str| json!({"id": id, "available_presets": presets});
            let results: Value = locations.iter().map(at).collect();
            json!({"results": results, "total_result_count": 2, "has_next": false})
        }
        Done::Machines(machines) => {
            let number = request.number("offset").unwrap_or(0) / PAGE + 1;
            let all = machines.iter().map(machine).collect();
            let Page { items, total, pages, .. } = page_of(request, "limit", (number, all));
            json!({"results": items, "total_result_count": total, "has_next": number < pages})
        }
        Done::Machine(it) => machine(it),
        Done::Launched(Seen { machine, .. }) => {
            return Some(Answer::json(201, &json!({"vm_id": machine.id})));
        }
        Done::Terminated(_) => return Some(empty(204)),
        Done::TokenGranted
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved
        | Done::Account
        | Done::Charges(..) => return None,
    };
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::NoCapacity => (409, "Insufficient capacity at this location"),
        Problem::Quota => (400, "Organization limit exceeded"),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

fn preset_id(it: &InstanceType) -> String {
    format!("preset-{}", it.name.replace('_', "-"))
}

fn preset(it: &InstanceType) -> Value {
    let compute = it.rate_usd_micros_per_hour.saturating_sub(STORAGE_USD_MICROS);
    json!({
        "id": preset_id(it),
        "operating_system": "TensorML 24 Everything",
        "available_vms": 5,
        "resources": {
            "gpus": {"gb300-288gb": {"count": it.gpus}},
            "vcpu_count": it.vcpus(),
            "ram_gb": it.ram_gib(),
            "storage_gb": it.disk_gib(),
        },
        // As with Voltage Park, a price is a string.
        "compute_rate_hourly": dollars(compute).to_string(),
        "storage_rate_hourly": dollars(STORAGE_USD_MICROS).to_string(),
    })
}

fn machine(Seen { machine, status }: &Seen) -> Value {
    let ssh = json!({"internal_port": 22, "external_port": 22});
    json!({
        "id": machine.id,
        "name": machine.name,
        // It has no word for a machine that boots.
        "status": match status {
            Status::Booting | Status::Active => "Running",
            Status::Stopping | Status::Stopped => "Stopped",
            Status::Terminating => "Terminated",
        },
        "public_ip": (*status != Status::Booting).then_some(machine.ip),
        "port_forwards": [ssh],
        "type": "ondem",
        "pricing": {"rate_hourly": dollars(machine.rate_usd_micros_per_hour).to_string()},
    })
}
