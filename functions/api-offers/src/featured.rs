//! `GET /providers/featured`: the price board of the landing page.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::Error;
use domain::market::browse::{Featured, Market, featured};
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::view::OfferView;

/// The best price for each GPU that is asked for most.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeaturedPage {
    /// When the prices were taken.
    taken_at: Timestamp,
    /// One line per GPU family, the most wanted first.
    items: Vec<FeaturedView>,
}

/// The cheapest machine in stock with one family of GPUs.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeaturedView {
    /// `H100`.
    family: String,
    /// Price of one of its GPUs for an hour.
    rate_per_gpu_usd_micros_per_hour: UsdMicrosPerHour,
    offer: OfferView,
}

/// Shows the best price for each of the most wanted GPUs, at the FREE plan.
#[utoipa::path(
    get, path = "/api/v2/providers/featured", tag = "offers",
    responses(
        (status = 200, body = FeaturedPage),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn featured_offers(
    State(app): State<Arc<App>>,
    visitor: Visitor,
) -> Result<impl IntoResponse, ApiError> {
    let margins = app.margins(&visitor, PlanId::Free).await?;
    let market = app.newest(&visitor).await?;
    let items = featured_views(&market, margins)?;
    let page = FeaturedPage { taken_at: market.snapshot().taken_at, items };
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(page)))
}

/// The board of a market.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn featured_views(market: &Market, margins: Margins) -> Result<Vec<FeaturedView>, Error> {
    let view = |best: Featured<'_>| {
        Ok(FeaturedView {
            family: best.family.to_owned(),
            rate_per_gpu_usd_micros_per_hour: best.rate_per_gpu,
            offer: OfferView::new(best.offer, margins)?,
        })
    };
    featured(market, margins)?.into_iter().map(view).collect()
}
