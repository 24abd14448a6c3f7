//! What each GPU costs where: the list prices that the public pages of GPUs are prerendered from.
//!
//! These are the clouds' own prices on the days they were read, which are no broker's: what a tenant
//! asks is for `GET /offers` to say.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use domain::market::gpu::Model;
use domain::market::offer::GpuThousandths;
use domain::money::UsdMicrosPerHour;
use providers::shipped::{self, ListedRow};
use serde::Serialize;
use serde_json::Value;

/// What a cloud's region is called that tells none.
const NO_REGION: &str = "unspecified";

#[derive(Serialize)]
struct Gpus {
    /// The day the newest price was read, `YYYY-MM-DD`.
    as_of: String,
    /// By name.
    models: Vec<ModelView>,
}

#[derive(Serialize)]
struct ModelView {
    name: &'static str,
    family: &'static str,
    /// Dense BF16 TFLOPS of one; absent where unknown.
    bf16_tflops: Option<f64>,
    /// One for each cloud, number, memory and kind of contract.
    listings: Vec<ListingView>,
}

/// The cheapest region of a cloud that sells so many of these GPUs in one machine.
#[derive(Serialize)]
struct ListingView {
    provider: String,
    /// GPUs in the machine, whole ones.
    gpu_count: u32,
    /// Memory of one of them.
    gpu_memory_gib: u32,
    spot: bool,
    /// The list price of the whole machine.
    provider_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// Regions it is sold in that have a name.
    regions: usize,
    /// The day this price was read, `YYYY-MM-DD`.
    as_of: String,
}

/// What tells one listing from another.
type Key<'a> = (&'a str, u32, u32, bool);

/// The pages' prices, as `web/src/landing/gpus.json` holds them.
///
/// # Errors
///
/// When the catalogue cannot be read.
pub fn gpus() -> Result<Value, Box<dyn Error>> {
    let rows = shipped::read(shipped::CATALOGUE)?.rows;
    let mut models: BTreeMap<&str, (&Model, BTreeMap<Key<'_>, Vec<&ListedRow>>)> = BTreeMap::new();
    for row in &rows {
        // Nobody who looks for the price of a GPU means a third of one.
        if !row.gpu_count.0.is_multiple_of(GpuThousandths::ONE.0) {
            continue;
        }
        let whole = row.gpu_count.0 / GpuThousandths::ONE.0;
        let key = (row.provider.as_str(), whole, row.gpu_memory_gib, row.spot);
        let (_, listings) = models.entry(row.gpu.name).or_insert((row.gpu, BTreeMap::new()));
        listings.entry(key).or_default().push(row);
    }
    let gpus = Gpus {
        as_of: rows.iter().map(|row| row.as_of.clone()).max().ok_or("no offers")?,
        models: models.into_values().map(|(model, listings)| model_view(model, listings)).collect(),
    };
    Ok(serde_json::to_value(gpus)?)
}

fn model_view(model: &Model, listings: BTreeMap<Key<'_>, Vec<&ListedRow>>) -> ModelView {
    ModelView {
        name: model.name,
        family: model.family,
        bf16_tflops: model.bf16_tflops,
        listings: listings.into_iter().filter_map(|(key, rows)| listing(key, &rows)).collect(),
    }
}

fn listing(
    (provider, gpu_count, gpu_memory_gib, spot): Key<'_>,
    rows: &[&ListedRow],
) -> Option<ListingView> {
    let cheapest = rows.iter().min_by_key(|row| row.provider_rate_usd_micros_per_hour.0)?;
    let named = rows.iter().map(|row| &row.region).filter(|region| *region != NO_REGION);
    Some(ListingView {
        provider: provider.to_owned(),
        gpu_count,
        gpu_memory_gib,
        spot,
        provider_rate_usd_micros_per_hour: cheapest.provider_rate_usd_micros_per_hour,
        regions: named.collect::<BTreeSet<_>>().len(),
        as_of: cheapest.as_of.clone(),
    })
}
