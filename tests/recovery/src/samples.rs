//! Values that deploys start from; each test names only what matters to it.

pub use testkit::samples::{QUOTED, QUOTED_RATE, market, offer, plan, quote, unfit};
