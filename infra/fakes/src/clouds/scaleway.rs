//! Scaleway's wire format, Instance API v1:
//! <https://www.scaleway.com/en/developers/api/instances/>.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::bill;
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, empty, fitting, page_of};
use crate::faults::Answer;

/// How Scaleway speaks.
pub(super) static WIRE: Wire = Wire {
    authorized_by: Some(("x-auth-token", "")),
    project: Some(PROJECT),
    image: Some("gpu-os"),
    euro: Some("1.25"),
    prices_by_type: true,
    words,
    error: |(_, code, text)| json!({"type": code, "message": text}),
    ..Wire::usual(("scaleway", PATH, "local-scaleway-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["fr-par-2"])];

/// Their prices are in the world's dollars, and told in euros at the rate above.
static MODELS: [Model; 2] = [
    model(("rtx3070", "RTX 3070"), (8, None), 100, [8, 16, 0]),
    model(("p100_pcie", "P100"), (16, Some("PCIe")), 125, [10, 45, 0]),
];

const PATH: &str = "/scaleway";
const PROJECT: &str = "local-project";
const BYTES_PER_GIB: u64 = 1 << 30;

/// What a server is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    commercial_type: String,
    #[serde(rename = "image")]
    _image: String,
    project: String,
    dynamic_ip_required: bool,
    #[serde(rename = "volumes")]
    _volumes: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionBody {
    action: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let words = request.words(PATH);
    if words == ["billing", "v2beta1", "charges"] {
        return charges(request);
    }
    let ["instance", "v1", "zones", zone, rest @ ..] = words.as_slice() else {
        return Err(Problem::Missing("resource"));
    };
    match (request.method.as_str(), rest) {
        ("GET", ["products", "servers"] | ["products", "servers", "availability"]) => {
            Ok(Act::Offers(None))
        }
        ("GET", ["servers"]) => Ok(Act::Machines),
        ("POST", ["servers"]) => launch(request.parsed()?, zone),
        ("GET", ["servers", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["servers", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        ("PATCH", ["servers", id, "user_data", "cloud-init"]) => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            Ok(Act::Tell((*id).to_owned(), text))
        }
        ("POST", ["servers", id, "action"]) => {
            let ActionBody { action } = request.parsed()?;
            match action.as_str() {
                "poweron" => Ok(Act::Start((*id).to_owned())),
                "terminate" => Ok(Act::Terminate(vec![(*id).to_owned()])),
                _ => Err(Problem::Invalid(format!("no such action: {action}"))),
            }
        }
        _ => Err(Problem::Missing("resource")),
    }
}

fn charges(request: &Request) -> Result<Act, Problem> {
    // A charge that was not cut would be left out.
    if request.query("project_ids") != Some(PROJECT)
        || request.query("clamp_to_time_range") != Some("true")
    {
        return Err(Problem::Invalid("Whose part of a bill is it to be?".to_owned()));
    }
    let time = |name| request.query(name).and_then(bill::midnight);
    bill::of_day(time("start_date_after"), time("end_date_before"))
}

fn launch(body: CreateBody, zone: &str) -> Result<Act, Problem> {
    let instance_type = fitting(&SOLD, |it| commercial_type(it) == body.commercial_type)?;
    if body.project != PROJECT || !body.dynamic_ip_required {
        return Err(Problem::Invalid("Nobody could reach this server.".to_owned()));
    }
    Ok(Act::Launch(Launch {
        name: body.name,
        instance_type,
        region: zone.to_owned(),
        is_off: true,
        ..Launch::default()
    }))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) if request.words(PATH).last() == Some(&"availability") => {
            let row = |it| (commercial_type(it), json!({"availability": "available"}));
            json!({"servers": types.iter().map(row).collect::<serde_json::Map<_, _>>()})
        }
        Done::Offers(types) => {
            let row = |it| (commercial_type(it), product(it));
            json!({"servers": types.iter().map(row).collect::<serde_json::Map<_, _>>()})
        }
        Done::Machines(machines) => {
            json!({"servers": machines.iter().map(server).collect::<Value>()})
        }
        Done::Machine(_) if request.method == "PATCH" => return Some(empty(204)),
        Done::Machine(_) if request.method == "POST" => json!({"task": {"status": "pending"}}),
        Done::Machine(machine) | Done::Launched(machine) => json!({"server": server(machine)}),
        Done::Terminated(_) => return Some(empty(204)),
        Done::Charges(day, micros) => billed(request, *day, *micros),
        Done::TokenGranted
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved
        | Done::Account => return None,
    };
    Some(Answer::json(200, &body))
}

/// A page of charges, in euros at the rate above.
fn billed(request: &Request, day: Date, micros: i64) -> Value {
    let charge = |micros: i64| {
        let (units, nanos) = (micros / 1_000_000, micros % 1_000_000 * 1_000);
        json!({
            "project_id": PROJECT, "sku": "/compute/p100", "resource_id": "local",
            "price": {"currency_code": "EUR", "units": units, "nanos": nanos},
            "start_date": format!("{day}T00:00:00Z"), "end_date": format!("{day}T23:59:59Z"),
        })
    };
    let charges = bill::lines(micros / 5 * 4).into_iter().map(charge).collect();
    let token = request.query("page_token").and_then(|token| token.strip_suffix("%3D"));
    let number = token.and_then(|number| number.parse().ok()).unwrap_or(1);
    let Page { items, pages, .. } = page_of(request, "page_size", (number, charges));
    let next = (number < pages).then(|| format!("{}=", number + 1));
    json!({"charges": items, "next_page_token": next})
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::NoCapacity => (412, "out_of_stock", "This resource is out of stock."),
        Problem::Quota => (403, "quotas_exceeded", "Quota exceeded."),
        Problem::Declined => (403, "permissions_denied", "insufficient permissions"),
        Problem::State(why) => (400, "invalid_request_error", *why),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// `P100-1-16G`.
fn commercial_type(it: &InstanceType) -> String {
    let name = it.model.name.replace("RTX ", "");
    format!("{name}-{}-{}G", it.gpus, it.model.memory_gib)
}

fn product(it: &InstanceType) -> Value {
    let form = it.model.form.map(|form| format!("-{form}")).unwrap_or_default();
    let name = format!("{}{form}", it.model.name.replace(' ', "-"));
    let info = json!({
        "gpu_manufacturer": "NVIDIA",
        "gpu_name": name,
        "gpu_memory": u64::from(it.model.memory_gib) * BYTES_PER_GIB,
    });
    json!({
        "hourly_price": dollars(it.rate_usd_micros_per_hour / 5 * 4),
        "monthly_price": 0,
        "ncpus": it.vcpus(),
        "ram": u64::from(it.ram_gib()) * BYTES_PER_GIB,
        "gpu": it.gpus,
        "gpu_info": info,
        "arch": "x86_64",
        "end_of_service": false,
    })
}

fn server(Seen { machine, status }: &Seen) -> Value {
    let address = json!({"address": machine.ip, "dynamic": true});
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "name": machine.name,
        "commercial_type": of.as_ref().map(commercial_type),
        "state": match status {
            Status::Booting => "starting",
            Status::Active => "running",
            Status::Stopped => "stopped",
            Status::Stopping | Status::Terminating => "stopping",
        },
        // As with Scaleway, the address comes with the power.
        "public_ip": (*status == Status::Active).then_some(address),
        "volumes": {},
        "zone": machine.region,
    })
}
