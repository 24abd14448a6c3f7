//! Seeweb's wire format, API v2: <https://docs.seeweb.it/ecs/api/>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, fitting};
use crate::faults::Answer;

/// How Seeweb speaks.
pub(super) static WIRE: Wire = Wire {
    image: Some(TEMPLATE),
    euro: Some("1.25"),
    prices_by_type: true,
    authorized_by: Some(("x-apitoken", "")),
    ends_at_once: false,
    words,
    error: |(status, _, text)| json!({"error": {"error_code": status, "status": "error", "message": text}}),
    ..Wire::usual(("seeweb", PATH, "local-seeweb-token"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["it-fr2", "ch-lug1"])];

/// Its price is in the world's dollars, and told in euros at the rate above.
static MODELS: [Model; 1] = [model(("rtx2080ti", "RTX 2080 Ti"), (11, None), 35, [4, 16, 250])];

const PATH: &str = "/seeweb/ecs/v2";
const TEMPLATE: &str = "ei200040";
const MB_PER_GIB: u32 = 1_024;

/// What a server is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    plan: String,
    location: String,
    image: String,
    notes: String,
    user_customize: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["plans"] | ["plans", "availables"]) => Ok(Act::Offers(None)),
        ("GET", ["servers"]) => Ok(Act::Machines),
        ("POST", ["servers"]) => launch(request.parsed()?),
        ("GET", ["servers", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["servers", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(it: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |sold| plan_name(sold) == it.plan)?;
    if it.image != TEMPLATE || !it.user_customize.starts_with("#!") {
        return Err(Problem::Invalid("wrong image or script".to_owned()));
    }
    Ok(Act::Launch(Launch::told((it.notes, kind, it.location), it.user_customize)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let (status, body) = match done {
        Done::Offers(types) => {
            let row = if request.words(PATH).len() == 1 { listed } else { available };
            (200, json!({"status": "ok", "plans": types.iter().map(row).collect::<Value>()}))
        }
        Done::Machines(machines) => {
            let servers: Value = machines.iter().map(server).collect();
            (200, json!({"status": "ok", "count": machines.len(), "server": servers}))
        }
        Done::Machine(machine) => (200, json!({"status": "ok", "server": server(machine)})),
        Done::Launched(machine) => {
            (201, json!({"status": "ok", "action_id": 38, "server": server(machine)}))
        }
        Done::Terminated(ended) => {
            let action = json!({
                "id": 39,
                "status": "in-progress",
                "resource": ended.first()?.machine.id,
                "type": "delete_server",
            });
            (200, json!({"status": "ok", "action": action}))
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
    Some(Answer::json(status, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let text = match problem {
        Problem::NoCapacity => "Lack of resources in this region",
        Problem::Quota => "Limit of servers reached",
        _ => return None,
    };
    Some((400, "", text.to_owned()))
}

fn plan_name(it: &InstanceType) -> String {
    format!("ECS{}GPU7", it.gpus)
}

/// Numbers are text, but for the prices.
fn listed(it: &InstanceType) -> Value {
    let regions = it.regions.iter().map(|name| json!({"id": 1, "location": name}));
    json!({
        "id": it.gpus,
        "name": plan_name(it),
        "cpu": it.vcpus().to_string(),
        "ram": (it.ram_gib() * MB_PER_GIB).to_string(),
        "disk": it.disk_gib().to_string(),
        "gpu": it.gpus.to_string(),
        "gpu_label": format!("{} {}GB", it.model.name, it.model.memory_gib),
        // A euro is five quarters of a dollar.
        "hourly_price": dollars(it.rate_usd_micros_per_hour / 5 * 4),
        "windows": false,
        "available": true,
        "available_regions": regions.collect::<Value>(),
    })
}

fn available(it: &InstanceType) -> Value {
    let hosts = json!([{"host": "h1", "servers": []}]);
    let regions = it.regions.iter().map(|name| json!({"region": name, "hosts": hosts}));
    let mut row = listed(it);
    row["region_availables"] = regions.collect();
    row
}

fn server(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "name": machine.id,
        "ipv4": if *status == Status::Booting { String::new() } else { machine.ip.to_string() },
        "ipv6": "",
        "plan": of.as_ref().map(plan_name),
        "location": machine.region,
        "notes": machine.name,
        "so": TEMPLATE,
        "deletion_date": null,
        "active_flag": *status == Status::Active,
        "status": match status {
            Status::Booting => "Booting",
            // Its list tells nothing of a machine's power.
            Status::Active | Status::Stopping | Status::Stopped => "Booted",
            Status::Terminating => "Deleting",
        },
        "progress": 100,
        "user": "local",
    })
}
