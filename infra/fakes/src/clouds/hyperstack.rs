//! Hyperstack's wire format: <https://docs.hyperstack.cloud/docs/api-reference/>.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Key, Launch, NewKey, Problem, Seen};
use super::bill;
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, fitting, page_of};
use crate::faults::Answer;

/// How Hyperstack speaks.
pub(super) static WIRE: Wire = Wire {
    authorized_by: Some(("api_key", "")),
    ends_at_once: false,
    prices_by_type: true,
    words,
    error: |(_, code, text)| json!({"status": false, "message": text, "error_reason": code}),
    ..Wire::usual(("hyperstack", PATH, "local-hyperstack-key"), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

const CLASSES: [Class; 1] = [("", 100, &["CANADA-1", "NORWAY-1"])];

static MODELS: [Model; 2] = [
    model(("rtx_a4000", "RTX A4000"), (16, None), 15, [6, 24, 100]),
    model(("l40", "L40"), (48, None), 100, [28, 58, 100]),
];

const PATH: &str = "/hyperstack/v1";

/// What a machine is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    environment_name: String,
    image_name: String,
    flavor_name: String,
    #[serde(default)]
    key_name: Option<String>,
    count: u32,
    assign_floating_ip: bool,
    user_data: String,
    security_rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    direction: String,
    #[serde(rename = "protocol")]
    _protocol: String,
    #[serde(rename = "ethertype")]
    _ethertype: String,
    #[serde(rename = "remote_ip_prefix")]
    _remote_ip_prefix: String,
    port_range_min: u16,
    #[serde(rename = "port_range_max")]
    _port_range_max: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyBody {
    name: String,
    #[serde(rename = "environment_name")]
    _environment_name: String,
    public_key: String,
}

fn read(request: &Request) -> Result<Act, Problem> {
    match (request.method.as_str(), request.words(PATH).as_slice()) {
        ("GET", ["core", "flavors"] | ["pricebook"]) => Ok(Act::Offers(None)),
        ("GET", ["core", "virtual-machines"]) => Ok(Act::Machines),
        ("GET", ["billing", "billing", "history"]) => {
            let date = |name| request.query(name)?.strip_suffix("T00:00:00")?.parse().ok();
            bill::of_day(date("start_date"), date("end_date"))
        }
        ("POST", ["core", "virtual-machines"]) => launch(request.parsed()?),
        ("GET", ["core", "virtual-machines", id]) => Ok(Act::Machine(inner_id(id))),
        ("DELETE", ["core", "virtual-machines", id]) => Ok(Act::Terminate(vec![inner_id(id)])),
        ("GET", ["core", "keypairs"]) => Ok(Act::Keys),
        ("POST", ["core", "keypairs"]) => request.parsed().map(|body: KeyBody| {
            Act::AddKey(NewKey { name: body.name, public: Some(body.public_key) })
        }),
        ("DELETE", ["core", "keypairs", id]) => Ok(Act::RemoveKey(inner_id(id))),
        _ => Err(Problem::Missing("resource")),
    }
}

fn launch(body: CreateBody) -> Result<Act, Problem> {
    let kind = fitting(&SOLD, |it| flavor_name(it) == body.flavor_name)?;
    let region =
        body.environment_name.strip_prefix("default-").ok_or(Problem::Missing("environment"))?;
    let ssh =
        body.security_rules.iter().any(|it| it.port_range_min == 22 && it.direction == "ingress");
    if body.count != 1 || !body.assign_floating_ip || !ssh || body.image_name.is_empty() {
        return Err(Problem::Invalid("Nobody could reach this machine.".to_owned()));
    }
    let launch = Launch::told((body.name, kind, region.to_owned()), body.user_data);
    Ok(Act::Launch(Launch { ssh_key_names: body.key_name.into_iter().collect(), ..launch }))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let body = match done {
        Done::Offers(types) if request.words(PATH) == ["pricebook"] => {
            let ones = types.iter().filter(|it| it.gpus == 1);
            let price = |it: &InstanceType| {
                let value = dollars(it.rate_usd_micros_per_hour).to_string();
                [
                    json!({"id": 1, "name": gpu(it), "value": value, "start_time": null}),
                    json!({"id": 2, "name": format!("{}-spot", gpu(it)), "value": "0.01"}),
                ]
            };
            return Some(Answer::json(200, &ones.flat_map(price).collect()));
        }
        Done::Offers(types) => {
            let groups = types.iter().flat_map(|it| it.regions.iter().map(|at| group(it, at)));
            json!({"status": true, "message": "Getting flavors", "data": groups.collect::<Value>()})
        }
        Done::Machines(machines) => {
            let number = request.number("page").unwrap_or(1);
            let all: Vec<_> = machines.iter().map(instance).collect();
            let Page { items, size, total, .. } = page_of(request, "pageSize", (number, all));
            json!({
                "status": true, "count": total, "page": number, "page_size": size,
                "instances": items,
            })
        }
        Done::Machine(machine) => json!({"status": true, "instance": instance(machine)}),
        Done::Launched(machine) => json!({"status": true, "instances": [instance(machine)]}),
        Done::Keys(keys) => {
            json!({"status": true, "keypairs": keys.iter().map(key).collect::<Value>()})
        }
        Done::KeyAdded { key: added, .. } => json!({"status": true, "keypair": key(added)}),
        Done::Terminated(_) | Done::KeyRemoved => json!({"status": true, "message": "Deleting"}),
        Done::Charges(_, micros) => billed(*micros),
        Done::TokenGranted | Done::Account => return None,
    };
    Some(Answer::json(200, &body))
}

/// What the account was charged, always in one entry.
fn billed(micros: i64) -> Value {
    let amount = bill::number(micros);
    let metrics = json!({"incurred_bill": amount, "non_discounted_bill": 99.5, "vm_cost": amount});
    let history = json!([{"attributes": {"id": "local"}, "metrics": metrics}]);
    json!({
        "status": true, "message": "Billing History Retrieved Successfully.",
        "billing_history": {"org_id": 1, "billing_history": history, "total_count": 1},
    })
}

fn words(problem: &Problem) -> Option<Words> {
    let (status, code, text) = match problem {
        Problem::NoCapacity => (409, "conflict", "There is not enough stock available."),
        Problem::Quota => (400, "bad_request", "You have reached your quota of instances."),
        _ => return None,
    };
    Some((status, code, text.to_owned()))
}

/// An identifier is a number.
fn outer_id(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default()
}

fn inner_id(id: &str) -> String {
    format!("{:032x}", id.parse::<u64>().unwrap_or_default())
}

fn gpu(it: &InstanceType) -> String {
    it.model.name.replace(' ', "-")
}

fn flavor_name(it: &InstanceType) -> String {
    format!("n3-{}x{}", gpu(it), it.gpus)
}

fn group(it: &InstanceType, region: &str) -> Value {
    let flavor = json!({
        "id": 1,
        "name": flavor_name(it),
        "region_name": region,
        "cpu": it.vcpus(),
        "ram": it.ram_gib(),
        "disk": it.disk_gib(),
        "ephemeral": 750,
        "gpu": gpu(it),
        "gpu_count": it.gpus,
        "stock_available": true,
    });
    json!({"gpu": gpu(it), "region_name": region, "flavors": [flavor]})
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let of = instance_type(&SOLD, &machine.instance_type);
    json!({
        "id": outer_id(&machine.id),
        "name": machine.name,
        "status": match status {
            Status::Booting => "BUILD",
            Status::Active => "ACTIVE",
            Status::Stopping | Status::Stopped => "SHUTOFF",
            Status::Terminating => "DELETING",
        },
        "environment": {"name": format!("default-{}", machine.region), "region": machine.region},
        "flavor": {"id": 1, "name": of.as_ref().map(flavor_name)},
        "fixed_ip": "10.0.0.2",
        "floating_ip": (*status != Status::Booting).then_some(machine.ip),
    })
}

fn key(Key { id, name, public, .. }: &Key) -> Value {
    json!({"id": outer_id(id), "name": name, "public_key": public})
}
