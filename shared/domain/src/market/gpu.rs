//! Canonical GPU models: one name for the dozens of ways clouds spell each of them.
//!
//! A **name** is what the field says, without the maker and without the memory, which offers carry
//! as a field of its own: `A100`, not `A100 80GB`. Form factors are names of their own where a
//! source tells them apart (`H100 SXM`, `H100 PCIe`, `H100 NVL`); where it does not, the name is the
//! bare **family** (`H100`). A filter by family matches every form factor of it.
//!
//! Slices of a GPU (`A100-MIG-1g.5gb`) resolve to nothing: a slice has neither the memory nor the
//! throughput of its model, so no number here would be true of it.

use std::collections::HashMap;
use std::sync::LazyLock;

mod models;

pub use models::{MODELS, Model};

/// How far below or above its nominal size a reported memory may be, in percent of the nominal.
///
/// Drivers report 2 to 7 % less than the maker prints: 22.35 GiB for 24, 268.59 for 288.
const MEMORY_TOLERANCE_PERCENT: u32 = 7;
/// The longest spelling that is looked at; real ones stay below 50.
const SPELLING_LEN_MAX: usize = 100;
/// Makers and product lines that say nothing about the model.
const PREFIXES: [&str; 6] = ["nvidia", "amd", "tesla", "geforce", "instinct", "radeon"];
const MIB_PER_GIB: u32 = 1_024;

impl Model {
    /// Memory of one GPU in GiB for what a source or a driver reports.
    ///
    /// Within 7 % of a size the model is made with it is that size. Anything else is what the machine
    /// really has (a card soldered up to 48 GB, a size a cloud cuts down), rounded down to whole GiB.
    #[must_use]
    pub fn memory_gib(&self, reported_mib: u32) -> u32 {
        self.nominal_gib(reported_mib).unwrap_or(reported_mib / MIB_PER_GIB)
    }

    /// The size the model is made with that is nearest to what is reported, if one is within 7 %.
    #[must_use]
    pub fn nominal_gib(&self, reported_mib: u32) -> Option<u32> {
        let distance = |gib: u32| gib.saturating_mul(MIB_PER_GIB).abs_diff(reported_mib);
        let near = |gib: u32| {
            let tolerance = gib.saturating_mul(MIB_PER_GIB) * MEMORY_TOLERANCE_PERCENT / 100;
            distance(gib) <= tolerance
        };
        let candidates = self.memory_gib.iter().copied().filter(|gib| near(*gib));
        candidates.min_by_key(|gib| distance(*gib))
    }
}

/// The model a source means by `spelling`, or `None` where it is not known.
///
/// Case, punctuation, the maker's name, a printed memory size and a remark in parentheses make no
/// difference. `memory_mib` is what the source says one GPU has; it decides between models of one
/// spelling (`RTX6000` with 24 GiB is the Quadro, with 48 GiB the Ada card), and without it the
/// model that its maker sold under the bare name is meant.
#[must_use]
pub fn canonical(spelling: &str, memory_mib: Option<u32>) -> Option<&'static Model> {
    if spelling.len() > SPELLING_LEN_MAX {
        return None;
    }
    let whole = key_of(spelling);
    let bare = key_of(&without_remarks(spelling));
    [whole, bare].iter().find_map(|key| {
        let claimants = claimants(key, memory_mib);
        let fits = |model: &&&Model| memory_mib.is_some_and(|mib| model.nominal_gib(mib).is_some());
        claimants.iter().find(fits).or(claimants.first()).copied()
    })
}

/// The models a key can mean: those spelled so, and those spelled so but for a memory size they have.
fn claimants(key: &str, memory_mib: Option<u32>) -> Vec<&'static Model> {
    let spelled = |key: &str| BY_KEY.get(key).map_or(&[][..], Vec::as_slice);
    let mut found = spelled(key).to_vec();
    let reported = memory_mib.map(|mib| mib / MIB_PER_GIB);
    for gib in SIZES_GIB.iter().copied().chain(reported) {
        let inside = key.replacen(&format!("{gib}gb"), "", 1);
        let bare = key.strip_suffix(&format!("{gib}g")).unwrap_or(&inside);
        if bare != key {
            let has = |model: &&&Model| model.memory_gib.contains(&gib) || reported == Some(gib);
            found.extend(spelled(bare).iter().filter(has));
        }
    }
    found
}

/// Models by each key they are spelled with, in the table's order but a model's own name first.
static BY_KEY: LazyLock<HashMap<String, Vec<&'static Model>>> = LazyLock::new(|| {
    let mut by_key: HashMap<String, Vec<&'static Model>> = HashMap::new();
    for model in MODELS {
        by_key.entry(key_of(model.name)).or_default().push(model);
    }
    for model in MODELS {
        for spelling in model.spellings {
            by_key.entry((*spelling).to_owned()).or_default().push(model);
        }
    }
    by_key
});

/// Every memory size of the table, each once.
static SIZES_GIB: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut sizes: Vec<u32> = MODELS.iter().flat_map(|model| model.memory_gib).copied().collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
});

/// The model with this canonical name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Model> {
    static BY_NAME: LazyLock<HashMap<&str, &Model>> =
        LazyLock::new(|| MODELS.iter().map(|model| (model.name, model)).collect());
    BY_NAME.get(name).copied()
}

/// A name reduced to what tells models apart: lower-case letters and digits, without the maker.
#[must_use]
pub fn key_of(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    let key: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let mut rest = key.as_str();
    while let Some(shorter) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = shorter;
    }
    rest.to_owned()
}

/// `RTX4090(48GBmod)` → `RTX4090`: what a seller adds in parentheses is no part of the model.
fn without_remarks(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests;
