//! E2E Networks' wire format, `MyAccount` API v1: <https://docs.e2enetworks.com/api/myaccount/>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, fitting, page_of};
use crate::faults::Answer;

/// How E2E Networks speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some(KEY),
    project: Some("12345/Delhi"),
    image: Some(IMAGE),
    rupee: Some("0.0125"),
    ends_at_once: false,
    prices_by_type: true,
    words,
    error: |(status, _, text)| json!({"code": status, "message": text, "data": {}, "errors": text}),
    ..Wire::usual(("e2e-networks", PATH, "local-e2e-token"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// The one location of the account.
const CLASSES: [Class; 1] = [("", 100, &["Delhi"])];

/// Their prices are in the world's dollars, and told in rupees at the rate above.
static MODELS: [Model; 2] = [
    model(("rtx4000", "Quadro RTX 4000"), (8, None), 38, [10, 40, 250]),
    model(("p40", "P40"), (24, None), 44, [12, 50, 300]),
];

const PATH: &str = "/e2e/myaccount/api/v1";
/// Stands in the query of every request, beside the token.
const KEY: &str = "local-e2e-key";
const IMAGE: &str = "Ubuntu-22.04-GPU";
const RUPEES_PER_DOLLAR: u32 = 80;

/// What a node is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's own fields")]
struct CreateBody {
    name: String,
    #[serde(rename = "label")]
    _label: String,
    region: String,
    plan: String,
    image: String,
    number_of_instances: u32,
    ssh_keys: Vec<String>,
    start_scripts: Vec<String>,
    default_public_ip: bool,
    #[serde(rename = "disable_password")]
    _disable_password: bool,
    is_saved_image: bool,
    #[serde(rename = "is_ipv6_availed")]
    _is_ipv6_availed: bool,
    backups: bool,
    enable_bitninja: bool,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let is = |name: &str, value: &str| request.query(name) == Some(value);
    if !is("apikey", KEY) || !is("project_id", "12345") {
        return Err(Problem::Unauthorized);
    }
    if !is("location", "Delhi") {
        return Err(Problem::Invalid("Invalid location".to_owned()));
    }
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["images"]) => Ok(Act::Offers(None)),
        ("GET", ["nodes"]) => Ok(Act::Machines),
        ("POST", ["nodes"]) => launch(request.parsed()?),
        ("GET", ["nodes", id]) => Ok(Act::Machine(inner_id(id))),
        ("DELETE", ["nodes", id]) => Ok(Act::Terminate(vec![inner_id(id)])),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| plan(it, IMAGE) == body.plan)?;
    let is_sound = body.image == IMAGE
        && body.region == "ncr"
        && (3..=50).contains(&body.name.len())
        && body.number_of_instances == 1
        && body.ssh_keys.is_empty()
        && body.default_public_ip
        && !(body.is_saved_image || body.backups || body.enable_bitninja);
    let script = body.start_scripts.into_iter().next().filter(|_| is_sound);
    let script = script.ok_or(Problem::Invalid("Invalid request".to_owned()))?;
    Ok(Act::Launch(Launch::told((body.name, kind, CLASSES[0].2[0].to_owned()), script)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let data = match done {
        Done::Offers(types) => {
            let images = [IMAGE, "Windows-2022-GPU"];
            let rows = types.iter().flat_map(|it| images.map(|image| listed(it, image)));
            rows.collect()
        }
        Done::Machines(machines) => {
            let number = request.number("page_no").unwrap_or(1);
            let all = machines.iter().map(node).collect();
            let Page { items, total, pages, .. } = page_of(request, "per_page", (number, all));
            return Some(Answer::json(
                200,
                &json!({
                    "code": 200, "message": "Success", "errors": {}, "data": items,
                    "total_count": total, "total_page_number": pages,
                }),
            ));
        }
        Done::Machine(machine) => node(machine),
        Done::Launched(machine) => json!({
            "total_number_of_node_requested": 1,
            "total_number_of_node_created": 1,
            "node_create_response": [node(machine)],
        }),
        Done::Terminated(_) => json!({}),
        Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => {
            return None;
        }
    };
    let body = json!({"code": 200, "message": "Success", "errors": {}, "data": data});
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, text) = match problem {
        Problem::NoCapacity => (412, "The selected plan is currently unavailable."),
        Problem::Quota => (412, "You have reached the limit of nodes."),
        Problem::Declined => (412, "Your account has insufficient balance."),
        _ => return None,
    };
    Some((status, "", text.to_owned()))
}

/// A node's identifier is a number.
fn outer_id(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default()
}

fn inner_id(id: &str) -> String {
    format!("{:032x}", id.parse::<u64>().unwrap_or_default())
}

/// `P40` of `Nvidia-P40`.
fn card(model: &Model) -> String {
    model.name.replace(' ', "-")
}

/// `GDC.2xP40-24.100GB`.
fn name(it: &InstanceType) -> String {
    format!("GDC.{}x{}-{}.{}GB", it.gpus, card(it.model), it.vcpus(), it.ram_gib())
}

/// `GDC-2xP40-Ubuntu-22.04-GPU-Delhi`.
fn plan(it: &InstanceType, image: &str) -> String {
    format!("GDC-{}x{}-{image}-{}", it.gpus, card(it.model), CLASSES[0].2[0])
}

fn listed(it: &InstanceType, image: &str) -> Value {
    json!({
        "name": name(it),
        "plan": plan(it, image),
        "image": image,
        "location": CLASSES[0].2[0],
        "specs": {
            "sku_name": name(it),
            "ram": format!("{}.00", it.ram_gib()),
            "cpu": it.vcpus(),
            "disk_space": it.disk_gib(),
            "price_per_hour": dollars(it.rate_usd_micros_per_hour * RUPEES_PER_DOLLAR),
            "price_per_month": 100_000,
            "minimum_billing_amount": 0,
            "committed_sku": [],
        },
        "cpu_type": "vCPU",
        "gpu_card_details": {
            "UNIT_COUNT": it.gpus, "CARD_TYPE": format!("Nvidia-{}", card(it.model)),
        },
        "available_inventory_status": true,
        "currency": "INR",
    })
}

fn node(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    let ip = (*status != Status::Booting).then(|| machine.ip.to_string());
    json!({
        "id": outer_id(&machine.id),
        "name": machine.name,
        "plan": of.as_ref().map(name),
        "status": match status {
            Status::Booting => "Creating",
            Status::Active => "Running",
            Status::Stopping | Status::Stopped => "Powered off",
            Status::Terminating => "Terminating",
        },
        "public_ip_address": ip.unwrap_or_else(|| "[]".to_owned()),
        "private_ip_address": "10.0.0.5",
        "is_locked": false,
    })
}
