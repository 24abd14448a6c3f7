//! What a person comes to do, as a filter and weights.
//!
//! What memory a workload needs is computed as in the common rules of thumb, for a context of 8,192
//! tokens of one conversation and in GB; machines are measured in GiB as their makers print them, so
//! that a few percent are left over:
//!
//! - running: 1.1 × parameters × bytes of each, and the keys and values of the context;
//! - fine-tuning with `LoRA`: 2.2 GB for each billion parameters, and 2; with `QLoRA` 0.65, and 2;
//!   all weights with Adam: 18.
//!
//! Each GPU keeps 1 GiB for itself besides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facet::Weights;
use super::filter::Spot;
use super::query::{Per, Query};
use crate::Error;

/// The largest model that can be asked for, in billions of parameters.
pub const BILLIONS_MAX: u32 = 2_000;
/// The memory of one GPU that "at least" means where none is said: an H100's or A100's.
pub const GPU_MEMORY_GIB: u32 = 80;

/// KiB of keys and values for each token, by billions of parameters up to which it holds: models of
/// the Llama and Qwen families (2 × layers × key-value heads × head dimension × 2 bytes).
const KV_KIB_PER_TOKEN: [(u32, u64); 6] =
    [(8, 128), (15, 192), (33, 256), (72, 320), (130, 352), (BILLIONS_MAX, 504)];
const CONTEXT_TOKENS: u64 = 8_192;
const BYTES_PER_KIB: u64 = 1_024;
const BYTES_PER_GB: u64 = 1_000_000_000;

/// How many bits each parameter of a model is kept in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub enum Bits {
    /// A 4-bit quantisation, which takes 4.5 with its scales.
    #[serde(rename = "4")]
    Four,
    /// FP8 or INT8.
    #[serde(rename = "8")]
    Eight,
    /// BF16.
    #[serde(rename = "16")]
    Sixteen,
}

/// How a model is fine-tuned.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Small matrices beside the frozen weights.
    Lora,
    /// The same with frozen weights of 4 bits.
    Qlora,
    /// All weights.
    Full,
}

/// What a person comes to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Workload {
    /// A machine that a model of so many billion parameters fits in, the cheapest to run.
    Run {
        /// 1 to [`BILLIONS_MAX`].
        billions: u32,
        /// How it is kept.
        bits: Bits,
    },
    /// A machine that fine-tunes a model of so many billion parameters.
    FineTune {
        /// 1 to [`BILLIONS_MAX`].
        billions: u32,
        /// How it is tuned.
        method: Method,
    },
    /// GPUs with at least so much memory each, [`GPU_MEMORY_GIB`] unless the filter says.
    LargeMemory,
    /// The most throughput for the money.
    TflopsPerDollar,
    /// The cheapest machine that is not taken back, at a cloud whose launches succeed.
    StaysUp,
}

impl Workload {
    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// `invalid_workload`.
    pub fn check(self) -> Result<(), Error> {
        match self {
            Self::Run { billions, .. } | Self::FineTune { billions, .. }
                if !(1..=BILLIONS_MAX).contains(&billions) =>
            {
                let message =
                    format!("A model has 1 to {BILLIONS_MAX} billion parameters (model_billions).");
                Err(Error::invalid("invalid_workload", message))
            }
            _ => Ok(()),
        }
    }

    /// The memory that it needs besides what each GPU keeps for itself, rounded up to GiB.
    #[must_use]
    pub fn model_memory_gib(self) -> Option<u32> {
        let thousandths = match self {
            Self::Run { billions, bits } => {
                let per_billion = match bits {
                    Bits::Four => 619,
                    Bits::Eight => 1_100,
                    Bits::Sixteen => 2_200,
                };
                u64::from(billions) * per_billion + kv_thousandths(billions)
            }
            Self::FineTune { billions, method } => {
                let (per_billion, besides) = match method {
                    Method::Lora => (2_200, 2_000),
                    Method::Qlora => (650, 2_000),
                    Method::Full => (18_000, 0),
                };
                u64::from(billions) * per_billion + besides
            }
            Self::LargeMemory | Self::TflopsPerDollar | Self::StaysUp => return None,
        };
        Some(u32::try_from(thousandths.div_ceil(1_000)).unwrap_or(u32::MAX))
    }

    /// The query with what the workload asks for; what the query says itself stays.
    ///
    /// `weights` are those that were named; the workload's own otherwise.
    ///
    /// # Errors
    ///
    /// `invalid_workload`.
    pub fn applied(self, mut query: Query, weights: Option<Weights>) -> Result<Query, Error> {
        self.check()?;
        query.weights = weights.unwrap_or_else(|| self.weights());
        let filter = &mut query.filter;
        let need = self.model_memory_gib();
        filter.model_memory_gib_min = filter.model_memory_gib_min.max(need);
        match self {
            Self::Run { .. } | Self::FineTune { .. } => {
                query.per = Per::Machine;
                if filter.gpu_count.is_none() {
                    filter.gpu_count_min = filter.gpu_count_min.max(Some(1));
                }
            }
            Self::LargeMemory => {
                let least = filter.gpu_memory_gib_min.unwrap_or(GPU_MEMORY_GIB);
                filter.gpu_memory_gib_min = Some(least);
            }
            Self::StaysUp => filter.spot = Spot::Without,
            Self::TflopsPerDollar => {}
        }
        Ok(query)
    }

    fn weights(self) -> Weights {
        let (price, reliability, availability) = (60.0, 10.0, 10.0);
        match self {
            // Whatever fits does; what is left over is worth little.
            Self::Run { .. } => Weights {
                price,
                memory: 5.0,
                performance: 15.0,
                reliability,
                availability,
                ..Weights::NONE
            },
            Self::FineTune { .. } => Weights {
                price: 45.0,
                performance: 30.0,
                ram: 5.0,
                reliability,
                availability,
                ..Weights::NONE
            },
            Self::LargeMemory => Weights {
                price,
                performance: 15.0,
                ram: 5.0,
                reliability,
                availability,
                ..Weights::NONE
            },
            Self::TflopsPerDollar => Weights { tflops_per_dollar: 100.0, ..Weights::NONE },
            Self::StaysUp => Weights { price, reliability: 30.0, availability, ..Weights::NONE },
        }
    }
}

/// Keys and values of the context in thousandths of a GB, rounded up.
fn kv_thousandths(billions: u32) -> u64 {
    let row = KV_KIB_PER_TOKEN.iter().find(|(up_to, _)| billions <= *up_to);
    let kib = row.map_or(0, |(_, kib)| *kib);
    (kib * BYTES_PER_KIB * CONTEXT_TOKENS).div_ceil(BYTES_PER_GB / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the 1 GiB of one GPU, as tables of needs have it.
    fn total(workload: Workload) -> Option<u32> {
        workload.model_memory_gib().map(|gib| gib + 1)
    }

    #[test]
    fn a_model_needs_what_the_usual_tables_say() {
        let run = |billions, bits| total(Workload::Run { billions, bits });
        assert_eq!(run(8, Bits::Sixteen), Some(20));
        assert_eq!(run(8, Bits::Four), Some(8));
        assert_eq!(run(32, Bits::Eight), Some(39));
        assert_eq!(run(70, Bits::Eight), Some(81));
        assert_eq!(run(70, Bits::Sixteen), Some(158));
        assert_eq!(run(405, Bits::Sixteen), Some(897));
        let tune = |billions, method| total(Workload::FineTune { billions, method });
        assert_eq!(tune(70, Method::Lora), Some(157));
        assert_eq!(tune(65, Method::Qlora), Some(46), "the paper did it in 48");
        assert_eq!(tune(13, Method::Qlora), Some(12));
        assert_eq!(tune(13, Method::Full), Some(235));
    }

    #[test]
    fn a_model_of_no_size_or_of_any_is_refused() {
        for billions in [0, BILLIONS_MAX + 1] {
            let run = Workload::Run { billions, bits: Bits::Eight };
            let refused = run.applied(Query::default(), None).err();
            assert_eq!(refused.map(|error| error.code), Some("invalid_workload"));
        }
        for billions in [1, BILLIONS_MAX] {
            assert!(Workload::FineTune { billions, method: Method::Full }.check().is_ok());
        }
    }

    #[test]
    fn what_is_said_besides_a_workload_stays() -> Result<(), Error> {
        let mut asked = Query::default();
        asked.filter.model_memory_gib_min = Some(500);
        asked.filter.gpu_count = Some(8);
        asked.filter.gpu_memory_gib_min = Some(141);
        let run = Workload::Run { billions: 70, bits: Bits::Eight };
        let query = run.applied(asked.clone(), Some(Weights::default()))?;
        assert_eq!(query.filter, asked.filter);
        assert_eq!((query.weights, query.per), (Weights::default(), Per::Machine));
        let memory = Workload::LargeMemory.applied(asked, None)?;
        assert_eq!(memory.filter.gpu_memory_gib_min, Some(141));
        let memory = Workload::LargeMemory.applied(Query::default(), None)?;
        assert_eq!(memory.filter.gpu_memory_gib_min, Some(GPU_MEMORY_GIB));
        assert_eq!(memory.per, Per::Gpu);
        Ok(())
    }

    #[test]
    fn every_workload_makes_a_query_within_the_limits() -> Result<(), Error> {
        for workload in [
            Workload::Run { billions: 405, bits: Bits::Sixteen },
            Workload::FineTune { billions: 7, method: Method::Lora },
            Workload::LargeMemory,
            Workload::TflopsPerDollar,
            Workload::StaysUp,
        ] {
            workload.applied(Query::default(), None)?.check()?;
        }
        Ok(())
    }
}
