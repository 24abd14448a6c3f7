//! Exoscale's wire format, API v2: <https://openapi-v2.exoscale.com/>.

use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, dollars, fitting};
use crate::faults::Answer;

/// How Exoscale speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some(KEY_NAME),
    project: Some(SECURITY_GROUP),
    image: Some(TEMPLATE),
    prices: Some("/pricing/opencompute"),
    prices_by_type: true,
    ends_at_once: false,
    authorized_by: None,
    words,
    error: |(_, _, text)| json!({ "message": text }),
    ..Wire::usual(("exoscale", PATH, SECRET), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const ZONE: &str = "at-vie-2";
const CLASSES: [Class; 1] = [("", 100, &[ZONE])];

static MODELS: [Model; 1] = [model(("rtx3080ti", "RTX 3080 Ti"), (12, None), 80, [8, 28, 0])];

const PATH: &str = "/exoscale/api-at-vie-2/v2";
const KEY_NAME: &str = "EXOlocal";
const SECRET: &str = "local-exoscale-secret";
const TEMPLATE: &str = "11111111-1111-4111-8111-111111111111";
const SECURITY_GROUP: &str = "22222222-2222-4222-8222-222222222222";
const BYTES_PER_GIB: u64 = 1 << 30;
/// Micro-dollars an hour of a GB of disk.
const DISK_GB_USD_MICROS: u32 = 140;

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CreateBody {
    name: String,
    instance_type: Id,
    template: Id,
    disk_size: u32,
    public_ip_assignment: String,
    security_groups: Vec<Id>,
    user_data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Id {
    id: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let (method, words) = (request.method.as_str(), request.words(PATH));
    // Anybody may read the prices.
    if (method, words.as_slice()) == ("GET", &["pricing", "opencompute"]) {
        return Ok(Act::Offers(None));
    }
    if !is_signed(request).unwrap_or(false) {
        return Err(Problem::Unauthorized);
    }
    match (method, words.as_slice()) {
        ("GET", ["instance-type"]) => Ok(Act::Offers(None)),
        ("GET", ["instance"]) => Ok(Act::Machines),
        ("POST", ["instance"]) => launch(request.parsed()?),
        ("GET", ["instance", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["instance", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

/// Whether it bears the signature that the one key makes. No request of ours has a query.
fn is_signed(request: &Request) -> Option<bool> {
    let borne = request.headers.get("authorization")?.to_str().ok()?;
    let borne = borne.strip_prefix("EXO2-HMAC-SHA256 ")?;
    let part =
        |name: &str| borne.split(',').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
    let body = std::str::from_utf8(&request.body).ok()?;
    let expires = part("expires")?;
    let signed = format!("{} {}\n{body}\n\n\n{expires}", request.method, request.uri.path());
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    let signature = BASE64.decode(part("signature")?.as_bytes()).ok()?;
    Some(part("credential")? == KEY_NAME && mac.verify_slice(&signature).is_ok())
}

fn launch(it: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |sold| type_id(sold) == it.instance_type.id)?;
    let [group] = it.security_groups.as_slice() else {
        return Err(Problem::Invalid("Nobody could reach this instance.".to_owned()));
    };
    let is_sound = it.template.id == TEMPLATE
        && group.id == SECURITY_GROUP
        && it.disk_size >= 10
        && it.public_ip_assignment == "inet4";
    let user_data = BASE64.decode(it.user_data.as_bytes()).ok().filter(|_| is_sound);
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("Invalid request".to_owned()))?;
    Ok(Act::Launch(Launch::told((it.name, kind, ZONE.to_owned()), user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) if request.words(PATH) == ["instance-type"] => {
            json!({"instance-types": types.iter().map(listed).collect::<Value>()})
        }
        Done::Offers(types) => prices(types),
        Done::Machines(machines) => {
            json!({"instances": machines.iter().map(instance).collect::<Value>()})
        }
        Done::Machine(machine) => instance(machine),
        Done::Launched(Seen { machine, .. }) => operation(&machine.id),
        Done::Terminated(ended) => operation(&ended.first()?.machine.id),
        Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => {
            return None;
        }
    };
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::Unauthorized => (403, "Invalid request signature"),
        Problem::NoCapacity => (409, "The requested resources are unavailable"),
        Problem::Quota => (403, "The limit of GPUs is reached"),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

/// One type for each count: these are Exoscale's words for them.
fn size(it: &InstanceType) -> &'static str {
    match it.gpus {
        1 => "small",
        2 => "medium",
        4 => "large",
        _ => "huge",
    }
}

fn family(it: &InstanceType) -> String {
    let name = it.model.name.trim_start_matches("RTX ").replace(' ', "").to_lowercase();
    format!("gpu{name}")
}

/// An identifier says nothing.
fn type_id(it: &InstanceType) -> String {
    format!("71004023-bb72-4a97-b1e9-{:012}", it.gpus)
}

fn listed(it: &InstanceType) -> Value {
    json!({
        "id": type_id(it),
        "family": family(it),
        "size": size(it),
        "cpus": it.vcpus(),
        "gpus": it.gpus,
        "memory": u64::from(it.ram_gib()) * BYTES_PER_GIB,
        "authorized": true,
        "zones": ["de-fra-1", ZONE],
    })
}

/// Prices are text.
fn prices(types: &[InstanceType]) -> Value {
    let row = |it: &InstanceType| {
        let key = format!("running_{}_{}", family(it), size(it));
        (key, json!(dollars(it.rate_usd_micros_per_hour).to_string()))
    };
    let mut usd: Map<_, _> = types.iter().map(row).collect();
    usd.insert("volume".to_owned(), json!(dollars(DISK_GB_USD_MICROS).to_string()));
    json!({"usd": usd, "chf": {}, "eur": {}})
}

fn operation(id: &str) -> Value {
    let reference =
        json!({"id": id, "link": format!("/v2/instance/{id}"), "command": "get-instance"});
    json!({"id": "0", "state": "pending", "reference": reference})
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "name": machine.name,
        "instance-type": {"id": of.as_ref().map(type_id)},
        "state": match status {
            Status::Booting => "starting",
            Status::Active => "running",
            Status::Stopping => "stopping",
            Status::Stopped => "stopped",
            Status::Terminating => "destroying",
        },
        "public-ip": (*status != Status::Booting).then_some(machine.ip),
        "labels": {},
    })
}
