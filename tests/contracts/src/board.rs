//! The board that the landing page is prerendered from: the shipped market at the FREE plan, as the
//! seeding publishes it.

use std::collections::BTreeSet;
use std::error::Error;

use api_offers::{FeaturedView, ProviderView, featured_views, provider_views};
use domain::id::SnapshotId;
use domain::market::browse::Market;
use domain::market::price::Margins;
use domain::money::BasisPoints;
use domain::money::plan::{Plan, PlanId};
use jiff::Timestamp;
use providers::{sandbox, shipped};
use serde::Serialize;
use serde_json::Value;

const PLANS: &str = include_str!("../../../infra/seeds/plans.json");
/// What a cloud's region is called that tells none.
const NO_REGION: &str = "unspecified";

#[derive(Serialize)]
struct Board {
    /// The day the newest price was read, `YYYY-MM-DD`.
    as_of: String,
    featured: Vec<FeaturedView>,
    providers: Vec<ProviderView>,
    offers_total: usize,
    /// Regions that have a name.
    regions_total: usize,
}

/// The board, as `web/src/landing/board.json` holds it.
///
/// # Errors
///
/// When a seed cannot be read.
pub fn board() -> Result<Value, Box<dyn Error>> {
    let plans: Vec<Plan> = serde_json::from_str(PLANS)?;
    let free = plans.iter().find(|plan| plan.id == PlanId::Free).ok_or("no FREE plan")?;
    let margins = Margins { brokerage: free.brokerage_basis_points, markup: BasisPoints(0) };
    // Nothing of the board tells when the snapshot was taken, so it may be any time.
    let (at, entropy) = (Timestamp::UNIX_EPOCH, [0; 10]);
    let snapshot = sandbox::market::snapshot(
        SnapshotId::new(at, entropy),
        at,
        &shipped::read(shipped::CATALOGUE)?,
    );
    let market = Market::new(snapshot);
    let offers = &market.snapshot().offers;
    let named = offers.iter().map(|offer| &offer.region).filter(|region| *region != NO_REGION);
    let board = Board {
        as_of: offers.iter().map(|offer| offer.as_of.clone()).max().ok_or("no offers")?,
        featured: featured_views(&market, margins)?,
        providers: provider_views(&market, margins, at)?,
        offers_total: offers.len(),
        regions_total: named.collect::<BTreeSet<_>>().len(),
    };
    Ok(serde_json::to_value(board)?)
}
