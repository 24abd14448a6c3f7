//! What `GET /offers` can be asked for.

use domain::Error;
use domain::market::browse::{
    Bits, Filter, Group, LIMIT_DEFAULT, Method, Per, Query, Sort, Spot, Weights, Workload,
};
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a person comes to do.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WorkloadName {
    /// A machine that a model of `model_billions` fits in at `bits`, the cheapest to run.
    Run,
    /// A machine that fine-tunes a model of `model_billions` by `method`.
    FineTune,
    /// GPUs with at least `gpu_memory_gib_min` each, 80 unless said.
    LargeMemory,
    /// The most throughput for the money.
    TflopsPerDollar,
    /// The cheapest machine that is not taken back, at a cloud whose launches succeed.
    StaysUp,
}

/// What is asked for. Lists are separated by commas; what is left out does not narrow.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OffersQuery {
    /// What they are wanted for; sets weights and filters that are not set otherwise.
    #[param(inline)]
    workload: Option<WorkloadName>,
    /// Billions of parameters of the model to run or fine-tune.
    #[param(minimum = 1, maximum = 2000)]
    model_billions: Option<u32>,
    /// Bits that each parameter is kept in; 16 unless said.
    #[param(inline)]
    bits: Option<Bits>,
    /// How the model is fine-tuned; by `LoRA` unless said.
    #[param(inline)]
    method: Option<Method>,
    /// GPU models or families: `H100` matches `H100 SXM` too.
    gpu: Option<String>,
    /// One kind of machine: `machine` of a row.
    machine: Option<String>,
    /// The least memory of one GPU.
    gpu_memory_gib_min: Option<u32>,
    /// The least memory of all GPUs together, besides the 1 GiB that each keeps for itself.
    model_memory_gib_min: Option<u32>,
    /// The least number of whole GPUs.
    gpu_count_min: Option<u32>,
    /// Exactly this many whole GPUs.
    gpu_count: Option<u32>,
    /// The least virtual processors.
    vcpus_min: Option<u32>,
    /// The least main memory.
    ram_gib_min: Option<u32>,
    /// Disk that can be attached.
    disk_gib_min: Option<u32>,
    /// The most a running hour may cost.
    price_max_usd_micros_per_hour: Option<i64>,
    /// Regions, as the providers name them.
    region: Option<String>,
    /// Countries by ISO 3166-1 codes; a machine whose country is not known is in none.
    country: Option<String>,
    /// Providers.
    provider: Option<String>,
    /// Providers that are not wanted.
    provider_not: Option<String>,
    /// `true` for spot machines only, `any` for both; `false` unless said.
    #[param(inline)]
    spot: Option<Spot>,
    /// `false` shows what is sold out too.
    available: Option<bool>,
    /// What a row stands for: each offer unless said.
    #[param(inline)]
    group: Option<Group>,
    /// Compared by the GPU or by the machine; by the GPU unless a model is to run or be fine-tuned.
    #[param(inline)]
    per: Option<Per>,
    /// Order of the rows; by rank unless said.
    #[param(inline)]
    sort: Option<Sort>,
    /// How much the price counts, 0 to 100.
    #[param(minimum = 0, maximum = 100)]
    weight_price: Option<f64>,
    /// How much GPU memory counts.
    #[param(minimum = 0, maximum = 100)]
    weight_memory: Option<f64>,
    /// How much throughput counts.
    #[param(minimum = 0, maximum = 100)]
    weight_performance: Option<f64>,
    /// How much throughput for the money counts.
    #[param(minimum = 0, maximum = 100)]
    weight_tflops_per_dollar: Option<f64>,
    /// How much virtual processors count.
    #[param(minimum = 0, maximum = 100)]
    weight_vcpus: Option<f64>,
    /// How much main memory counts.
    #[param(minimum = 0, maximum = 100)]
    weight_ram: Option<f64>,
    /// How much launches that succeed count.
    #[param(minimum = 0, maximum = 100)]
    weight_reliability: Option<f64>,
    /// How much a quick start counts.
    #[param(minimum = 0, maximum = 100)]
    weight_start_up: Option<f64>,
    /// How much stock counts.
    #[param(minimum = 0, maximum = 100)]
    weight_availability: Option<f64>,
    /// The plan whose prices are shown; FREE unless said.
    pub(crate) plan: Option<PlanId>,
    /// Rows of a page, 1 to 100; 20 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

fn list(text: Option<&String>) -> Vec<String> {
    let parts = text.into_iter().flat_map(|text| text.split(','));
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

impl OffersQuery {
    /// The question to the market.
    ///
    /// # Errors
    ///
    /// `invalid_workload`.
    pub(crate) fn query(&self) -> Result<Query, Error> {
        let weights = self.weights();
        let query = Query {
            filter: self.filter(),
            group: self.group.unwrap_or_default(),
            per: Per::default(),
            sort: self.sort.unwrap_or_default(),
            weights: weights.unwrap_or_default(),
            limit: self.limit.unwrap_or(LIMIT_DEFAULT),
        };
        let query = match self.workload()? {
            Some(workload) => workload.applied(query, weights)?,
            None => query,
        };
        Ok(Query { per: self.per.unwrap_or(query.per), ..query })
    }

    /// Naming any weight leaves the others at zero, so that a link says all there is.
    fn weights(&self) -> Option<Weights> {
        let named = [
            self.weight_price,
            self.weight_memory,
            self.weight_performance,
            self.weight_tflops_per_dollar,
            self.weight_vcpus,
            self.weight_ram,
            self.weight_reliability,
            self.weight_start_up,
            self.weight_availability,
        ];
        let is_named = named.iter().any(Option::is_some);
        let [price, memory, performance, tflops_per_dollar, vcpus, ram, rest @ ..] =
            named.map(Option::unwrap_or_default);
        let [reliability, start_up, availability] = rest;
        is_named.then_some(Weights {
            price,
            memory,
            performance,
            tflops_per_dollar,
            vcpus,
            ram,
            reliability,
            start_up,
            availability,
        })
    }

    fn workload(&self) -> Result<Option<Workload>, Error> {
        let billions = || {
            let message = "Say how large the model is, in billions of parameters (model_billions).";
            self.model_billions.ok_or_else(|| Error::invalid("invalid_workload", message))
        };
        let Some(name) = self.workload else { return Ok(None) };
        Ok(Some(match name {
            WorkloadName::Run => {
                Workload::Run { billions: billions()?, bits: self.bits.unwrap_or(Bits::Sixteen) }
            }
            WorkloadName::FineTune => Workload::FineTune {
                billions: billions()?,
                method: self.method.unwrap_or(Method::Lora),
            },
            WorkloadName::LargeMemory => Workload::LargeMemory,
            WorkloadName::TflopsPerDollar => Workload::TflopsPerDollar,
            WorkloadName::StaysUp => Workload::StaysUp,
        }))
    }

    fn filter(&self) -> Filter {
        Filter {
            gpu: list(self.gpu.as_ref()),
            machine: self.machine.clone(),
            gpu_memory_gib_min: self.gpu_memory_gib_min,
            model_memory_gib_min: self.model_memory_gib_min,
            gpu_count_min: self.gpu_count_min,
            gpu_count: self.gpu_count,
            vcpus_min: self.vcpus_min,
            ram_gib_min: self.ram_gib_min,
            disk_gib_min: self.disk_gib_min,
            price_max_usd_micros_per_hour: self.price_max_usd_micros_per_hour.map(UsdMicrosPerHour),
            region: list(self.region.as_ref()),
            country: list(self.country.as_ref()),
            provider: list(self.provider.as_ref()),
            provider_not: list(self.provider_not.as_ref()),
            spot: self.spot.unwrap_or_default(),
            available: self.available.unwrap_or(true),
        }
    }
}
