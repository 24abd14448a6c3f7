//! `GET /providers`: which clouds are on the market.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use domain::Error;
use domain::market::browse::Market;
use domain::market::launches::LaunchRecord;
use domain::market::offer::Stock;
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Every cloud with something on sale.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProvidersPage {
    /// When its offers were taken.
    taken_at: Timestamp,
    /// By name.
    items: Vec<ProviderView>,
}

/// One GPU cloud.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// Name, lower case with dashes.
    provider: String,
    /// Offers on sale.
    offers: u32,
    /// Offers in stock.
    offers_available: u32,
    /// Regions it sells in.
    regions: u32,
    /// Its cheapest machine in stock, at the FREE plan.
    lowest_rate_usd_micros_per_hour: Option<UsdMicrosPerHour>,
    /// When it was last asked and answered; null in SANDBOX, where none is asked.
    read_at: Option<Timestamp>,
    /// How many milliseconds it took then.
    read_millis: Option<u32>,
    /// Whether it can be relied on.
    status: ProviderStatus,
    /// Until when nothing is launched there, while it rests.
    resting_until: Option<Timestamp>,
    /// What became of our own launches there in the last 30 days; null where there were none.
    launches: Option<LaunchRecord>,
}

/// Whether a GPU cloud can be relied on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderStatus {
    /// It answers.
    Healthy,
    /// It did not say what it sells when it was last asked; its offers stay for ten minutes and are
    /// then sold out.
    Silent,
    /// It failed several times in a row, and nothing is launched there for a while.
    Resting,
}

/// Lists the clouds on the market.
#[utoipa::path(
    get, path = "/api/v2/providers", tag = "offers",
    responses(
        (status = 200, body = ProvidersPage),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_providers(
    State(app): State<Arc<App>>,
    visitor: Visitor,
) -> Result<Json<ProvidersPage>, ApiError> {
    let margins = app.margins(&visitor, PlanId::Free).await?;
    let market = app.newest(&visitor).await?;
    let items = provider_views(&market, margins, visitor.now)?;
    Ok(Json(ProvidersPage { taken_at: market.snapshot().taken_at, items }))
}

/// The clouds of a market, by name.
///
/// # Errors
///
/// `amount_too_large` past 64 bits.
pub fn provider_views(
    market: &Market,
    margins: Margins,
    now: Timestamp,
) -> Result<Vec<ProviderView>, Error> {
    let mut by_name: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for offer in &market.snapshot().offers {
        by_name.entry(&offer.provider).or_default().push(offer);
    }
    let mut items = Vec::new();
    for (provider, offers) in by_name {
        let available = || offers.iter().filter(|offer| offer.stock != Stock::None);
        let lowest = available().map(|offer| offer.provider_rate_usd_micros_per_hour).min();
        let regions: std::collections::BTreeSet<_> = offers.iter().map(|o| &o.region).collect();
        let reading = market.snapshot().clouds.get(provider);
        let rests = market.snapshot().rests(provider, now);
        items.push(ProviderView {
            provider: provider.to_owned(),
            offers: u32::try_from(offers.len()).unwrap_or(u32::MAX),
            offers_available: u32::try_from(available().count()).unwrap_or(u32::MAX),
            regions: u32::try_from(regions.len()).unwrap_or(u32::MAX),
            lowest_rate_usd_micros_per_hour: lowest.map(|rate| margins.rate(rate)).transpose()?,
            read_at: reading.map(|reading| reading.read_at),
            read_millis: reading.map(|reading| reading.millis),
            status: match reading {
                _ if rests => ProviderStatus::Resting,
                Some(reading) if reading.silent => ProviderStatus::Silent,
                _ => ProviderStatus::Healthy,
            },
            resting_until: reading.and_then(|reading| reading.resting_until).filter(|_| rests),
            launches: market.snapshot().launches.get(provider).copied(),
        });
    }
    Ok(items)
}
