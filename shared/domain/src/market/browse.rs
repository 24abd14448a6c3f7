//! Browsing the market: filter, group, sort and rank the offers of one snapshot, page by page.
//!
//! The order of a query over a snapshot is total and depends on nothing else, so its pages, put
//! together, have each row once; and since a [`Cursor`] names its snapshot, paging goes on over that
//! one while newer ones arrive.
//!
//! A **market** is a snapshot made ready to be browsed, a **query** what the user asks, a **page** the
//! answer, a **facet** of an offer one of the numbers it is ranked by, a **machine** what offers of
//! several clouds have in common, a **workload** what a person comes to do.

mod counts;
mod cursor;
mod explain;
mod facet;
mod featured;
mod filter;
mod market;
mod nearest;
mod page;
mod query;
mod sorting;
mod table;
mod wanted;
mod workload;

pub use counts::{Counts, GpuCount, counts};
pub use cursor::Cursor;
pub use explain::Explained;
pub use facet::{Facet, WEIGHT_MAX, Weights};
pub use featured::{FEATURED_FAMILIES, Featured, featured};
pub use filter::{Filter, FilterName, LIST_LEN_MAX, Spot, TEXT_LEN_MAX};
pub use market::{MachineId, Market};
pub use nearest::{Near, Relaxed, Unmatched};
pub use page::{Page, Row, browse};
pub use query::{Group, LIMIT_DEFAULT, LIMIT_MAX, Per, Query, Sort};
pub use workload::{BILLIONS_MAX, Bits, GPU_MEMORY_GIB, Method, Workload};

#[cfg(test)]
mod explain_tests;
#[cfg(test)]
mod match_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod value_tests;
