//! Browsing the market: filter, sort and rank the offers of one snapshot, page by page.
//!
//! The order of a query over a snapshot is total and depends on nothing else, so its pages, put
//! together, have each offer once; and since a [`Cursor`] names its snapshot, paging goes on over
//! that one while newer ones arrive.
//!
//! A **market** is a snapshot made ready to be browsed, a **query** what the user asks, a **page** the
//! answer, a **facet** of an offer one of the numbers it is ranked by.

mod counts;
mod cursor;
mod featured;
mod market;
mod page;
mod query;
mod sorting;

pub use counts::{Counts, GpuCount, counts};
pub use cursor::Cursor;
pub use featured::{FEATURED_FAMILIES, Featured, featured};
pub use market::Market;
pub use page::{Explained, Page, Row, browse};
pub use query::{
    Facet, Filter, LIMIT_DEFAULT, LIMIT_MAX, LIST_LEN_MAX, Query, Sort, TEXT_LEN_MAX, WEIGHT_MAX,
    Weights,
};

#[cfg(test)]
mod tests;
