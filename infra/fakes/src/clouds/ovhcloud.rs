//! `OVHcloud`'s wire format, API 1.0: <https://eu.api.ovh.com/console/>.

use serde::Deserialize;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Request, Wire, Words, empty, fitting};
use crate::faults::Answer;

/// How `OVHcloud` speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some("local-application:local-consumer"),
    project: Some(PROJECT),
    image: Some(IMAGE),
    euro: Some("1.25"),
    prices_by_type: true,
    authorized_by: None,
    words,
    error: |(_, code, text)| json!({"errorCode": code, "message": text}),
    ..Wire::usual(("ovhcloud", PATH, SECRET), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const REGIONS: [&str; 2] = ["GRA11", "SBG7"];
const CLASSES: [Class; 1] = [("", 100, &REGIONS)];

/// Their prices are in the world's dollars, and told in hundred millionths of a euro at the rate above.
static MODELS: [Model; 1] = [model(("rtx5000", "Quadro RTX 5000"), (16, None), 70, [4, 28, 400])];

const PATH: &str = "/ovhcloud/1.0";
const APPLICATION: &str = "local-application";
const CONSUMER: &str = "local-consumer";
const SECRET: &str = "local-ovhcloud-secret";
const PROJECT: &str = "0123456789abcdef";
const IMAGE: &str = "NVIDIA GPU Cloud (NGC)";

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CreateBody {
    name: String,
    flavor_id: String,
    image_id: String,
    region: String,
    user_data: String,
    monthly_billing: bool,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let (method, words) = (request.method.as_str(), request.words(PATH));
    // Anybody may read the catalogue.
    if (method, words.as_slice()) == ("GET", &["order", "catalog", "public", "cloud"]) {
        return Ok(Act::Offers(None));
    }
    if !is_signed(request).unwrap_or(false) {
        return Err(Problem::Unauthorized);
    }
    let ["cloud", "project", PROJECT, rest @ ..] = words.as_slice() else {
        return Err(Problem::Missing("service"));
    };
    match (method, rest) {
        ("GET", ["flavor"]) => Ok(Act::Offers(None)),
        ("GET", ["image"]) => Ok(Act::Keys),
        ("GET", ["instance"]) => Ok(Act::Machines),
        ("POST", ["instance"]) => launch(request.parsed()?),
        ("GET", ["instance", id]) => Ok(Act::Machine((*id).to_owned())),
        ("DELETE", ["instance", id]) => Ok(Act::Terminate(vec![(*id).to_owned()])),
        _ => Err(Problem::Missing("resource")),
    }
}

/// Whether it bears the signature that the one application makes.
fn is_signed(request: &Request) -> Option<bool> {
    let header = |name| request.headers.get(name)?.to_str().ok();
    let (method, at) = (&request.method, header("x-ovh-timestamp")?);
    let url = format!("http://{}{}", header("host")?, request.uri);
    let body = std::str::from_utf8(&request.body).ok()?;
    let signed = format!("{SECRET}+{CONSUMER}+{method}+{url}+{body}+{at}");
    let signature = format!("$1${:x}", Sha1::digest(signed));
    let who = (header("x-ovh-application")?, header("x-ovh-consumer")?);
    Some(who == (APPLICATION, CONSUMER) && header("x-ovh-signature")? == signature)
}

fn launch(it: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |sold| flavor_id(sold, &it.region) == it.flavor_id)?;
    if it.image_id != image_id(&it.region) || it.monthly_billing {
        return Err(Problem::Invalid("Invalid parameters".to_owned()));
    }
    Ok(Act::Launch(Launch::told((it.name, kind, it.region), it.user_data)))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) if request.words(PATH).first() == Some(&"order") => catalogue(types),
        Done::Offers(types) => {
            let flavors = types.iter().flat_map(|it| REGIONS.map(|region| flavor(it, region)));
            flavors.collect()
        }
        Done::Keys(_) => {
            let region = request.query("region").unwrap_or_default();
            let other = json!({"id": "other", "name": "Debian 13", "region": region});
            json!([other, {"id": image_id(region), "name": IMAGE, "region": region}])
        }
        Done::Machines(machines) => machines.iter().map(listed).collect(),
        Done::Machine(machine) | Done::Launched(machine) => one(machine),
        Done::Terminated(_) => return Some(empty(200)),
        Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => return None,
    };
    Some(Answer::json(200, &body))
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::Unauthorized => (400, "INVALID_SIGNATURE", "Invalid signature"),
        Problem::NoCapacity => (400, "", "This flavor is not available in this region"),
        Problem::Quota => (400, "", "Not enough quota in this region"),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// `rtx5000-28`.
fn name(it: &InstanceType) -> String {
    format!("rtx5000-{}", it.ram_gib())
}

/// The same flavor has an identifier for each region.
fn flavor_id(it: &InstanceType, region: &str) -> String {
    format!("{:08x}-{}", it.gpus, region.to_lowercase())
}

fn image_id(region: &str) -> String {
    format!("ngc-{}", region.to_lowercase())
}

fn plan_code(it: &InstanceType) -> String {
    format!("{}.consumption", name(it))
}

fn flavor(it: &InstanceType, region: &str) -> Value {
    json!({
        "id": flavor_id(it, region),
        "name": name(it),
        "region": region,
        "vcpus": it.vcpus(),
        "ram": it.ram_gib() * 1_000,
        "disk": it.disk_gib(),
        "available": true,
        "quota": 5,
        "osType": "linux",
        "type": "ovh.gpu",
        "planCodes": {"hourly": plan_code(it), "monthly": null},
    })
}

fn catalogue(types: &[InstanceType]) -> Value {
    let row = |it: &InstanceType| {
        let price = u64::from(it.rate_usd_micros_per_hour / 5 * 4) * 100;
        let gpu = json!({
            "model": it.model.name.replace("Quadro RTX ", "Quadro-RTX"),
            "number": it.gpus,
            "memory": {"size": it.model.memory_gib},
        });
        json!({
            "planCode": plan_code(it),
            "pricings": [{"price": price, "interval": 1, "intervalUnit": "hour", "tax": 0}],
            "blobs": {
                "commercial": {"brick": "gpu"},
                "tags": ["active"],
                "technical": {"gpu": gpu, "memory": {"size": it.ram_gib()}},
            },
        })
    };
    json!({
        "locale": {"currencyCode": "EUR", "subsidiary": "FR", "taxRate": 20},
        "plans": [],
        "addons": types.iter().map(row).collect::<Value>(),
    })
}

/// Where several are told, each says only the identifier of its flavor.
fn listed(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    let ip = json!({"ip": machine.ip, "type": "public", "version": 4});
    let private = json!({"ip": "10.0.0.1", "type": "private", "version": 4});
    json!({
        "id": machine.id,
        "name": machine.name,
        "flavorId": of.as_ref().map(|it| flavor_id(it, &machine.region)),
        "region": machine.region,
        "status": match status {
            Status::Booting => "BUILD",
            Status::Active => "ACTIVE",
            Status::Stopping | Status::Stopped => "SHUTOFF",
            Status::Terminating => "DELETING",
        },
        "ipAddresses": if *status == Status::Booting { json!([]) } else { json!([private, ip]) },
        "monthlyBilling": null,
    })
}

fn one(seen: &Seen) -> Value {
    let mut instance = listed(seen);
    let id = instance["flavorId"].take();
    instance["flavor"] = json!({ "id": id });
    instance
}
