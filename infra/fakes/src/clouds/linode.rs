//! Linode's wire format, API v4: <https://techdocs.akamai.com/linode-api/reference/api>.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, empty, fitting, page_of};
use crate::faults::Answer;

/// How Linode speaks.
pub(super) static WIRE: Wire = Wire {
    image: Some("private/1"),
    prices_by_type: true,
    words,
    error: |(_, _, text)| json!({"errors": [{"reason": text}]}),
    ..Wire::usual(("linode", PATH, "local-linode-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// The second region is dearer, as Linode's are.
const CLASSES: [Class; 2] = [("", 100, &["us-ord", "de-fra-2"]), ("-br", 140, &[DEARER])];
const DEARER: &str = "br-gru";

static MODELS: [Model; 2] = [
    model(("rtx4000a", "RTX 4000 Ada"), (20, None), 52, [4, 16, 500]),
    model(("rtx6000", "Quadro RTX 6000"), (24, None), 150, [8, 32, 640]),
];

const PATH: &str = "/linode/v4";
const MB_PER_GIB: u32 = 1_024;

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    #[serde(rename = "type")]
    kind: String,
    region: String,
    image: String,
    label: String,
    root_pass: String,
    metadata: Metadata,
    #[serde(rename = "backups_enabled")]
    _backups_enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    user_data: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["linode", "types"] | ["regions", "availability"]) => Ok(Act::Offers(None)),
        ("GET", ["linode", "instances"]) => Ok(Act::Machines),
        ("POST", ["linode", "instances"]) => launch(request.parsed()?),
        ("GET", ["linode", "instances", id]) => Ok(Act::Machine(inner_id(id))),
        ("DELETE", ["linode", "instances", id]) => Ok(Act::Terminate(vec![inner_id(id)])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    // One type has a price for each region: ours for the dearer one is another.
    let kind = fitting(&SOLD, |it| {
        type_id(it) == body.kind && it.regions.contains(&body.region.as_str())
    })?;
    if body.root_pass.len() < 11 || body.label.len() > 64 || !body.image.starts_with("private/") {
        return Err(Problem::Invalid("The request is not valid.".to_owned()));
    }
    let user_data = BASE64.decode(body.metadata.user_data.as_bytes()).ok();
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("user_data is not base64".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.label, kind, body.region), user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    Some(match done {
        Done::Offers(types) if request.words(PATH) == ["linode", "types"] => page(
            request,
            types.iter().filter(|it| !is_dearer(it)).map(|it| listed(it, types)).collect(),
        ),
        Done::Offers(types) => {
            let rows = types.iter().flat_map(|it| {
                let row =
                    |region| json!({"region": region, "plan": type_id(it), "available": true});
                it.regions.iter().map(row)
            });
            let none = json!({"region": "us-ord", "plan": "g1-sold-out", "available": false});
            page(request, rows.chain([none]).collect())
        }
        Done::Machines(machines) => page(request, machines.iter().map(instance).collect()),
        Done::Machine(machine) | Done::Launched(machine) => Answer::json(200, &instance(machine)),
        Done::Terminated(_) => Answer::json(200, &json!({})),
        Done::TokenGranted
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::Account
        | Done::Charges(..) => return None,
        Done::KeyRemoved => empty(200),
    })
}

fn page(request: &Request, all: Vec<Value>) -> Answer {
    let number = request.number("page").unwrap_or(1);
    let Page { items, total, pages, .. } = page_of(request, "page_size", (number, all));
    let body = json!({"data": items, "page": number, "pages": pages, "results": total});
    Answer::json(200, &body)
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::Unauthorized => (401, "Invalid Token"),
        Problem::NoCapacity => (400, "This plan is unavailable in the selected region."),
        Problem::Quota => (400, "Account Limit reached. Please open a support ticket."),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

/// An instance's identifier is a number.
fn outer_id(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default()
}

fn inner_id(id: &str) -> String {
    format!("{:032x}", id.parse::<u64>().unwrap_or_default())
}

fn is_dearer(it: &InstanceType) -> bool {
    it.regions.contains(&DEARER)
}

/// `g2-gpu-rtx4000a1-s`.
fn type_id(it: &InstanceType) -> String {
    let model = if it.model.memory_gib == 20 { "g2-gpu-rtx4000a" } else { "g1-gpu-rtx6000-" };
    format!("{model}{}-s", it.gpus)
}

fn listed(it: &InstanceType, all: &[InstanceType]) -> Value {
    let dearer = all.iter().find(|other| is_dearer(other) && type_id(other) == type_id(it));
    let dearer = dearer.map(|it| dollars(it.rate_usd_micros_per_hour));
    let name = it.model.name.trim_start_matches("Quadro ").replace(' ', "");
    json!({
        "id": type_id(it),
        "label": format!("{name} GPU x{} Small", it.gpus),
        "class": "gpu",
        "gpus": it.gpus,
        "vcpus": it.vcpus(),
        "memory": it.ram_gib() * MB_PER_GIB,
        "disk": it.disk_gib() * MB_PER_GIB,
        "price": {"hourly": dollars(it.rate_usd_micros_per_hour), "monthly": 350.0},
        "region_prices": [{"id": DEARER, "hourly": dearer, "monthly": 490.0}],
    })
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    json!({
        "id": outer_id(&machine.id),
        "label": machine.name,
        "type": instance_type(&SOLD, &machine.instance_type).as_ref().map(type_id),
        "region": machine.region,
        "status": match status {
            Status::Booting => "provisioning",
            Status::Active => "running",
            Status::Stopping | Status::Stopped => "offline",
            Status::Terminating => "deleting",
        },
        "ipv4": [machine.ip],
        "tags": [],
    })
}
