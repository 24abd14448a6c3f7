//! `GET /offers/{id}/prices`: what an offer has cost.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::market::history::{KEPT_DAYS, Point};
use domain::market::offer::OfferId;
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use domain::{Error, Mode};
use jiff::{SignedDuration, Timestamp, Unit};
use providers::sandbox;
use providers::shipped::{self, Shipped};
use runtime::http::{ApiError, ErrorBody, Json, Path, Query, Visitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;

/// How far back people look unless they say otherwise.
const DAYS_DEFAULT: i64 = 30;

/// Which prices are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PricesQuery {
    /// The plan whose prices are shown; FREE unless said.
    plan: Option<PlanId>,
    /// How many days back; 30 unless said.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
}

/// What an offer has cost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PricesPage {
    /// How far back was asked for.
    from: Timestamp,
    /// Now.
    until: Timestamp,
    /// Each change of the price, oldest first. A price holds until the next one; the first holds at
    /// `from`, or is the first that is known.
    points: Vec<PricePoint>,
    /// The lowest of them.
    lowest_rate_usd_micros_per_hour: UsdMicrosPerHour,
    /// The highest of them.
    highest_rate_usd_micros_per_hour: UsdMicrosPerHour,
}

/// From when on an offer cost so much.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PricePoint {
    at: Timestamp,
    rate_usd_micros_per_hour: UsdMicrosPerHour,
}

impl PricePoint {
    fn of(point: Point, margins: Margins) -> Result<Self, Error> {
        let rate_usd_micros_per_hour = margins.rate(point.rate())?;
        Ok(Self { at: point.at(), rate_usd_micros_per_hour })
    }
}

/// Shows what one offer has cost, up to 90 days back.
#[utoipa::path(
    get, path = "/api/v2/offers/{id}/prices", tag = "offers",
    params(("id" = String, Path, description = "The offer's identifier."), PricesQuery),
    responses(
        (status = 200, body = PricesPage),
        (status = 400, description = "`invalid_query`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_prices(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<PricesQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let days = asked.days.unwrap_or(DAYS_DEFAULT);
    if !(1..=KEPT_DAYS).contains(&days) {
        let message = format!("Prices are kept for {KEPT_DAYS} days; ask for 1 to {KEPT_DAYS}.");
        return Err(Error::invalid("invalid_query", message).into());
    }
    let margins = app.margins(&visitor, asked.plan.unwrap_or(PlanId::Free)).await?;
    // Points are told in whole seconds.
    let until = visitor.now.round(Unit::Second).unwrap_or(visitor.now);
    let from = until - SignedDuration::from_hours(24 * days);
    let points = app.points(&visitor, &OfferId(id), from).await?;
    let points = points.into_iter().map(|point| PricePoint::of(point, margins));
    let points = points.collect::<Result<Vec<_>, _>>()?;
    let rates = || points.iter().map(|point| point.rate_usd_micros_per_hour);
    let (Some(lowest), Some(highest)) = (rates().min(), rates().max()) else {
        return Err(Error::not_found("offer").into());
    };
    let page = PricesPage {
        from,
        until,
        lowest_rate_usd_micros_per_hour: lowest,
        highest_rate_usd_micros_per_hour: highest,
        points,
    };
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(page)))
}

impl App {
    /// What the provider has charged: as it was noted, or as the sandbox market moves.
    async fn points(
        &self,
        visitor: &Visitor,
        id: &OfferId,
        from: Timestamp,
    ) -> Result<Vec<Point>, Error> {
        if visitor.context.tenant.mode == Mode::Sandbox {
            let row = shipped()?.rows.iter().find(|row| row.id == *id);
            return Ok(
                row.map_or_else(Vec::new, |row| sandbox::market::prices(row, from, visitor.now))
            );
        }
        let market = self.newest(visitor).await?;
        let offer = market.find(id).ok_or_else(|| Error::not_found("offer"))?;
        Ok(self.market.history(&offer.provider).await?.since(id, from))
    }
}

/// The catalogue, read once.
fn shipped() -> Result<&'static Shipped, Error> {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    if let Some(shipped) = SHIPPED.get() {
        return Ok(shipped);
    }
    let shipped = shipped::read(shipped::CATALOGUE)
        .map_err(|error| Error::broken("the shipped catalogue cannot be read", error))?;
    Ok(SHIPPED.get_or_init(|| shipped))
}
