//! Vultr's wire format, API v2: <https://www.vultr.com/api/>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, empty, fitting, page_of};
use crate::faults::Answer;

/// How Vultr speaks.
pub(super) static WIRE: Wire = Wire {
    prices_by_type: true,
    words,
    error: |(status, _, text)| json!({"error": text, "status": status}),
    ..Wire::usual(("vultr", PATH, "local-vultr-key"), SOLD, read, told)
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
const MB_PER_GIB: u32 = 1_024;
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
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["plans"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("POST", ["instances"]) => launch(request.parsed()?),
        ("GET", ["instances", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["instances", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        ("POST", ["instances", id, "start"]) => Ok(Act::Start((*id).to_owned())),
        _ => Err(Problem::Missing("operation")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let instance_type = fitting(&SOLD, |it| plan_id(it) == body.plan)?;
    let user_data = BASE64.decode(body.user_data.as_bytes()).ok();
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("Invalid user data.".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.label, instance_type, body.region), user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    Some(match done {
        Done::Offers(types) => page(request, "plans", types.iter().map(plan).collect()),
        Done::Machines(machines) => {
            page(request, "instances", machines.iter().map(instance).collect())
        }
        Done::Machine(machine) if request.method == "GET" => {
            Answer::json(200, &json!({ "instance": instance(machine) }))
        }
        Done::Launched(machine) => Answer::json(202, &json!({ "instance": instance(machine) })),
        Done::Machine(_) | Done::Terminated(_) | Done::KeyRemoved => empty(204),
        Done::TokenGranted
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::Account
        | Done::Charges(..) => return None,
    })
}

/// The page that the request asks for, with the name of the next one.
fn page(request: &Request, noun: &str, all: Vec<Value>) -> Answer {
    let cursor = request.query("cursor").map(|cursor| cursor.replace("%3D", "="));
    let named = cursor.and_then(|cursor| BASE64.decode(cursor.as_bytes()).ok());
    let named = named.and_then(|name| String::from_utf8(name).ok()).unwrap_or_default();
    let number = named.strip_prefix(CURSOR).and_then(|number| number.parse().ok()).unwrap_or(1);
    let Page { items, total, pages, .. } = page_of(request, "per_page", (number, all));
    let name = BASE64.encode(format!("{CURSOR}{}", number + 1).as_bytes());
    let next = if number < pages { name } else { String::new() };
    let meta = json!({"total": total, "links": {"next": next, "prev": ""}});
    Answer::json(200, &json!({ noun: items, "meta": meta }))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::Unauthorized => (401, "Invalid API token."),
        Problem::State(why) => (400, *why),
        Problem::Quota => (400, "The account has the maximum number of instances."),
        Problem::NoCapacity => (400, "This plan is not available in the selected region."),
        Problem::Declined => (402, "Insufficient account balance."),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
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
