//! What can be asked of the market.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facet::Weights;
use super::filter::Filter;
use crate::Error;
use crate::page::checked_limit;

/// Rows of a page where none are asked for: one screen.
pub const LIMIT_DEFAULT: u32 = 20;
/// The most rows of a page: an answer stays below 200 kB.
pub const LIMIT_MAX: u32 = 100;

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
    /// The most BF16 TFLOPS of all GPUs together first.
    Performance,
    /// The most memory of all GPUs together first.
    Memory,
    /// The best stocked first.
    Availability,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Each offer is a row.
    #[default]
    Offer,
    /// A row for each cloud that sells a machine, with its cheapest region.
    Cloud,
    /// A row for each machine (GPU, number of them, memory, spot or not), with its cheapest cloud.
    Machine,
}

/// What offers are compared by: what one GPU has and costs, or what the whole machine does.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One GPU, so that machines with different numbers of them can be compared.
    #[default]
    Gpu,
    /// The machine, for those who need one that does the work, however many GPUs it has.
    Machine,
}

/// One question to the market.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    /// Which offers.
    pub filter: Filter,
    /// What a row stands for.
    pub group: Group,
    /// Compared by the GPU or by the machine.
    pub per: Per,
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
            group: Group::default(),
            per: Per::default(),
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
        self.filter.check()?;
        self.weights.check()?;
        checked_limit(self.limit, &(1..=LIMIT_MAX))?;
        Ok(())
    }
}
