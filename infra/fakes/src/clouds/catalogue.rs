//! What a local cloud sells, in nobody's words.
//!
//! Each model comes in four counts, and each of those in one type of the same size for each class
//! of price. Only these, all in one country, can stand in for each other, so a test that takes a model
//! and a count has them to itself; for the same reason no two clouds sell the same model.

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
const USD_MICROS_PER_CENT: u32 = 10_000;

/// Ending of the type's name, price in percent, and the regions that have some.
pub(super) type Class = (&'static str, u32, &'static [&'static str]);

/// All that a cloud sells: every model in every class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sold {
    pub(super) models: &'static [Model],
    pub(super) classes: &'static [Class],
}

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

/// Every type that a cloud sells.
pub(super) fn instance_types(sold: &Sold) -> impl Iterator<Item = InstanceType> + use<> {
    let Sold { models, classes } = *sold;
    let of_count = move |model: &'static Model, gpus: u32| {
        classes.iter().map(move |(ending, percent, regions)| {
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

/// The type of this name.
pub(super) fn instance_type(sold: &Sold, name: &str) -> Option<InstanceType> {
    instance_types(sold).find(|it| it.name == name)
}
