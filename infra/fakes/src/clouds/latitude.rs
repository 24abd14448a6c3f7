//! Latitude.sh's wire format: <https://docs.latitude.sh/reference>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Key, Launch, NewKey, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, empty, fitting};
use crate::faults::Answer;

/// How Latitude.sh speaks.
pub(super) static WIRE: Wire = Wire {
    project: Some(PROJECT),
    image: Some("ml-in-a-box"),
    prices_by_type: true,
    words,
    error: |(status, code, text)| {
        let error = json!({"code": code, "status": status.to_string(), "detail": text});
        json!({ "errors": [error] })
    },
    ..Wire::usual(("latitude", PATH, "local-latitude-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["DAL", "NYC"])];

static MODELS: [Model; 2] = [
    model(("a30", "A30"), (24, None), 95, [16, 128, 960]),
    model(("h20", "H20"), (96, None), 240, [16, 192, 1_920]),
];

const PATH: &str = "/latitude";
const PROJECT: &str = "local-project";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<T> {
    data: Data<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data<T> {
    #[serde(rename = "type")]
    kind: String,
    attributes: T,
}

/// What a server is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    project: String,
    plan: String,
    site: String,
    #[serde(rename = "operating_system")]
    _operating_system: String,
    hostname: String,
    #[serde(rename = "ssh_keys")]
    _ssh_keys: Vec<String>,
    user_data: String,
    billing: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserData {
    description: String,
    content: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["plans"]) => Ok(Act::Offers(None)),
        ("GET", ["servers"]) => Ok(Act::Machines),
        ("POST", ["servers"]) => launch(request.parsed()?),
        ("GET", ["servers", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["servers", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        ("GET", ["user_data"]) => Ok(Act::Keys),
        ("POST", ["user_data"]) => add(request.parsed()?),
        ("DELETE", ["user_data", id]) => Ok(Act::RemoveKey((*id).to_owned())),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(Body { data }: Body<Server>) -> Result<Act, Problem> {
    let server = data.attributes;
    let instance_type = fitting(&SOLD, |it| slug(it) == server.plan)?;
    if data.kind != "servers" || server.project != PROJECT || server.billing != "hourly" {
        return Err(Problem::Invalid("The server is not valid.".to_owned()));
    }
    Ok(Act::Launch(Launch {
        name: server.hostname,
        instance_type,
        region: server.site,
        script_id: Some(server.user_data),
        ..Launch::default()
    }))
}

fn add(Body { data }: Body<UserData>) -> Result<Act, Problem> {
    let content = BASE64.decode(data.attributes.content.as_bytes()).ok();
    let content = content.and_then(|bytes| String::from_utf8(bytes).ok());
    let public = content.filter(|_| data.kind == "user_data");
    if public.is_none() {
        return Err(Problem::Invalid("The content is not valid.".to_owned()));
    }
    Ok(Act::AddKey(NewKey { name: data.attributes.description, public }))
}

fn told(_: &Request, done: &Done) -> Option<Answer> {
    let (status, data) = match done {
        Done::Offers(types) => (200, types.iter().map(plan).collect()),
        Done::Machines(machines) => (200, machines.iter().map(server).collect()),
        Done::Machine(machine) => (200, server(machine)),
        Done::Launched(machine) => (201, server(machine)),
        Done::Keys(keys) => (200, keys.iter().map(user_data).collect()),
        Done::KeyAdded { key, .. } => (201, user_data(key)),
        Done::Terminated(_) | Done::KeyRemoved => return Some(empty(204)),
        Done::TokenGranted | Done::Account | Done::Charges(..) => return None,
    };
    Some(Answer::json(status, &json!({ "data": data, "meta": {} })))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::NoCapacity => (422, "SERVERS_OUT_OF_STOCK", "The plan is out of stock."),
        Problem::Quota => (422, "LIMIT", "The project has reached its limit of servers."),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

fn slug(it: &InstanceType) -> String {
    format!("g3-{}-{}", it.model.name.to_lowercase(), it.gpus)
}

fn plan(it: &InstanceType) -> Value {
    let hour = dollars(it.rate_usd_micros_per_hour);
    let region = json!({
        "name": "United States",
        "locations": {"available": ["DAL", "NYC", "MIA"], "in_stock": it.regions},
        "stock_level": "medium",
        "pricing": {"USD": {"hour": hour, "month": 1}, "BRL": {"hour": 1, "month": 1}},
    });
    let gpu = json!({
        "count": it.gpus,
        "type": format!("NVIDIA {}", it.model.name),
        "vram_per_gpu": it.model.memory_gib,
    });
    json!({
        "id": format!("plan_{}", slug(it)),
        "type": "plans",
        "attributes": {
            "slug": slug(it),
            "specs": {
                "cpu": {"type": "EPYC", "clock": 2.7, "cores": it.vcpus(), "count": 1},
                "memory": {"total": it.ram_gib()},
                "drives": [{"count": 1, "size": format!("{} GB", it.disk_gib()), "type": "NVME"}],
                "gpu": gpu,
            },
            "regions": [region],
        },
    })
}

fn server(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "type": "servers",
        "attributes": {
            "hostname": machine.name,
            "status": match status {
                Status::Booting => "deploying",
                Status::Active => "on",
                Status::Stopping | Status::Stopped | Status::Terminating => "off",
            },
            "primary_ipv4": (*status != Status::Booting).then_some(machine.ip),
            "plan": {"slug": of.as_ref().map(slug)},
            "region": {"country": "United States", "site": {"slug": machine.region}},
            "project": {"id": PROJECT},
        },
    })
}

fn user_data(Key { id, name, public, .. }: &Key) -> Value {
    let content = BASE64.encode(public.as_bytes());
    let attributes = json!({"description": name, "content": content});
    json!({"id": id, "type": "user_data", "attributes": attributes})
}
