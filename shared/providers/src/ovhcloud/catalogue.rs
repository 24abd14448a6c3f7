//! `OVHcloud`'s public catalogue: the GPUs and prices of its flavors.

use serde::Deserialize;
use serde_json::Value;

use crate::plan::{Plan, gpu_mib};
use domain::market::gpu;

/// Where it is, after the API's address.
pub(super) const PATH: &str = "/order/catalog/public/cloud?ovhSubsidiary=FR";
pub(super) const CURRENCY: &str = "EUR";
/// What instances with GPUs are among all that is sold: those of `ai-serving` are priced by the minute.
const BRICK: &str = "gpu";
/// Units of a price in a millionth of a euro.
const PRICES_PER_MICRO: i64 = 100;

#[derive(Debug, Deserialize)]
pub(super) struct Catalogue {
    locale: Locale,
    /// Thousands, of which few have a GPU.
    addons: Vec<Addon>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Locale {
    currency_code: String,
}

/// Something that is sold by the hour or by the month.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Addon {
    /// `h100-380.consumption`.
    plan_code: String,
    #[serde(default)]
    pricings: Vec<Pricing>,
    blobs: Option<Blobs>,
}

#[derive(Debug, Deserialize)]
struct Pricing {
    /// Hundred millionths, for the whole machine, without taxes.
    price: Value,
}

#[derive(Debug, Deserialize)]
struct Blobs {
    commercial: Option<Commercial>,
    technical: Option<Technical>,
    /// `active`, `coming_soon`, …
    tags: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Commercial {
    brick: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Technical {
    gpu: Option<Gpu>,
    memory: Option<Size>,
}

#[derive(Debug, Deserialize)]
struct Gpu {
    /// `Quadro-RTX5000`.
    #[serde(default)]
    model: String,
    #[serde(default)]
    number: u32,
    memory: Option<Size>,
}

/// GB.
#[derive(Debug, Deserialize)]
struct Size {
    size: Option<u32>,
}

impl Catalogue {
    /// What this code stands for, if it is a machine with GPUs that is sold for our money.
    pub(super) fn addon(&self, plan_code: &str) -> Option<&Addon> {
        let is_ours = self.locale.currency_code == CURRENCY;
        let mut named = self.addons.iter().filter(|it| it.plan_code == plan_code);
        named.find(|it| is_ours && it.is_sold())
    }
}

impl Addon {
    fn is_sold(&self) -> bool {
        let Some(Blobs { commercial, tags, .. }) = &self.blobs else { return false };
        let brick = commercial.as_ref().and_then(|it| it.brick.as_deref());
        let is_to_come = tags.iter().flatten().any(|tag| tag == "coming_soon");
        brick == Some(BRICK) && !is_to_come
    }

    /// What is told here of a machine.
    pub(super) fn plan(&self) -> Plan {
        let technical = self.blobs.as_ref().and_then(|it| it.technical.as_ref());
        let gpu = technical.and_then(|it| it.gpu.as_ref());
        let ram = technical.and_then(|it| it.memory.as_ref()?.size);
        Plan {
            spellings: gpu.iter().map(|it| it.model.clone()).collect(),
            gpus: gpu.map_or(0, |it| it.number),
            gpu_memory_mib: gpu.and_then(Gpu::memory_mib),
            ram_gib: ram.unwrap_or_default(),
            rate_micros: self.rate_micros(),
            ..Plan::default()
        }
    }

    /// Millionths of a euro an hour, rounded up; several prices are none.
    fn rate_micros(&self) -> Option<i64> {
        let [Pricing { price }] = self.pricings.as_slice() else { return None };
        let price = price.as_i64().filter(|price| *price > 0)?;
        price.checked_add(PRICES_PER_MICRO - 1)?.checked_div(PRICES_PER_MICRO)
    }
}

impl Gpu {
    /// MiB of one GPU, whether that or the memory of all of them is what is told.
    fn memory_mib(&self) -> Option<u32> {
        let told = gpu_mib(self.memory.as_ref()?.size?)?;
        let share = told.checked_div(self.number)?;
        let is_made = |mib: &u32| {
            let model = gpu::canonical(&self.model, Some(*mib));
            model.is_some_and(|it| it.nominal_gib(*mib).is_some())
        };
        [told, share].into_iter().find(is_made)
    }
}
