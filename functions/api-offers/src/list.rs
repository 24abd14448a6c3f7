//! `GET /offers`: filter, sort and rank the market, page by page.

use std::sync::Arc;

use axum::extract::State;
use domain::id::SnapshotId;
use domain::market::browse::{self, Cursor, Explained, Filter, LIMIT_DEFAULT, Sort, Weights};
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Query, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::view::OfferView;

/// What is asked for. Lists are separated by commas; what is left out does not narrow.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OffersQuery {
    /// GPU models or families: `H100` matches `H100 SXM` too.
    gpu: Option<String>,
    /// The least memory of one GPU.
    gpu_memory_gib_min: Option<u32>,
    /// The least number of whole GPUs.
    gpu_count_min: Option<u32>,
    /// Exactly this many whole GPUs.
    gpu_count: Option<u32>,
    /// The most a running hour may cost.
    price_max_usd_micros_per_hour: Option<i64>,
    /// Regions, as the providers name them.
    region: Option<String>,
    /// Providers.
    provider: Option<String>,
    /// Only spot offers, or only others.
    spot: Option<bool>,
    /// `false` shows what is sold out too.
    available: Option<bool>,
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
    /// How much virtual processors count.
    #[param(minimum = 0, maximum = 100)]
    weight_vcpus: Option<f64>,
    /// How much main memory counts.
    #[param(minimum = 0, maximum = 100)]
    weight_ram: Option<f64>,
    /// How much stock counts.
    #[param(minimum = 0, maximum = 100)]
    weight_availability: Option<f64>,
    /// The plan whose prices are shown; FREE unless said.
    plan: Option<PlanId>,
    /// Rows of a page, 1 to 100; 20 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of offers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffersPage {
    /// The snapshot all pages of this answer come from.
    snapshot_id: SnapshotId,
    /// When it was taken.
    taken_at: Timestamp,
    /// Offers that match, on all pages.
    total: u32,
    items: Vec<RankedOffer>,
    /// Where the next page begins; absent on the last.
    next_cursor: Option<String>,
}

/// An offer and its place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RankedOffer {
    /// Place by value among all that match, from 1, whatever they are sorted by.
    rank: u32,
    /// Value, 0 to 1 (TOPSIS).
    score: f64,
    /// What each facet added to it.
    explanation: Vec<Explained>,
    offer: OfferView,
}

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

impl OffersQuery {
    /// Naming any weight leaves the others at zero, so that a link says all there is.
    fn weights(&self) -> Weights {
        let named = [
            self.weight_price,
            self.weight_memory,
            self.weight_performance,
            self.weight_vcpus,
            self.weight_ram,
            self.weight_availability,
        ];
        if named.iter().all(Option::is_none) {
            return Weights::default();
        }
        let [price, memory, performance, vcpus, ram, availability] =
            named.map(Option::unwrap_or_default);
        Weights { price, memory, performance, vcpus, ram, availability }
    }

    fn query(self) -> browse::Query {
        browse::Query {
            weights: self.weights(),
            filter: Filter {
                gpu: list(self.gpu),
                gpu_memory_gib_min: self.gpu_memory_gib_min,
                gpu_count_min: self.gpu_count_min,
                gpu_count: self.gpu_count,
                price_max_usd_micros_per_hour: self
                    .price_max_usd_micros_per_hour
                    .map(UsdMicrosPerHour),
                region: list(self.region),
                provider: list(self.provider),
                spot: self.spot,
                available: self.available.unwrap_or(true),
            },
            sort: self.sort.unwrap_or_default(),
            limit: self.limit.unwrap_or(LIMIT_DEFAULT),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Lists offers, the best value first. All pages of an answer come from the snapshot of the first,
/// so none repeats or skips an offer while prices change.
#[utoipa::path(
    get, path = "/api/v2/offers", tag = "offers", params(OffersQuery),
    responses(
        (status = 200, body = OffersPage),
        (status = 400, body = ErrorBody, description = "`invalid_query`, `invalid_filter`, \
            `invalid_weights`, `invalid_limit`, `invalid_cursor`, `cursor_mismatch`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 410, description = "`cursor_expired`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_offers(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<OffersQuery>,
) -> Result<Json<OffersPage>, ApiError> {
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
    let page = browse::browse(&market, &asked.query(), margins, cursor.as_ref())?;
    let ranked = |row: browse::Row<'_>| {
        Ok(RankedOffer {
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
        items: items?,
        next_cursor: page.next.map(|cursor| cursor.encode()).transpose()?,
    }))
}
