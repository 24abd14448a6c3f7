//! Shadeform's wire format: <https://docs.shadeform.ai/api-reference>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::{SSH_PORT, Status};
use super::wire::{Request, Wire, Words, empty, fitting};
use crate::faults::Answer;

/// How Shadeform speaks.
pub(super) static WIRE: Wire = Wire {
    authorized_by: Some(("x-api-key", "")),
    ends_at_once: false,
    words,
    error: |(_, code, text)| json!({"error_code": code, "error": text}),
    ..Wire::usual(("shadeform", PATH, "local-shadeform-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["canada-1", "us-east-1"])];

static MODELS: [Model; 2] = [
    model(("t4", "T4"), (16, None), 45, [4, 16, 100]),
    model(("rtx5000ada", "RTX 5000 Ada"), (32, None), 90, [9, 46, 256]),
];

const PATH: &str = "/shadeform/v1";
const CLOUD: &str = "nimbus";
const USD_MICROS_PER_CENT: u32 = 10_000;

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    cloud: String,
    region: String,
    shade_instance_type: String,
    shade_cloud: bool,
    name: String,
    launch_configuration: LaunchConfiguration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaunchConfiguration {
    #[serde(rename = "type")]
    kind: String,
    script_configuration: Script,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    base64_script: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["instances", "types"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("POST", ["instances", "create"]) => launch(request.parsed()?),
        ("GET", ["instances", id, "info"]) => Ok(Act::Machine((*id).to_owned())),
        ("POST", ["instances", id, "delete"]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let instance_type = fitting(&SOLD, |it| shade_type(it) == body.shade_instance_type)?;
    if body.cloud != CLOUD || !body.shade_cloud || body.launch_configuration.kind != "script" {
        return Err(Problem::Invalid("Invalid launch configuration.".to_owned()));
    }
    let script = body.launch_configuration.script_configuration.base64_script;
    let script = BASE64.decode(script.as_bytes()).ok();
    let script = script.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = script.ok_or(Problem::Invalid("Invalid script.".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.name, instance_type, body.region), user_data)))
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) => {
            json!({"instance_types": types.iter().map(listed).collect::<Value>()})
        }
        Done::Machines(machines) => {
            json!({"instances": machines.iter().map(instance).collect::<Value>()})
        }
        Done::Machine(machine) => instance(machine),
        Done::Launched(Seen { machine, .. }) => json!({"id": machine.id, "cloud_assigned_id": "x"}),
        Done::Terminated(_) => return Some(empty(200)),
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
    let (status, code, text) = match problem {
        Problem::NoCapacity => (409, "OUT_OF_STOCK", "The instance type is out of stock."),
        Problem::Quota => (409, "QUOTA", "Account limit reached."),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// `T4x2`; one alone has no count.
fn shade_type(it: &InstanceType) -> String {
    let name = it.model.name.replace(' ', "");
    if it.gpus == 1 { name } else { format!("{name}x{}", it.gpus) }
}

fn configuration(it: &InstanceType) -> Value {
    json!({
        "memory_in_gb": it.ram_gib(),
        "storage_in_gb": it.disk_gib(),
        "vcpus": it.vcpus(),
        "num_gpus": it.gpus,
        "gpu_type": it.model.name.replace(' ', ""),
        "interconnect": "pcie",
        "vram_per_gpu_in_gb": it.model.memory_gib,
        "os_options": ["ubuntu22.04_cuda12.2_shade_os"],
    })
}

fn listed(it: &InstanceType) -> Value {
    let there = it.regions.iter().map(|region| json!({"region": region, "available": true}));
    let elsewhere = json!({"region": "eu-1", "available": false});
    json!({
        "cloud": CLOUD,
        "shade_instance_type": shade_type(it),
        "cloud_instance_type": it.name,
        "configuration": configuration(it),
        "hourly_price": it.rate_usd_micros_per_hour / USD_MICROS_PER_CENT,
        "deployment_type": "vm",
        "availability": there.chain([elsewhere]).collect::<Value>(),
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "cloud": CLOUD,
        "region": machine.region,
        "shade_instance_type": of.as_ref().map(shade_type),
        "shade_cloud": true,
        "name": machine.name,
        "configuration": of.as_ref().map(configuration),
        // As with Shadeform, the address comes late.
        "ip": if *status == Status::Booting { String::new() } else { machine.ip.to_string() },
        "ssh_user": "shadeform",
        "ssh_port": SSH_PORT,
        "status": match status {
            Status::Booting => "pending",
            Status::Active | Status::Stopping | Status::Stopped => "active",
            Status::Terminating => "deleting",
        },
        "cost_estimate": "0.1",
        "hourly_price": machine.rate_usd_micros_per_hour / USD_MICROS_PER_CENT,
    })
}
