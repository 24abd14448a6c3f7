//! What a local cloud sells, in nobody's words.
//!
//! Each model comes in four counts, and each of those in three types of the same size at rising
//! prices. Only these three, all of them in one country, can stand in for each other, so a test that takes a
//! model and a count has them to itself; for the same reason no two clouds sell the same model.

/// A model of GPU, and what comes with each one.
#[derive(Debug, PartialEq)]
pub(super) struct Model {
    /// The part of a type's name that tells the model.
    slug: &'static str,
    /// As people write it: `H100`, `Tesla V100`.
    pub(super) name: &'static str,
    pub(super) memory_gib: u32,
    /// How it is mounted: `PCIe`, `SXM5`.
    pub(super) form: Option<&'static str>,
    cents_per_hour: u32,
    vcpus: u32,
    ram_gib: u32,
    disk_gib: u32,
}

/// A model by its name in types and as people write it, its memory and form, its price in cents per
/// hour, and the vCPUs, GiB of memory and GiB of disk that come with each GPU.
pub(super) const fn model(
    (slug, name): (&'static str, &'static str),
    (memory_gib, form): (u32, Option<&'static str>),
    cents_per_hour: u32,
    [vcpus, ram_gib, disk_gib]: [u32; 3],
) -> Model {
    Model { slug, name, memory_gib, form, cents_per_hour, vcpus, ram_gib, disk_gib }
}

const COUNTS: [u32; 4] = [1, 2, 4, 8];
/// Ending of the type's name, price in percent, and the regions that have some.
const CLASSES: [(&str, u32, &[&str]); 3] = [
    ("", 100, &["us-east-1", "us-west-1"]),
    ("_plus", 110, &["us-south-1"]),
    ("_max", 120, &["us-midwest-1"]),
];
const USD_MICROS_PER_CENT: u32 = 10_000;

/// A type of machine.
#[derive(Clone, Debug)]
pub(super) struct InstanceType {
    /// `gpu_2x_a10_plus`.
    pub(super) name: String,
    pub(super) model: &'static Model,
    pub(super) gpus: u32,
    /// A whole number of cents.
    pub(super) rate_usd_micros_per_hour: u32,
    pub(super) regions: &'static [&'static str],
}

impl InstanceType {
    pub(super) fn vcpus(&self) -> u32 {
        self.model.vcpus * self.gpus
    }

    pub(super) fn ram_gib(&self) -> u32 {
        self.model.ram_gib * self.gpus
    }

    pub(super) fn disk_gib(&self) -> u32 {
        self.model.disk_gib * self.gpus
    }
}

/// Every type that a cloud with these models sells.
pub(super) fn instance_types(models: &'static [Model]) -> impl Iterator<Item = InstanceType> {
    let of_count = |model: &'static Model, gpus: u32| {
        CLASSES.into_iter().map(move |(ending, percent, regions)| {
            let cents_per_hour = (model.cents_per_hour * gpus * percent).div_ceil(100);
            InstanceType {
                name: format!("gpu_{gpus}x_{}{ending}", model.slug),
                model,
                gpus,
                rate_usd_micros_per_hour: cents_per_hour * USD_MICROS_PER_CENT,
                regions,
            }
        })
    };
    models
        .iter()
        .flat_map(move |model| COUNTS.into_iter().flat_map(move |gpus| of_count(model, gpus)))
}

/// The type of this name at a cloud with these models.
pub(super) fn instance_type(models: &'static [Model], name: &str) -> Option<InstanceType> {
    instance_types(models).find(|it| it.name == name)
}
