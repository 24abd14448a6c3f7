//! `UpCloud`'s wire format, API 1.3: <https://developers.upcloud.com/1.3/>.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, empty, fitting};
use crate::faults::Answer;

/// How `UpCloud` speaks.
pub(super) static WIRE: Wire = Wire {
    image: Some(TEMPLATE),
    euro: Some("1.25"),
    prices_by_type: true,
    ends_only_off: true,
    words,
    error: |(_, code, text)| json!({"error": {"error_code": code, "error_message": text}}),
    ..Wire::usual(("upcloud", PATH, "local-upcloud-token"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const ZONES: [&str; 2] = ["fi-hel2", "uk-lon1"];
const CLASSES: [Class; 1] = [("", 100, &ZONES)];

/// Their prices are in the world's dollars, and told in hundredths of a euro at the rate above.
static MODELS: [Model; 2] = [
    model(("rtx3060ti", "RTX 3060 Ti"), (8, None), 50, [4, 16, 0]),
    model(("rtx3070ti", "RTX 3070 Ti"), (8, None), 65, [6, 24, 0]),
];

const PATH: &str = "/upcloud/1.3";
const TEMPLATE: &str = "01000000-0000-4000-8000-000030260200";
const MIB_PER_GIB: u32 = 1_024;
const PER_PAGE_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    server: Server,
}

/// What a server is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    zone: String,
    title: String,
    hostname: String,
    plan: String,
    metadata: String,
    user_data: String,
    login_user: Login,
    storage_devices: Storages,
    networking: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    #[serde(rename = "create_password")]
    _create_password: String,
    ssh_keys: Keys,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    ssh_key: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Storages {
    storage_device: Vec<Disk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disk {
    action: String,
    #[serde(rename = "storage")]
    template: String,
    #[serde(rename = "title")]
    _title: String,
    size: u32,
    #[serde(rename = "tier")]
    _tier: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["plan" | "price"] | ["device", "availability"]) => Ok(Act::Offers(None)),
        ("GET", ["server" | "ip_address"]) => Ok(Act::Machines),
        ("POST", ["server"]) => launch(request.parsed()?),
        ("GET", ["server", id]) => Ok(Act::Machine((*id).to_owned())),
        ("POST", ["server", id, "stop"]) => Ok(Act::Stop((*id).to_owned())),
        // Without this, its disk would be left behind.
        ("DELETE", ["server", id]) if request.query("storages") == Some("1") => {
            Ok(Act::Terminate(vec![(*id).to_owned()]))
        }
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(CreateBody { server: it }: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |sold| plan_name(sold) == it.plan)?;
    let [disk] = it.storage_devices.storage_device.as_slice() else {
        return Err(Problem::Invalid("One disk is wanted.".to_owned()));
    };
    let is_disk_sound = disk.action == "clone" && disk.template == TEMPLATE && disk.size >= 10;
    let interface = it.networking.pointer("/interfaces/interface/0/type");
    let is_sound = it.metadata == "yes"
        && it.hostname == it.title
        && it.login_user.username == "root"
        && !it.login_user.ssh_keys.ssh_key.is_empty()
        && interface.is_some_and(|it| it == "public");
    if !is_sound || !is_disk_sound {
        return Err(Problem::Invalid("The server is not valid.".to_owned()));
    }
    Ok(Act::Launch(Launch::told((it.title, kind, it.zone), it.user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let asked = request.words(PATH);
    let (status, body) = match done {
        Done::Offers(types) => match asked.first() {
            Some(&"plan") => {
                (200, json!({"plans": {"plan": types.iter().map(plan).collect::<Value>()}}))
            }
            Some(&"price") => (200, prices(types)),
            _ => (200, availability(types)),
        },
        Done::Machines(machines) if asked == ["ip_address"] => {
            let all: Value = page(request, machines).iter().map(address).collect();
            (200, json!({"ip_addresses": {"ip_address": all}}))
        }
        Done::Machines(machines) => {
            let all: Value = page(request, machines).iter().map(server).collect();
            (200, json!({"servers": {"server": all}}))
        }
        Done::Machine(machine) => (200, one(machine)),
        Done::Launched(machine) => (202, one(machine)),
        Done::Terminated(_) => return Some(empty(204)),
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

/// What a request asks for of a list, whose pages have at most a hundred.
fn page<'a>(request: &Request, machines: &'a [Seen]) -> &'a [Seen] {
    let rest = machines.get(request.number("offset").unwrap_or(0)..).unwrap_or_default();
    let size = request.number("limit").unwrap_or(PER_PAGE_MAX).clamp(1, PER_PAGE_MAX);
    rest.get(..size).unwrap_or(rest)
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::Unauthorized => (401, "AUTHENTICATION_FAILED", "Authentication failed."),
        Problem::NoCapacity => (409, "SERVER_RESOURCES_UNAVAILABLE", "No host has room for it."),
        Problem::Quota => (403, "SERVER_CORE_LIMIT_REACHED", "The limit is reached."),
        Problem::Declined => (402, "INSUFFICIENT_CREDITS", "The account has too little credit."),
        Problem::State(why) => (409, "SERVER_STATE_ILLEGAL", *why),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// `GPU-4xCPU-16GB-1xRTX3060TI`.
fn plan_name(it: &InstanceType) -> String {
    let model = it.model.name.replace(' ', "").to_uppercase();
    format!("GPU-{}xCPU-{}GB-{}x{model}", it.vcpus(), it.ram_gib(), it.gpus)
}

fn plan(it: &InstanceType) -> Value {
    json!({
        "name": plan_name(it),
        "core_number": it.vcpus(),
        "current_offering": "yes",
        "family": "gpu",
        "gpu_amount": it.gpus,
        "gpu_model": format!("NVIDIA {}", it.model.name),
        "memory_amount": it.ram_gib() * MIB_PER_GIB,
        "public_traffic_out": 12_288,
        "storage_size": 0,
        "storage_tier": null,
    })
}

/// The price list of each zone, in hundredths of a euro.
fn prices(types: &[InstanceType]) -> Value {
    let zone = |name: &&str| {
        let others = [("ipv4_address", 481_200), ("storage_maxiops", 31_000)];
        let others = others.map(|(item, hundredths)| (item.to_owned(), hundredths));
        let machines = types.iter().map(|it| {
            let hundredths = it.rate_usd_micros_per_hour / 5 * 4 * 100;
            (format!("server_plan_{}", plan_name(it)), hundredths)
        });
        let mut items: Map<_, _> = others
            .into_iter()
            .chain(machines)
            .map(|(item, hundredths)| (item, json!({"amount": 1, "price": dollars(hundredths)})))
            .collect();
        items.insert("name".to_owned(), json!(name));
        Value::Object(items)
    };
    json!({"prices": {"zone": ZONES.iter().map(zone).collect::<Value>()}})
}

fn availability(types: &[InstanceType]) -> Value {
    let plans: Map<_, _> = types.iter().map(|it| (plan_name(it), json!({"amount": 5}))).collect();
    ZONES.iter().map(|zone| ((*zone).to_owned(), json!({ "gpu_plans": plans }))).collect()
}

fn server(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "uuid": machine.id,
        "title": machine.name,
        "hostname": machine.name,
        "plan": of.as_ref().map(plan_name),
        "zone": machine.region,
        // As with `UpCloud`, some numbers are text.
        "core_number": of.as_ref().map(|it| it.vcpus().to_string()),
        "state": match status {
            Status::Booting | Status::Terminating => "maintenance",
            // A stop takes a while, in which nothing tells of it.
            Status::Active | Status::Stopping => "started",
            Status::Stopped => "stopped",
        },
    })
}

fn address(Seen { machine, .. }: &Seen) -> Value {
    json!({
        "access": "public",
        "address": machine.ip,
        "family": "IPv4",
        "server": machine.id,
    })
}

fn one(seen: &Seen) -> Value {
    let mut server = server(seen);
    let utility = json!({"access": "utility", "address": "10.0.0.1", "family": "IPv4"});
    server["ip_addresses"] = json!({"ip_address": [utility, address(seen)]});
    json!({ "server": server })
}
