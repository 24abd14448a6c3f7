//! `GET /offers/{id}`: one offer.

use std::sync::Arc;

use axum::extract::State;
use domain::Error;
use domain::market::offer::OfferId;
use domain::money::plan::PlanId;
use runtime::http::{ApiError, ErrorBody, Json, Path, Query, Visitor};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::view::OfferView;

/// How it is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfferQuery {
    /// The plan whose price is shown; FREE unless said.
    plan: Option<PlanId>,
}

/// Shows one offer as it is now.
#[utoipa::path(
    get, path = "/api/v2/offers/{id}", tag = "offers",
    params(("id" = String, Path, description = "The offer's identifier."), OfferQuery),
    responses(
        (status = 200, body = OfferView),
        (status = 400, description = "`invalid_query`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_offer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<OfferQuery>,
) -> Result<Json<OfferView>, ApiError> {
    let margins = app.margins(&visitor, asked.plan.unwrap_or(PlanId::Free)).await?;
    let market = app.newest(&visitor).await?;
    let offer = market.find(&OfferId(id)).ok_or_else(|| Error::not_found("offer"))?;
    Ok(Json(OfferView::new(offer, margins)?))
}
