//! `GET /offers`: filter, group, sort and rank the market, page by page.

use std::sync::Arc;

use axum::extract::State;
use domain::id::SnapshotId;
use domain::market::browse::{
    self, Cursor, Explained, FilterName, MachineId, Near, Per, Relaxed, Unmatched, Weights,
};
use domain::market::price::Margins;
use domain::money::plan::PlanId;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Query, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::asked::OffersQuery;
use crate::view::OfferView;

/// A page of offers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffersPage {
    /// The snapshot all pages of this answer come from.
    snapshot_id: SnapshotId,
    /// When it was taken.
    taken_at: Timestamp,
    /// Rows that match, on all pages: offers, or groups of them.
    total: u32,
    /// The score of the best of them; 0 without any.
    best_score: f64,
    /// The weights in effect, a workload's among them.
    weights: Weights,
    /// What prices and sizes were compared by.
    per: Per,
    /// Memory that the model needs, in GiB, where one is to run or be fine-tuned.
    model_memory_gib_min: Option<u32>,
    items: Vec<RankedOffer>,
    /// What would match, where nothing does.
    unmatched: Option<UnmatchedView>,
    /// Where the next page begins; absent on the last.
    next_cursor: Option<String>,
}

/// What there would be if less were asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnmatchedView {
    /// Each filter without which something matches, the one that gives most first.
    relax: Vec<Relaxed>,
    /// Up to three offers that miss the fewest filters, by the least, the cheapest first.
    nearest: Vec<NearView>,
}

/// An offer that nearly matches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NearView {
    /// The filters that it does not pass.
    misses: Vec<FilterName>,
    offer: OfferView,
}

/// An offer and its place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RankedOffer {
    /// The kind of machine it is; asking for it unfolds a group.
    machine: MachineId,
    /// How many matching offers the row stands for, of which this one is the cheapest in stock.
    offers: u32,
    /// How many clouds those are of.
    clouds: u32,
    /// Place by value among all rows, from 1, whatever they are sorted by.
    rank: u32,
    /// Value, 0 to 1 (TOPSIS).
    score: f64,
    /// What each facet added to it.
    explanation: Vec<Explained>,
    offer: OfferView,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl UnmatchedView {
    fn new(unmatched: Unmatched<'_>, margins: Margins) -> Result<Self, Error> {
        let near = |near: Near<'_>| {
            Ok(NearView { misses: near.misses, offer: OfferView::new(near.offer, margins)? })
        };
        let nearest: Result<_, Error> = unmatched.nearest.into_iter().map(near).collect();
        Ok(Self { relax: unmatched.relax, nearest: nearest? })
    }
}

/// Lists offers, or groups of them, the best value first. All pages of an answer come from the
/// snapshot of the first, so none repeats or skips a row while prices change.
#[utoipa::path(
    get, path = "/api/v2/offers", tag = "offers", params(OffersQuery),
    responses(
        (status = 200, body = OffersPage),
        (status = 400, body = ErrorBody, description = "`invalid_query`, `invalid_filter`, \
            `invalid_workload`, `invalid_weights`, `invalid_limit`, `invalid_cursor`, \
            `cursor_mismatch`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 410, description = "`cursor_expired`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_offers(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<OffersQuery>,
) -> Result<Json<OffersPage>, ApiError> {
    let query = asked.query()?;
    let margins = app.margins(&visitor, asked.plan.unwrap_or(PlanId::Free)).await?;
    let cursor = asked.cursor.as_deref().map(Cursor::decode).transpose()?;
    let market = match &cursor {
        None => app.newest(&visitor).await?,
        Some(cursor) => {
            let now = visitor.now;
            let market =
                app.market.earlier(visitor.context.tenant.mode, &cursor.snapshot, now).await?;
            market.ok_or_else(|| {
                let message = "These prices have expired. Start again from the first page.";
                Error::new(Kind::Gone, "cursor_expired", message)
            })?
        }
    };
    let page = browse::browse(&market, &query, margins, cursor.as_ref())?;
    let ranked = |row: browse::Row<'_>| {
        Ok(RankedOffer {
            machine: row.machine,
            offers: row.offers,
            clouds: row.clouds,
            rank: count(row.rank),
            score: row.score,
            explanation: row.explanation,
            offer: OfferView::new(row.offer, margins)?,
        })
    };
    let items: Result<_, Error> = page.rows.into_iter().map(ranked).collect();
    Ok(Json(OffersPage {
        snapshot_id: market.id().clone(),
        taken_at: market.snapshot().taken_at,
        total: count(page.total),
        best_score: page.best_score,
        weights: query.weights,
        per: query.per,
        model_memory_gib_min: query.filter.model_memory_gib_min,
        items: items?,
        unmatched: match page.total {
            0 => Some(UnmatchedView::new(page.unmatched, margins)?),
            _ => None,
        },
        next_cursor: page.next.map(|cursor| cursor.encode()).transpose()?,
    }))
}
