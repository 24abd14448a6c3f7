//! Vast.ai's wire format, API v0: <https://docs.vast.ai/api-reference/introduction>.

use std::collections::BTreeMap;

use axum::extract::Query;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::bill;
use super::catalogue::{Class, InstanceType, Model, Sold, instance_types, model};
use super::machine::{SSH_PORT, Status};
use super::wire::{Page, Request, Wire, Words, dollars, page_of};
use crate::faults::Answer;

/// How Vast.ai speaks.
pub(super) static WIRE: Wire = Wire {
    words,
    error: |(_, code, text)| json!({"success": false, "error": code, "msg": text}),
    ..Wire::usual(("vast-ai", PATH, "local-vast-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// The countries whose hosts have some.
const CLASSES: [Class; 1] = [("", 100, &["SE", "US"])];

static MODELS: [Model; 2] = [
    model(("rtx_3090", "RTX 3090"), (24, None), 20, [8, 32, 100]),
    model(("rtx_5090", "RTX 5090"), (32, None), 45, [16, 64, 100]),
];

const PATH: &str = "/vast/api";
const MIB_PER_GIB: u32 = 1_024;
/// As drivers tell it: a little less than the maker prints.
const DRIVER_MIB: u32 = 12;
const SSH_INSIDE: u16 = 22;
/// The asks of a type have consecutive numbers, one for each country.
const FIRST_ASK: usize = 31_415_000;
const ASKS_PER_TYPE: usize = 10;
const DISK_GB: u32 = 100;

#[derive(Deserialize)]
struct SearchBody {
    /// As prices are told for a machine with it.
    allocated_storage: u32,
    rentable: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filters {
    day: Range,
}

/// Seconds since 1970.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    gte: i64,
    lte: i64,
}

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    client_id: String,
    image: String,
    label: String,
    disk: u32,
    env: BTreeMap<String, String>,
    runtype: String,
    cancel_unavail: bool,
    #[serde(default)]
    args: Vec<String>,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("POST", ["v0", "bundles"]) => {
            let SearchBody { allocated_storage, rentable } = request.parsed()?;
            if allocated_storage != DISK_GB || rentable != json!({"eq": true}) {
                return Err(Problem::Invalid("invalid_args".to_owned()));
            }
            Ok(Act::Offers(None))
        }
        ("PUT", ["v0", "asks", ask]) => launch(ask, &request.parsed()?),
        ("GET", ["v0", "instances"]) => Ok(Act::Machines),
        ("GET", ["v0", "charges"]) => charges(request),
        ("GET", ["v0", "instances", id]) => Ok(Act::Machine(inner_id(id))),
        ("DELETE", ["v0", "instances", id]) => Ok(Act::Terminate(vec![inner_id(id)])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn charges(request: &Request) -> Result<Act, Problem> {
    let query = Query::<BTreeMap<String, String>>::try_from_uri(&request.uri);
    let filters = query.ok().and_then(|Query(query)| query.get("select_filters").cloned());
    let filters = filters.unwrap_or_default();
    let filters: Filters = serde_json::from_str(&filters)
        .map_err(|error| Problem::Invalid(format!("select_filters: {error}")))?;
    // The range includes its last second.
    let date = |secs: i64| Some(Timestamp::from_second(secs).ok()?.to_zoned(TimeZone::UTC).date());
    let (begin, end) = (date(filters.day.gte), date(filters.day.lte.saturating_add(1)));
    bill::of_day(begin, end)
}

/// Every ask with the type and the country it is for.
fn asks() -> impl Iterator<Item = (usize, InstanceType, &'static str)> {
    instance_types(&SOLD).enumerate().flat_map(|(number, it)| {
        let first = FIRST_ASK + number * ASKS_PER_TYPE;
        it.regions
            .iter()
            .enumerate()
            .map(move |(index, country)| (first + index, it.clone(), *country))
    })
}

fn launch(ask: &str, body: &CreateBody) -> Result<Act, Problem> {
    let found = asks().find(|(id, ..)| id.to_string() == ask);
    let (_, it, country) = found.ok_or(Problem::Missing("ask"))?;
    if body.runtype != "args" || body.disk != DISK_GB || body.client_id != "me" {
        return Err(Problem::Invalid("Other keys would be let in.".to_owned()));
    }
    let outside = published(body).filter(|port| *port != SSH_INSIDE).map(outside);
    Ok(Act::Launch(Launch {
        name: body.label.clone(),
        instance_type: it.name,
        region: country.to_owned(),
        http_ports: outside.collect(),
        user_data: serde_json::to_string(body).unwrap_or_default(),
        ..Launch::default()
    }))
}

/// The ports that a container publishes: `-p 8888:8888` in its environment.
fn published(body: &CreateBody) -> impl Iterator<Item = u16> {
    let flags = body.env.keys().filter_map(|key| key.strip_prefix("-p "));
    flags.filter_map(|ports| ports.split_once(':')?.1.parse().ok())
}

/// The number that a port of a container has outside, which at Vast.ai is never its own.
fn outside(port: u16) -> u16 {
    if port == SSH_INSIDE { SSH_PORT } else { port ^ (1 << 14) }
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) => {
            let listed = asks().filter_map(|(id, it, country)| {
                let told = types.iter().find(|told| told.name == it.name)?;
                Some(listed(id, told, country))
            });
            json!({"offers": listed.collect::<Value>()})
        }
        Done::Machines(machines) => {
            let instances: Vec<_> = machines.iter().map(instance).collect();
            json!({"instances_found": instances.len(), "instances": instances})
        }
        Done::Machine(machine) => json!({"instances": instance(machine)}),
        Done::Launched(Seen { machine, .. }) => {
            json!({"success": true, "new_contract": outer_id(&machine.id)})
        }
        Done::Terminated(_) => json!({"success": true}),
        Done::Charges(day, micros) => billed(request, *day, *micros),
        Done::TokenGranted
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved
        | Done::Account => return None,
    };
    Some(Answer::json(200, &body))
}

/// A page of what each instance was charged for a day.
fn billed(request: &Request, day: Date, micros: i64) -> Value {
    let (begins_at, _) = bill::seconds(day);
    let row = |(number, micros): (usize, i64)| {
        json!({
            "start": begins_at, "end": begins_at, "type": "instance",
            "source": format!("instance-{number}"),
            "description": format!("Instance {number} Charges - 1 day"),
            "amount": bill::number(micros), "metadata": {}, "items": [],
        })
    };
    let rows = bill::lines(micros).into_iter().enumerate().map(row).collect();
    let token = request.query("after_token").and_then(|token| token.strip_suffix("%3D"));
    let number = token.and_then(|number| number.parse().ok()).unwrap_or(1);
    let Page { items, total, pages, .. } = page_of(request, "limit", (number, rows));
    let next = (number < pages).then(|| format!("{}=", number + 1));
    let count = items.len();
    json!({"success": true, "count": count, "total": total, "next_token": next, "results": items})
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::NoCapacity => (410, "no_such_ask", "The ask is gone."),
        Problem::Missing("instance") => (404, "no_such_instance", "Instance not found."),
        Problem::Declined => (400, "insufficient_credit", "Your account lacks credit."),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// An instance's identifier is a number.
fn outer_id(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default()
}

fn inner_id(id: &str) -> String {
    format!("{:032x}", id.parse::<u64>().unwrap_or_default())
}

fn listed(id: usize, it: &InstanceType, country: &str) -> Value {
    let total = it.rate_usd_micros_per_hour;
    json!({
        "id": id,
        "ask_contract_id": id,
        "machine_id": id / ASKS_PER_TYPE,
        "host_id": 7,
        "gpu_name": it.model.name,
        "num_gpus": it.gpus,
        "gpu_ram": it.model.memory_gib * MIB_PER_GIB - DRIVER_MIB,
        "gpu_total_ram": it.model.memory_gib * it.gpus * MIB_PER_GIB,
        // The host has twice as much as comes with these GPUs.
        "cpu_cores": it.vcpus() * 2,
        "cpu_cores_effective": it.vcpus(),
        "cpu_ram": it.ram_gib() * 2 * MIB_PER_GIB,
        "disk_space": 900.5,
        "dph_base": dollars(total - total / 4),
        "dph_total": dollars(total),
        "storage_cost": 0.05,
        "geolocation": format!("Somewhere, {country}"),
        "reliability2": 0.998,
        "verification": "verified",
        "rentable": true,
        "rented": false,
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let body: Option<CreateBody> = serde_json::from_str(&machine.user_data).ok();
    let is_up = *status == Status::Active;
    let port = |port: u16| {
        let number = json!({"HostIp": "0.0.0.0", "HostPort": outside(port).to_string()});
        (format!("{port}/tcp"), Value::Array(vec![number]))
    };
    let ports: BTreeMap<_, _> = body.iter().flat_map(published).map(port).collect();
    json!({
        "id": outer_id(&machine.id),
        "label": machine.name,
        "image_uuid": body.as_ref().map(|body| &body.image),
        "actual_status": match status {
            Status::Booting => Some("loading"),
            Status::Active => Some("running"),
            Status::Stopping | Status::Stopped => Some("exited"),
            Status::Terminating => Some("offline"),
        },
        "intended_status": "running",
        "public_ipaddr": machine.ip,
        "ports": is_up.then_some(ports),
        "ssh_host": "ssh4.vast.ai",
        "ssh_port": 10_600,
        "dph_total": dollars(machine.rate_usd_micros_per_hour),
        "geolocation": format!("Somewhere, {}", machine.region),
    })
}
