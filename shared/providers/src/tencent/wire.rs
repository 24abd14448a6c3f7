//! What Tencent's API tells, and which GPUs its types have.

use domain::market::offer::Stock;
use serde::Deserialize;
use serde_json::{Number, Value};

use crate::cloud::{Life, Listed, Rate, Reached};
use crate::decimal::{MICROS_PLACES, Rounding, scaled};
use crate::plan::{Plan, gpu_mib};

/// GB of the disk of every machine of ours.
pub(super) const DISK_GB: u32 = 100;

/// Families of types with their GPU, and GB of its memory:
/// <https://www.tencentcloud.com/document/product/560/19701>.
pub(super) const GPUS: [(&str, &str, u32); 9] = [
    ("GN6", "P40", 24),
    ("GN6S", "P4", 8),
    ("GN7", "T4", 16),
    ("GN8", "P40", 24),
    ("GN10X", "V100 SXM2", 32),
    ("GN10Xp", "V100 SXM2", 32),
    ("GNV4", "A10", 24),
    ("GT4", "A100 SXM4", 40),
    ("PNV4", "A10", 24),
];

/// Every answer's outermost part.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(rename = "Response")]
    pub(super) response: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Problem {
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct Types {
    #[serde(rename = "InstanceTypeQuotaSet")]
    pub(super) all: Vec<Value>,
}

/// What a zone has of one type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Type {
    pub(super) zone: String,
    /// `GN7.2XLARGE32`.
    #[serde(rename = "InstanceType")]
    pub(super) kind: String,
    pub(super) instance_family: String,
    pub(super) cpu: u32,
    /// GB.
    pub(super) memory: u32,
    /// Less than one is a share of a GPU.
    pub(super) gpu: Option<Number>,
    pub(super) gpu_count: Option<u32>,
    /// `SELL` or `SOLD_OUT`.
    #[serde(default)]
    pub(super) status: String,
    /// `EnoughStock`, `NormalStock`, `UnderStock` or `WithoutStock`.
    pub(super) status_category: Option<String>,
    pub(super) price: Price,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Price {
    pub(super) unit_price: Option<Number>,
    #[serde(default)]
    pub(super) charge_unit: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Enquiry {
    pub(super) price: Whole,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Whole {
    pub(super) instance_price: Price,
    pub(super) bandwidth_price: Price,
}

#[derive(Deserialize)]
pub(super) struct Instances {
    #[serde(rename = "TotalCount")]
    pub(super) total: usize,
    #[serde(rename = "InstanceSet")]
    pub(super) all: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(rename = "InstanceId")]
    pub(super) id: String,
    #[serde(rename = "InstanceName", default)]
    pub(super) name: String,
    #[serde(rename = "InstanceType", default)]
    pub(super) kind: String,
    /// `PENDING`, `RUNNING`, `STOPPED`, `TERMINATING`, …, or a new word.
    #[serde(rename = "InstanceState")]
    pub(super) state: String,
    /// Null until it has one.
    #[serde(rename = "PublicIpAddresses")]
    pub(super) addresses: Option<Vec<String>>,
    #[serde(rename = "Placement")]
    pub(super) placement: Placement,
}

#[derive(Debug, Deserialize)]
pub(super) struct Placement {
    #[serde(rename = "Zone", default)]
    pub(super) zone: String,
}

#[derive(Deserialize)]
pub(super) struct Launched {
    #[serde(rename = "InstanceIdSet")]
    pub(super) ids: Vec<String>,
}

impl Price {
    /// Micro-dollars an hour; zero is no price.
    pub(super) fn micros(&self, rounding: Rounding) -> Option<i64> {
        let micros = scaled(&self.unit_price.as_ref()?.to_string(), MICROS_PLACES, rounding)?;
        i64::try_from(micros).ok().filter(|micros| *micros > 0 && self.charge_unit == "HOUR")
    }
}

impl Enquiry {
    /// What a machine costs beside its type, which costs `bare`. A disk that costs nothing is one
    /// whose price is not told.
    pub(super) fn extras(&self, bare: &Price) -> Option<i64> {
        let whole = self.price.instance_price.micros(Rounding::Up)?;
        let disk = whole.checked_sub(bare.micros(Rounding::Down)?).filter(|micros| *micros > 0)?;
        disk.checked_add(self.price.bandwidth_price.micros(Rounding::Up)?)
    }
}

impl Type {
    /// How many whole GPUs it has; `None` without one, and with a share of one.
    pub(super) fn gpus(&self) -> Option<u32> {
        let thousandths = scaled(&self.gpu.as_ref()?.to_string(), 3, Rounding::Up)?;
        let count = self.gpu_count.filter(|count| *count > 0)?;
        Some(count).filter(|count| u64::from(*count) * 1_000 == thousandths)
    }

    pub(super) fn stock(&self) -> Stock {
        match (self.status.as_str(), self.status_category.as_deref()) {
            ("SELL", Some("EnoughStock")) => Stock::High,
            ("SELL", Some("UnderStock")) => Stock::Low,
            ("SELL", Some("WithoutStock")) => Stock::None,
            ("SELL", _) => Stock::Medium,
            _ => Stock::None,
        }
    }

    /// `None` without whole GPUs of a family that we know.
    pub(super) fn plan(self, extras: Option<i64>) -> Option<Plan> {
        let (_, model, gb) = GPUS.iter().find(|(family, ..)| *family == self.instance_family)?;
        let rate = self.price.micros(Rounding::Up).zip(extras);
        Some(Plan {
            gpus: self.gpus()?,
            spellings: vec![(*model).to_owned()],
            gpu_memory_mib: gpu_mib(*gb),
            vcpus: self.cpu,
            ram_gib: self.memory,
            disk_gib: DISK_GB,
            rate_micros: rate.and_then(|(type_, extras)| type_.checked_add(extras)),
            places: vec![(self.zone.clone(), self.stock())],
            priced_in: Some(self.zone),
            kind: self.kind,
            ..Plan::default()
        })
    }
}

impl Instance {
    pub(super) fn listed(self) -> Listed {
        let ip = self.addresses.iter().flatten().next();
        Listed {
            life: match self.state.as_str() {
                "PENDING" | "STARTING" => Life::Starting,
                "SHUTDOWN" => Life::Binned,
                "TERMINATING" => Life::Going,
                "LAUNCH_FAILED" => Life::Gone,
                // Billed in full, even if it is off.
                _ => Life::Running,
            },
            reached: Reached::at(ip.map(String::as_str)).filter(|_| self.state == "RUNNING"),
            id: self.id,
            name: self.name,
            kind: self.kind,
            region: self.placement.zone,
            rate: Rate::OfPlan,
            disk_id: None,
        }
    }
}
