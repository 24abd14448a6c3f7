//! `DigitalOcean`'s wire format, API v2: <https://docs.digitalocean.com/reference/api/>.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::bill;
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, empty, fitting, page_of};
use crate::faults::Answer;

/// How `DigitalOcean` speaks.
pub(super) static WIRE: Wire = Wire {
    prices_by_type: true,
    words,
    error: |(_, code, text)| json!({"id": code, "message": text, "request_id": "local"}),
    ..Wire::usual(("digitalocean", PATH, "local-digitalocean-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["atl1", "nyc2"])];

static MODELS: [Model; 2] = [
    model(("mi325x", "MI325X"), (256, None), 210, [20, 256, 1_000]),
    model(("mi350x", "MI350X"), (288, None), 285, [24, 300, 1_000]),
];

const PATH: &str = "/digitalocean";
const TEAM_ID: &str = "12345678-1234-1234-1234-123456789012";
const TEAM: &str = "do:team:12345678-1234-1234-1234-123456789012";
const MB_PER_GIB: u32 = 1_024;

/// What a Droplet is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    region: String,
    size: String,
    image: String,
    #[serde(rename = "ssh_keys")]
    _ssh_keys: Vec<u64>,
    user_data: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["v2", "sizes"]) => Ok(Act::Offers(None)),
        ("GET", ["v2", "account"]) => Ok(Act::Account),
        ("GET", ["v2", "billing", TEAM, "insights", begin, end]) => {
            bill::of_day(begin.parse().ok(), end.parse().ok())
        }
        // Without this, DigitalOcean leaves Droplets with a GPU out.
        ("GET", ["v2", "droplets"]) if request.query("type") == Some("gpus") => Ok(Act::Machines),
        ("POST", ["v2", "droplets"]) => launch(request.parsed()?),
        ("GET", ["v2", "droplets", id]) => Ok(Act::Machine(inner_id(id))),
        ("DELETE", ["v2", "droplets", id]) => Ok(Act::Terminate(vec![inner_id(id)])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| slug(it) == body.size)?;
    if body.image != "gpu-amd-base" {
        return Err(Problem::Invalid("The image does not fit the size.".to_owned()));
    }
    Ok(Act::Launch(Launch::told((body.name, kind, body.region), body.user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    Some(match done {
        Done::Offers(types) => page(request, "sizes", types.iter().map(size).collect()),
        Done::Machines(machines) => {
            page(request, "droplets", machines.iter().map(droplet).collect())
        }
        Done::Machine(machine) => Answer::json(200, &json!({ "droplet": droplet(machine) })),
        Done::Launched(machine) => Answer::json(202, &json!({ "droplet": droplet(machine) })),
        Done::Terminated(_) => empty(204),
        Done::Account => {
            let team = json!({"uuid": TEAM_ID, "name": "Local"});
            Answer::json(200, &json!({"account": {"uuid": "local", "team": team}}))
        }
        Done::Charges(day, micros) => billed(request, *day, *micros),
        Done::TokenGranted | Done::Keys(_) | Done::KeyAdded { .. } | Done::KeyRemoved => {
            return None;
        }
    })
}

/// A page of what was charged for a day, and for the one after it, which is only begun.
fn billed(request: &Request, day: Date, micros: i64) -> Answer {
    let point = |day: Date, micros| {
        json!({
            "usage_team_urn": TEAM, "start_date": day, "total_amount": bill::text(micros),
            "region": "nyc2", "sku": "1-GPU-DROPLET", "description": "GPU Droplet",
            "group_description": "",
        })
    };
    let next = day.tomorrow().unwrap_or(day);
    let lines = bill::lines(micros).into_iter().map(|micros| point(day, micros));
    let number = request.number("page").unwrap_or(1);
    let points = lines.chain([point(next, 7_770_000)]).collect();
    let Page { items, total, pages, .. } = page_of(request, "per_page", (number, points));
    let told = json!({
        "data_points": items, "total_items": total, "total_pages": pages, "current_page": number,
    });
    Answer::json(200, &told)
}

fn page(request: &Request, noun: &str, all: Vec<Value>) -> Answer {
    let number = request.number("page").unwrap_or(1);
    let Page { items, total, pages, .. } = page_of(request, "per_page", (number, all));
    let next = format!("https://api.digitalocean.com/v2/{noun}?page={}&per_page=200", number + 1);
    let links = if number < pages { json!({"pages": {"next": next}}) } else { json!({}) };
    Answer::json(200, &json!({ noun: items, "links": links, "meta": {"total": total} }))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::Invalid(why) => (422, why.as_str()),
        Problem::NoCapacity => (422, "Size is not available in this region."),
        Problem::Quota => (422, "creating this/these droplet(s) will exceed your droplet limit"),
        _ => return None,
    };
    Some((status, "unprocessable_entity", text.to_owned()))
}

/// A Droplet's identifier is a number.
fn outer_id(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default()
}

fn inner_id(id: &str) -> String {
    format!("{:032x}", id.parse::<u64>().unwrap_or_default())
}

fn slug(it: &InstanceType) -> String {
    let memory = it.model.memory_gib * it.gpus;
    format!("gpu-{}{}-{memory}gb", it.model.name.to_lowercase(), it.gpus)
}

fn size(it: &InstanceType) -> Value {
    let vram = json!({"amount": it.model.memory_gib * it.gpus, "unit": "gib"});
    let model = format!("amd_{}", it.model.name.to_lowercase());
    json!({
        "slug": slug(it),
        "memory": it.ram_gib() * MB_PER_GIB,
        "vcpus": it.vcpus(),
        "disk": it.disk_gib(),
        "transfer": 15.0,
        "price_monthly": dollars(it.rate_usd_micros_per_hour.saturating_mul(744)),
        "price_hourly": dollars(it.rate_usd_micros_per_hour),
        "regions": it.regions,
        "available": true,
        "gpu_info": {"count": it.gpus, "vram": vram, "model": model},
    })
}

fn droplet(Seen { machine, status }: &Seen) -> Value {
    let public = json!({"ip_address": machine.ip, "netmask": "255.0.0.0", "type": "public"});
    let private = json!({"ip_address": "10.0.0.2", "netmask": "255.0.0.0", "type": "private"});
    // As with DigitalOcean, the public address comes late.
    let v4 = if *status == Status::Booting { json!([private]) } else { json!([private, public]) };
    json!({
        "id": outer_id(&machine.id),
        "name": machine.name,
        "status": match status {
            Status::Booting => "new",
            Status::Active => "active",
            Status::Stopping | Status::Stopped | Status::Terminating => "off",
        },
        "size_slug": instance_type(&SOLD, &machine.instance_type).as_ref().map(slug),
        "region": {"slug": machine.region},
        "networks": {"v4": v4, "v6": []},
        "locked": false,
        "tags": [],
    })
}
