//! Vultr's wire format, API v2: <https://www.vultr.com/api/>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, instance_types, model};
use super::machine::Status;
use super::user_data;
use super::wire::{Request, Wire, dollars};
use crate::faults::{Answer, Refusal};

/// How Vultr speaks.
pub(super) static WIRE: Wire = Wire {
    cloud: "vultr",
    path: PATH,
    client_id: None,
    api_key: API_KEY,
    sold: SOLD,
    ends_at_once: true,
    prices_by_type: true,
    read,
    told,
    refused,
    fault,
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// One price, in several regions.
const CLASSES: [Class; 1] = [("", 100, &["ewr", "ord"])];

static MODELS: [Model; 4] = [
    model(("a16", "A16"), (16, None), 47, [6, 64, 350]),
    model(("mi300x", "MI300X"), (192, None), 185, [24, 256, 1_400]),
    model(("gh200", "GH200"), (96, None), 199, [72, 480, 3_840]),
    model(("a100", "A100"), (80, None), 240, [12, 120, 1_400]),
];

const PATH: &str = "/vultr/v2";
const API_KEY: &str = "local-vultr-key";
const MB_PER_GIB: u32 = 1_024;
/// The most on one page: less than Vultr's 500, so that what is sold has several.
const PER_PAGE_MAX: usize = 10;
/// What a page's name begins with.
const CURSOR: &str = "next__";

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    region: String,
    plan: String,
    label: String,
    #[serde(rename = "os_id")]
    _os_id: u32,
    user_data: String,
    #[serde(rename = "backups")]
    _backups: String,
    #[serde(rename = "activation_email")]
    _activation_email: bool,
}

fn read(request: &Request) -> Result<Act, Problem> {
    request.bears(API_KEY)?;
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["plans"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("POST", ["instances"]) => launch(request.parsed()?),
        ("GET", ["instances", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["instances", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        ("POST", ["instances", id, "halt"]) => Ok(Act::Stop((*id).to_owned())),
        ("POST", ["instances", id, "start"]) => Ok(Act::Start((*id).to_owned())),
        _ => Err(Problem::Missing("operation")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let sold = instance_types(&SOLD).find(|it| plan_id(it) == body.plan);
    let instance_type = sold.ok_or(Problem::Missing("plan"))?.name;
    let user_data = BASE64.decode(body.user_data.as_bytes()).ok();
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("Invalid user data.".to_owned()))?;
    Ok(Act::Launch(Launch {
        name: body.label,
        instance_type,
        region: body.region,
        ssh_key_names: Vec::new(),
        http_ports: user_data::published(&user_data),
        script_id: None,
        user_data,
    }))
}

fn told(request: &Request, done: &Done) -> Answer {
    match done {
        Done::Offers(types) => page(request, "plans", types.iter().map(plan).collect()),
        Done::Machines(machines) => {
            page(request, "instances", machines.iter().map(instance).collect())
        }
        Done::Machine(machine) if request.method == "GET" => {
            Answer::json(200, &json!({ "instance": instance(machine) }))
        }
        Done::Launched(machine) => Answer::json(202, &json!({ "instance": instance(machine) })),
        Done::Machine(_) | Done::Terminated(_) | Done::KeyRemoved => {
            Answer { status: 204, body: String::new() }
        }
        // It is never asked for tokens or for keys of its own.
        Done::TokenGranted | Done::Keys(_) | Done::KeyAdded { .. } => {
            refused(&Problem::Missing("operation"))
        }
    }
}

/// The page that the request asks for, with the name of the next one.
fn page(request: &Request, noun: &str, all: Vec<Value>) -> Answer {
    let wanted = request.query("per_page").and_then(|size| size.parse().ok());
    let size = wanted.unwrap_or(PER_PAGE_MAX).clamp(1, PER_PAGE_MAX);
    let cursor = request.query("cursor").map(|cursor| cursor.replace("%3D", "="));
    let begins_at = match cursor {
        None => Some(0),
        Some(cursor) => BASE64.decode(cursor.as_bytes()).ok().and_then(|name| {
            String::from_utf8(name).ok()?.strip_prefix(CURSOR)?.parse::<usize>().ok()
        }),
    };
    let Some(begins_at) = begins_at else {
        return refused(&Problem::Invalid("Invalid cursor.".to_owned()));
    };
    let (total, ends_at) = (all.len(), begins_at.saturating_add(size));
    let name = BASE64.encode(format!("{CURSOR}{ends_at}").as_bytes());
    let next = if ends_at < total { name } else { String::new() };
    let items: Vec<_> = all.into_iter().skip(begins_at).take(size).collect();
    let meta = json!({"total": total, "links": {"next": next, "prev": ""}});
    Answer::json(200, &json!({ noun: items, "meta": meta }))
}

fn refused(problem: &Problem) -> Answer {
    match problem {
        Problem::Unauthorized => error(401, "Invalid API token."),
        Problem::Missing(what) => error(404, &format!("Invalid {what}.")),
        Problem::Invalid(why) => error(400, why),
        Problem::State(why) => error(400, why),
        Problem::Quota => fault(Refusal::Quota),
        Problem::TooSoon => fault(Refusal::RateLimited),
        Problem::Broken(why) => error(500, why),
    }
}

fn fault(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::NoCapacity => error(400, "This plan is not available in the selected region."),
        Refusal::Quota => error(400, "The account has the maximum number of instances."),
        Refusal::RateLimited => error(429, "Slow down."),
        Refusal::Declined => error(402, "Insufficient account balance."),
        Refusal::Status { status } => error(status, "Something went wrong."),
    }
}

fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"error": message, "status": status}))
}

fn plan_id(it: &InstanceType) -> String {
    let (vcpus, ram, memory) = (it.vcpus(), it.ram_gib(), it.gpus * it.model.memory_gib);
    let model = it.model.name.to_lowercase();
    format!("vcg-{model}-{vcpus}c-{ram}g-{memory}vram")
}

fn plan(it: &InstanceType) -> Value {
    let maker = if it.model.name.starts_with("MI") { "AMD" } else { "NVIDIA" };
    json!({
        "id": plan_id(it),
        "vcpu_count": it.vcpus(),
        "ram": it.ram_gib() * MB_PER_GIB,
        "disk": it.disk_gib(),
        "disk_count": 1,
        "bandwidth": 10_240,
        "monthly_cost": dollars(it.rate_usd_micros_per_hour.saturating_mul(672)),
        "hourly_cost": dollars(it.rate_usd_micros_per_hour),
        "type": "vcg",
        "locations": it.regions,
        "gpu_vram_gb": it.gpus * it.model.memory_gib,
        "gpu_type": format!("{maker}_{}", it.model.name),
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    let is_up = *status == Status::Active;
    json!({
        "id": machine.id,
        "label": machine.name,
        "hostname": "vultr.guest",
        "plan": of.as_ref().map(plan_id),
        "region": machine.region,
        "vcpu_count": of.as_ref().map(InstanceType::vcpus),
        "ram": of.as_ref().map(|it| it.ram_gib() * MB_PER_GIB),
        "disk": of.as_ref().map(InstanceType::disk_gib),
        // As with Vultr, the address comes late.
        "main_ip": match status {
            Status::Booting => "0.0.0.0".to_owned(),
            _ => machine.ip.to_string(),
        },
        "status": if *status == Status::Booting { "pending" } else { "active" },
        "power_status": if is_up { "running" } else { "stopped" },
        "server_status": if is_up { "ok" } else { "none" },
        "os_id": 1_743,
        "tags": [],
        "features": [],
    })
}
