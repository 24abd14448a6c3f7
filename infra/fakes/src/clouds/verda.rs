//! Verda's wire format, REST API v1: <https://api.verda.com/v1/docs>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Key, Launch, NewKey, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{BEARER, Request, Wire, Words, dollars, empty, fitting};
use crate::faults::Answer;

/// How Verda speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some(CLIENT_ID),
    authorized_by: None,
    ends_at_once: false,
    prices_by_type: true,
    words,
    ..Wire::usual(("verda", PATH, CLIENT_SECRET), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// One price, in several locations.
const CLASSES: [Class; 1] = [("", 100, &["FIN-01", "FIN-03"])];

static MODELS: [Model; 3] = [
    model(("rtx_6000_ada", "RTX 6000 Ada"), (48, None), 99, [10, 60, 0]),
    model(("rtx_pro_6000", "RTX PRO 6000"), (96, None), 179, [22, 120, 0]),
    model(("b300_sxm6", "B300"), (288, Some("SXM6")), 619, [30, 275, 0]),
];

const PATH: &str = "/verda/v1";
const CLIENT_ID: &str = "local-verda-client";
const CLIENT_SECRET: &str = "local-verda-key";
/// What is had for the two of them. Those it replaces are no longer known.
const TOKEN: &str = "local-verda-token";
const TOKEN_SECS: u32 = 3_600;

#[derive(Deserialize)]
struct TokenBody {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    instance_type: String,
    #[serde(rename = "image")]
    _image: String,
    #[serde(rename = "ssh_key_ids")]
    _ssh_key_ids: Vec<String>,
    hostname: String,
    #[serde(rename = "description")]
    _description: String,
    location_code: String,
    startup_script_id: String,
    is_spot: bool,
    os_volume: VolumeBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VolumeBody {
    #[serde(rename = "name")]
    _name: String,
    size: u32,
}

#[derive(Deserialize)]
struct ActionBody {
    id: String,
    action: String,
    #[serde(default)]
    volume_ids: Vec<String>,
}

#[derive(Deserialize)]
struct ScriptBody {
    name: String,
    script: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    let words = request.words(PATH);
    if words.as_slice() == ["oauth2", "token"] {
        return token(&request.parsed()?);
    }
    if !request.bears(BEARER, TOKEN) {
        return Err(Problem::Unauthorized);
    }
    match (request.method.as_str(), words.as_slice()) {
        ("GET", ["instance-types" | "instance-availability"]) => Ok(Act::Offers(None)),
        ("GET", ["instances"]) => Ok(Act::Machines),
        ("POST", ["instances"]) => launch(request.parsed()?),
        ("PUT", ["instances"]) => action(request.parsed()?),
        ("GET", ["instances", id]) => Ok(Act::Machine((*id).to_owned())),
        ("GET", ["scripts"]) => Ok(Act::Keys),
        ("POST", ["scripts"]) => request.parsed().map(|body: ScriptBody| {
            Act::AddKey(NewKey { name: body.name, public: Some(body.script) })
        }),
        ("DELETE", ["scripts", id]) => Ok(Act::RemoveKey((*id).to_owned())),
        _ => Err(Problem::Missing("operation")),
    }
}

fn token(body: &TokenBody) -> Result<Act, Problem> {
    let wanted = (body.grant_type.as_str(), body.client_id.as_str(), body.client_secret.as_str());
    match wanted {
        ("client_credentials", CLIENT_ID, CLIENT_SECRET) => Ok(Act::Token),
        _ => Err(Problem::Unauthorized),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let instance_type = fitting(&SOLD, |it| type_name(it) == body.instance_type)?;
    if body.is_spot || body.os_volume.size < 50 {
        return Err(Problem::Invalid("No such instance.".to_owned()));
    }
    Ok(Act::Launch(Launch {
        name: body.hostname,
        instance_type,
        region: body.location_code,
        script_id: Some(body.startup_script_id),
        ..Launch::default()
    }))
}

fn action(body: ActionBody) -> Result<Act, Problem> {
    match body.action.as_str() {
        // Its disk would go on to be billed.
        "delete" if body.volume_ids != [volume_id(&body.id)] => {
            Err(Problem::Invalid("The volume is left over.".to_owned()))
        }
        "delete" => Ok(Act::Terminate(vec![body.id])),
        other => Err(Problem::Invalid(format!("Invalid action {other}."))),
    }
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    Some(match done {
        Done::TokenGranted => Answer::json(
            200,
            &json!({
                "access_token": TOKEN, "expires_in": TOKEN_SECS, "token_type": "Bearer",
                "refresh_token": "unused", "scope": "cloud-api-v1",
            }),
        ),
        Done::Offers(types) if request.words(PATH) == ["instance-types"] => {
            Answer::json(200, &types.iter().map(listed).collect())
        }
        Done::Offers(types) => Answer::json(200, &available(types)),
        Done::Machines(machines) => Answer::json(200, &machines.iter().map(instance).collect()),
        Done::Machine(machine) if request.method == "GET" => Answer::json(200, &instance(machine)),
        Done::Machine(_) | Done::Terminated(_) => empty(202),
        // Bare, unlike an added script's.
        Done::Launched(Seen { machine, .. }) => Answer { status: 202, body: machine.id.clone() },
        Done::Keys(scripts) => Answer::json(200, &scripts.iter().map(script).collect()),
        Done::KeyAdded { key, .. } => Answer::json(201, &json!(key.id)),
        Done::KeyRemoved => empty(200),
        Done::Account | Done::Charges(..) => return None,
    })
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::Missing("instance") => (400, "invalid_request", "Invalid instance id"),
        Problem::State(why) => (400, "invalid_request", *why),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// `2RTX6000ADA.20V`.
fn type_name(it: &InstanceType) -> String {
    let model = it.model.name.replace(' ', "").to_uppercase();
    format!("{}{model}.{}V", it.gpus, it.vcpus())
}

/// The disk that an instance boots from.
fn volume_id(instance_id: &str) -> String {
    format!("{instance_id}-os")
}

fn listed(it: &InstanceType) -> Value {
    let Model { name, memory_gib, form, .. } = it.model;
    let form = form.map(|form| format!("{form} ")).unwrap_or_default();
    let full = format!("{name} {form}{memory_gib}GB");
    let (vcpus, ram, memory) = (it.vcpus(), it.ram_gib(), memory_gib * it.gpus);
    // As with Verda, a price is a string.
    let price = dollars(it.rate_usd_micros_per_hour).to_string();
    json!({
        "id": format!("c01dd00d-{}", it.name),
        "instance_type": type_name(it),
        "model": name,
        "name": full,
        "currency": "usd",
        "description": "Dedicated Hardware Instance",
        "cpu": {"description": format!("{vcpus} CPU"), "number_of_cores": vcpus},
        "gpu": {"description": format!("{}x {full}", it.gpus), "number_of_gpus": it.gpus},
        "gpu_memory": {"description": format!("{memory}GB GPU RAM"), "size_in_gigabytes": memory},
        "memory": {"description": format!("{ram}GB RAM"), "size_in_gigabytes": ram},
        "price_per_hour": price,
        "spot_price": price,
        "storage": {"description": "dynamic"},
        "supported_os": ["ubuntu-22.04", "ubuntu-24.04"],
        "deploy_warning": null,
    })
}

/// The types by location.
fn available(types: &[InstanceType]) -> Value {
    let locations = CLASSES.iter().flat_map(|(_, _, locations)| locations.iter());
    let of = |location: &str| {
        let there = types.iter().filter(|it| it.regions.contains(&location));
        json!({"location_code": location, "availabilities": there.map(type_name).collect::<Value>()})
    };
    locations.map(|location| of(location)).collect()
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": machine.id,
        "instance_type": of.as_ref().map(type_name),
        "hostname": machine.name,
        "description": machine.name,
        "status": match status {
            Status::Booting => "provisioning",
            Status::Active | Status::Stopping => "running",
            Status::Stopped => "offline",
            Status::Terminating => "deleting",
        },
        // As with Verda, the address comes late.
        "ip": (*status != Status::Booting).then_some(machine.ip),
        "location": machine.region,
        "image": "ubuntu-24.04-cuda-12.8-open-docker",
        "os_volume_id": volume_id(&machine.id),
        "ssh_key_ids": [],
        "is_spot": false,
    })
}

fn script(Key { id, name, public, .. }: &Key) -> Value {
    json!({"id": id, "name": name, "script": public})
}
