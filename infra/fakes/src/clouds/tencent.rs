//! The wire format of Tencent, CVM API of 2017-03-12:
//! <https://www.tencentcloud.com/document/product/213/33281>.

mod signature;

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{Act, Done, Launch, Problem, Seen};
use super::catalogue::{Class, InstanceType, Model, Sold, instance_type, model};
use super::machine::Status;
use super::wire::{Page, Request, Wire, Words, dollars, fitting, page_of};
use crate::faults::Answer;

/// How Tencent speaks.
pub(super) static WIRE: Wire = Wire {
    client_id: Some(SECRET_ID),
    project: Some(REGION),
    image: Some(IMAGE),
    authorized_by: None,
    ends_at_once: false,
    has_bin: true,
    prices_by_type: true,
    words,
    error: |(_, code, text)| json!({"Response": {"Error": {"Code": code, "Message": text}, "RequestId": "r"}}),
    ..Wire::usual(("tencent", PATH, SECRET_KEY), SOLD, read, told)
};

const SOLD: Sold = Sold { models: &MODELS, classes: &CLASSES };

/// Zones of the one region of the account.
const CLASSES: [Class; 1] = [("", 100, &["eu-frankfurt-1", "eu-frankfurt-2"])];

static MODELS: [Model; 2] = [
    model(("p4", "P4"), (8, None), 52, [4, 32, 0]),
    model(("v100_sxm2_32gb", "Tesla V100"), (32, Some("SXM2")), 188, [10, 40, 0]),
];

const PATH: &str = "/tencent";
const SECRET_ID: &str = "local-tencent-id";
const SECRET_KEY: &str = "local-tencent-key";
const REGION: &str = "eu-frankfurt";
const IMAGE: &str = "img-local001";
/// What a machine's disk costs an hour, in micro-dollars.
const DISK_USD_MICROS: u32 = 12_500;
/// What a Mbit/s costs an hour, in micro-dollars.
const BANDWIDTH_USD_MICROS: u32 = 8_000;
const DISK_GB: u32 = 100;

/// What an instance is created with; any other field is a mistake of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RunBody {
    instance_charge_type: String,
    placement: Placement,
    instance_type: String,
    image_id: String,
    system_disk: SystemDisk,
    internet_accessible: Internet,
    instance_count: u32,
    #[serde(default)]
    instance_name: String,
    #[serde(default)]
    client_token: String,
    #[serde(default)]
    user_data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Placement {
    zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct SystemDisk {
    #[serde(rename = "DiskType")]
    _type: String,
    disk_size: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Internet {
    #[serde(rename = "InternetChargeType")]
    charge_type: String,
    #[serde(rename = "InternetMaxBandwidthOut")]
    bandwidth: u32,
    public_ip_assigned: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListBody {
    #[serde(default)]
    instance_ids: Vec<String>,
    #[serde(default)]
    offset: usize,
}

/// The action that a request asks for.
fn action(request: &Request) -> &str {
    header(request, "x-tc-action")
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

fn read(request: &Request) -> Result<Act, Problem> {
    if !signature::is_good(request, (SECRET_ID, SECRET_KEY)) {
        return Err(Problem::Unauthorized);
    }
    let place = (header(request, "x-tc-version"), header(request, "x-tc-region"));
    if place != ("2017-03-12", REGION) {
        return Err(Problem::Invalid("The version or region is not supported.".to_owned()));
    }
    match action(request) {
        "DescribeZoneInstanceConfigInfos" => Ok(Act::Offers(None)),
        "InquiryPriceRunInstances" => {
            sound(&request.parsed()?)?;
            Ok(Act::Offers(None))
        }
        "DescribeInstances" => {
            let ListBody { instance_ids, .. } = request.parsed()?;
            Ok(instance_ids.into_iter().next().map_or(Act::Machines, Act::Machine))
        }
        "RunInstances" => launch(request.parsed()?),
        "TerminateInstances" => {
            let ListBody { instance_ids, .. } = request.parsed()?;
            Ok(Act::Terminate(instance_ids))
        }
        _ => Err(Problem::Missing("action")),
    }
}

/// The type that is asked for, if the rest makes sense.
fn sound(body: &RunBody) -> Result<String, Problem> {
    let is_sound = body.instance_charge_type == "POSTPAID_BY_HOUR"
        && body.image_id == IMAGE
        && body.system_disk.disk_size == DISK_GB
        && body.internet_accessible.charge_type == "BANDWIDTH_POSTPAID_BY_HOUR"
        && (1..=100).contains(&body.internet_accessible.bandwidth)
        && body.internet_accessible.public_ip_assigned
        && body.instance_count == 1
        && body.instance_name.len() <= 60
        && body.client_token.len() <= 64;
    if !is_sound {
        return Err(Problem::Invalid("A parameter is wrong.".to_owned()));
    }
    fitting(&SOLD, |it| type_name(it) == body.instance_type)
}

fn launch(body: RunBody) -> Result<Act, Problem> {
    let kind = sound(&body)?;
    if body.client_token.is_empty() || body.client_token != body.instance_name {
        return Err(Problem::Invalid("It could be made twice.".to_owned()));
    }
    let user_data = BASE64.decode(body.user_data.as_bytes()).ok();
    let user_data = user_data.and_then(|bytes| String::from_utf8(bytes).ok());
    let user_data = user_data.ok_or(Problem::Invalid("Wrong UserData.".to_owned()))?;
    let launch = Launch::told((body.instance_name, kind, body.placement.zone), user_data);
    Ok(Act::Launch(Launch { is_once: true, ..launch }))
}

fn told(request: &Request, done: &Done) -> Option<Answer> {
    let response = match done {
        Done::Offers(types) if action(request) == "InquiryPriceRunInstances" => {
            enquiry(&request.parsed().ok()?, types)?
        }
        Done::Offers(types) => {
            let rows = types.iter().flat_map(|it| it.regions.iter().map(|zone| listed(it, zone)));
            json!({"InstanceTypeQuotaSet": rows.collect::<Value>(), "RequestId": "r"})
        }
        Done::Machines(machines) => {
            let ListBody { offset, .. } = request.parsed().ok()?;
            let all: Vec<_> = machines.iter().map(instance).collect();
            json!({"TotalCount": all.len(), "InstanceSet": from(request, offset, all)})
        }
        Done::Machine(machine) => json!({"TotalCount": 1, "InstanceSet": [instance(machine)]}),
        Done::Launched(Seen { machine, .. }) => json!({"InstanceIdSet": [machine.id]}),
        Done::Terminated(_) => json!({"RequestId": "r"}),
        Done::TokenGranted
        | Done::Account
        | Done::Charges(..)
        | Done::Keys(_)
        | Done::KeyAdded { .. }
        | Done::KeyRemoved => {
            return None;
        }
    };
    Some(Answer::json(200, &json!({"Response": response})))
}

/// A page, as large as all clouds' here.
fn from(request: &Request, offset: usize, all: Vec<Value>) -> Vec<Value> {
    let Page { size, .. } = page_of(request, "", (1, Vec::new()));
    page_of(request, "", (offset / size + 1, all)).items
}

fn words(problem: &Problem) -> Option<Words> {
    let (code, text) = match problem {
        Problem::Unauthorized => ("AuthFailure.SignatureFailure", "The signature is wrong."),
        Problem::Missing("instance") => ("InvalidInstanceId.NotFound", "No instance found."),
        Problem::Missing(_) => ("InvalidParameterValue", "There is no such thing."),
        Problem::Invalid(why) => ("InvalidParameterValue", why.as_str()),
        Problem::State(why) => ("InvalidInstanceState", *why),
        Problem::Quota => ("LimitExceeded.InstanceQuota", "Too many instances."),
        Problem::NoCapacity => {
            ("ResourceInsufficient.SpecifiedInstanceType", "The type is sold out.")
        }
        Problem::Declined => ("InvalidAccount.InsufficientBalance", "Pay first."),
        Problem::TooSoon => ("RequestLimitExceeded", "Slow down."),
        Problem::Fails(_) | Problem::Broken(_) => return None,
    };
    // As with Tencent, an answer has this status whatever it says.
    Some((200, code, text.to_owned()))
}

fn family(model: &Model) -> &'static str {
    if model.memory_gib == 8 { "GN6S" } else { "GN10Xp" }
}

/// `GN6S.2XLARGE64`.
fn type_name(it: &InstanceType) -> String {
    format!("{}.{}XLARGE{}", family(it.model), it.gpus, it.ram_gib())
}

fn listed(it: &InstanceType, zone: &str) -> Value {
    json!({
        "Zone": zone,
        "InstanceType": type_name(it),
        "InstanceFamily": family(it.model),
        "TypeName": "GPU",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "Cpu": it.vcpus(),
        "Memory": it.ram_gib(),
        "Gpu": it.gpus,
        "GpuCount": it.gpus,
        "Status": "SELL",
        "StatusCategory": "NormalStock",
        "Externals": {},
        "LocalDiskTypeList": [],
        "Price": {
            "UnitPrice": dollars(it.rate_usd_micros_per_hour),
            "UnitPriceDiscount": dollars(it.rate_usd_micros_per_hour),
            "Discount": 100,
            "ChargeUnit": "HOUR",
        },
    })
}

/// What one machine costs with its disk, and the bandwidth of its address.
fn enquiry(body: &RunBody, types: &[InstanceType]) -> Option<Value> {
    let it = types.iter().find(|it| type_name(it) == body.instance_type)?;
    let bandwidth = body.internet_accessible.bandwidth * BANDWIDTH_USD_MICROS;
    let price = dollars(it.rate_usd_micros_per_hour + DISK_USD_MICROS);
    Some(json!({"Price": {
        "InstancePrice": {"UnitPrice": price, "ChargeUnit": "HOUR", "Discount": 100},
        "BandwidthPrice": {"UnitPrice": dollars(bandwidth), "ChargeUnit": "HOUR"},
    }}))
}

fn instance(Seen { machine, status }: &Seen) -> Value {
    let ips = (*status != Status::Booting).then(|| vec![machine.ip]);
    json!({
        "InstanceId": machine.id,
        "InstanceName": machine.name,
        "InstanceType": instance_type(&SOLD, &machine.instance_type).as_ref().map(type_name),
        "InstanceState": match status {
            Status::Stopping | Status::Stopped if machine.is_binned => "SHUTDOWN",
            Status::Booting => "PENDING",
            Status::Active => "RUNNING",
            Status::Stopping => "STOPPING",
            Status::Stopped => "STOPPED",
            Status::Terminating => "TERMINATING",
        },
        "PublicIpAddresses": ips,
        "PrivateIpAddresses": ["10.0.0.5"],
        "Placement": {"Zone": machine.region, "ProjectId": 0},
    })
}
