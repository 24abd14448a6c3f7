//! What the local Lambda sells.
//!
//! Each model comes in four counts, and each of those in three types of the same size at rising
//! prices. Only these three can stand in for each other, so a test that takes a model and a count
//! has them for itself.

use serde_json::{Value, json};

/// Name in types, description, price in cents per GPU and hour, and vCPU, GiB of memory and GiB of
/// disk per GPU.
type Model = (&'static str, &'static str, u32, [u32; 3]);

const MODELS: [Model; 7] = [
    ("a10", "A10 (24 GB PCIe)", 75, [30, 200, 1_400]),
    ("a6000", "A6000 (48 GB)", 80, [14, 100, 512]),
    ("v100", "Tesla V100 (16 GB)", 55, [11, 56, 512]),
    ("a100_80gb_sxm4", "A100 (80 GB SXM4)", 179, [30, 225, 1_024]),
    ("h100_pcie", "H100 (80 GB PCIe)", 249, [26, 200, 1_024]),
    ("h100_sxm5", "H100 (80 GB SXM5)", 299, [26, 225, 2_816]),
    ("b200_sxm6", "B200 (180 GB SXM6)", 499, [26, 360, 2_816]),
];
const COUNTS: [u32; 4] = [1, 2, 4, 8];
/// Ending of the type's name, price in percent, and where there is some.
const CLASSES: [(&str, u32, &[&str]); 3] = [
    ("", 100, &["us-east-1", "us-west-1"]),
    ("_plus", 110, &["us-south-1"]),
    ("_max", 120, &["europe-central-1"]),
];

/// A type of machine.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) cents_per_hour: u32,
    pub(super) regions: &'static [&'static str],
    gpu_description: &'static str,
    gpus: u32,
    specs: [u32; 3],
}

impl Kind {
    /// The type in Lambda's words, at `cents_per_hour`.
    pub(super) fn told(&self, cents_per_hour: u32) -> Value {
        let [vcpus, memory_gib, storage_gib] = self.specs.map(|each| each * self.gpus);
        json!({
            "name": self.name,
            "description": format!("{}x {}", self.gpus, self.gpu_description),
            "gpu_description": self.gpu_description,
            "price_cents_per_hour": cents_per_hour,
            "specs": {
                "vcpus": vcpus,
                "memory_gib": memory_gib,
                "storage_gib": storage_gib,
                "gpus": self.gpus,
            },
        })
    }
}

/// Every type.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    let of_count = |(name, gpu_description, cents, specs): Model, gpus: u32| {
        CLASSES.into_iter().map(move |(ending, percent, regions)| Kind {
            name: format!("gpu_{gpus}x_{name}{ending}"),
            cents_per_hour: (cents * gpus * percent).div_ceil(100),
            regions,
            gpu_description,
            gpus,
            specs,
        })
    };
    MODELS
        .into_iter()
        .flat_map(move |model| COUNTS.into_iter().flat_map(move |gpus| of_count(model, gpus)))
}

/// The type of this name.
pub(super) fn kind(name: &str) -> Option<Kind> {
    kinds().find(|kind| kind.name == name)
}

/// A region in Lambda's words.
pub(super) fn region(name: &str) -> Value {
    json!({ "name": name, "description": name })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_test_can_have_types_of_its_own_with_a_stand_in() {
        let names: HashSet<_> = kinds().map(|kind| kind.name).collect();
        assert_eq!(names.len(), kinds().count());
        assert!(MODELS.len() * COUNTS.len() >= 24);
        let prices: Vec<_> = kinds().take(CLASSES.len()).map(|kind| kind.cents_per_hour).collect();
        assert_eq!(prices, [75, 83, 90]);
    }
}
