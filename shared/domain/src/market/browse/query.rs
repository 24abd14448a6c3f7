//! What can be asked of the market, and its limits.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::market::ranking::Direction;
use crate::money::UsdMicrosPerHour;
use crate::page::checked_limit;

/// Rows of a page where none are asked for: one screen.
pub const LIMIT_DEFAULT: u32 = 20;
/// The most rows of a page: an answer stays below 100 kB.
pub const LIMIT_MAX: u32 = 100;
/// The most entries of one list of a filter; there are fewer than 20 clouds worth naming at once.
pub const LIST_LEN_MAX: usize = 20;
/// The longest text of a filter in bytes; the longest real name has 40.
pub const TEXT_LEN_MAX: usize = 64;
/// The greatest weight: weights may be written as parts of 1, of 10 or as percentages.
pub const WEIGHT_MAX: f64 = 100.0;

/// Which offers are wanted; what is left out does not narrow. Texts match whatever their case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// GPU models or families, as in [`crate::market::gpu`]: `H100` matches `H100 SXM` too.
    pub gpu: Vec<String>,
    /// The least memory of one GPU, in GiB.
    pub gpu_memory_gib_min: Option<u32>,
    /// The least number of whole GPUs; 1 leaves out shares of a GPU.
    pub gpu_count_min: Option<u32>,
    /// Exactly this many whole GPUs.
    pub gpu_count: Option<u32>,
    /// The most the user pays for the machine, margins included.
    pub price_max_usd_micros_per_hour: Option<UsdMicrosPerHour>,
    /// Regions, as the providers name them.
    pub region: Vec<String>,
    /// Providers.
    pub provider: Vec<String>,
    /// Only spot offers (`true`), or only those that cannot be taken back (`false`).
    pub spot: Option<bool>,
    /// Leave out what is sold out; the default.
    pub available: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            gpu: Vec::new(),
            gpu_memory_gib_min: None,
            gpu_count_min: None,
            gpu_count: None,
            price_max_usd_micros_per_hour: None,
            region: Vec::new(),
            provider: Vec::new(),
            spot: None,
            available: true,
        }
    }
}

/// The order of the rows. Equal rows follow by score, then lower price, then identifier.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The best value first, by the weights.
    #[default]
    Rank,
    /// The cheapest machine first.
    PriceAsc,
    /// The dearest machine first.
    PriceDesc,
    /// The most FP16 TFLOPS of all GPUs together first.
    Performance,
    /// The most memory of all GPUs together first.
    Memory,
    /// The best stocked first.
    Availability,
}

/// A number of an offer that it is ranked by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// The user's rate in micro-dollars per hour; less is better.
    Price,
    /// Memory of all GPUs together in GiB.
    Memory,
    /// Dense FP16 TFLOPS of all GPUs together; 0 where unknown.
    Performance,
    /// Virtual processors.
    Vcpus,
    /// Main memory in GiB.
    Ram,
    /// Stock: 0 none, 1 low, 2 medium, 3 high.
    Availability,
}

/// The numbers of an offer by [`Facet::ALL`].
pub(super) type Values = [f64; Facet::COUNT];

impl Facet {
    /// How many there are.
    pub const COUNT: usize = 6;
    /// All of them, in the order of every explanation.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Price, Self::Memory, Self::Performance, Self::Vcpus, Self::Ram, Self::Availability];

    /// Its place in [`Self::ALL`].
    pub(super) const fn place(self) -> usize {
        match self {
            Self::Price => 0,
            Self::Memory => 1,
            Self::Performance => 2,
            Self::Vcpus => 3,
            Self::Ram => 4,
            Self::Availability => 5,
        }
    }

    /// Whether less or more is better.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Self::Price => Direction::Cost,
            Self::Memory | Self::Performance | Self::Vcpus | Self::Ram | Self::Availability => {
                Direction::Benefit
            }
        }
    }
}

/// How much each facet counts, 0 to 100 each; only their proportions matter.
///
/// By default a user looks for cheap throughput that fits the model in memory; processors and main
/// memory break near ties, and stock keeps offers that will probably fail off the top.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Of the price; 0.40 by default.
    pub price: f64,
    /// Of GPU memory; 0.15 by default.
    pub memory: f64,
    /// Of throughput; 0.25 by default.
    pub performance: f64,
    /// Of virtual processors; 0.05 by default.
    pub vcpus: f64,
    /// Of main memory; 0.05 by default.
    pub ram: f64,
    /// Of stock; 0.10 by default.
    pub availability: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            price: 0.40,
            memory: 0.15,
            performance: 0.25,
            vcpus: 0.05,
            ram: 0.05,
            availability: 0.10,
        }
    }
}

impl Weights {
    /// The weight of one facet.
    #[must_use]
    pub fn of(&self, facet: Facet) -> f64 {
        match facet {
            Facet::Price => self.price,
            Facet::Memory => self.memory,
            Facet::Performance => self.performance,
            Facet::Vcpus => self.vcpus,
            Facet::Ram => self.ram,
            Facet::Availability => self.availability,
        }
    }
}

/// One question to the market.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    /// Which offers.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Ranked by what.
    pub weights: Weights,
    /// Rows of a page, 1 to 100; 20 by default.
    pub limit: u32,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            sort: Sort::default(),
            weights: Weights::default(),
            limit: LIMIT_DEFAULT,
        }
    }
}

impl Query {
    /// Checks every limit.
    ///
    /// # Errors
    ///
    /// `invalid_filter`, `invalid_weights`, `invalid_limit`.
    pub fn check(&self) -> Result<(), Error> {
        for (name, list) in [
            ("gpu", &self.filter.gpu),
            ("region", &self.filter.region),
            ("provider", &self.filter.provider),
        ] {
            check_list(name, list)?;
        }
        let weights = Facet::ALL.map(|facet| self.weights.of(facet));
        if !weights.iter().all(|weight| (0.0..=WEIGHT_MAX).contains(weight)) {
            let message = format!("Each weight must be between 0 and {WEIGHT_MAX}.");
            return Err(Error::invalid("invalid_weights", message));
        }
        if !weights.iter().any(|weight| *weight > 0.0) {
            return Err(Error::invalid("invalid_weights", "At least one weight must be above 0."));
        }
        checked_limit(self.limit, &(1..=LIMIT_MAX))?;
        let price_max = self.filter.price_max_usd_micros_per_hour;
        if price_max.is_some_and(|rate| rate <= UsdMicrosPerHour(0)) {
            return Err(Error::invalid("invalid_filter", "The price must be above 0."));
        }
        Ok(())
    }
}

fn check_list(name: &str, list: &[String]) -> Result<(), Error> {
    if list.len() > LIST_LEN_MAX {
        let message = format!("At most {LIST_LEN_MAX} values of {name} can be asked for at once.");
        return Err(Error::invalid("invalid_filter", message));
    }
    if list.iter().any(|text| text.is_empty() || text.len() > TEXT_LEN_MAX) {
        let message = format!("Each {name} must have 1 to {TEXT_LEN_MAX} characters.");
        return Err(Error::invalid("invalid_filter", message));
    }
    Ok(())
}
