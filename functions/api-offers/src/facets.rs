//! `GET /offers/facets`: what the market's filters can be chosen from.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::id::SnapshotId;
use domain::market::browse::{GpuCount, counts};
use domain::money::UsdMicrosPerHour;
use domain::money::plan::PlanId;
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Everything there is to choose from, with how many offers each choice has; sold-out ones count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetsPage {
    /// The snapshot that was counted.
    snapshot_id: SnapshotId,
    /// When it was taken.
    taken_at: Timestamp,
    /// By model, then by memory.
    gpus: Vec<GpuFacet>,
    /// By name.
    regions: Vec<RegionFacet>,
    /// By name.
    providers: Vec<ProviderFacet>,
    /// By ISO 3166-1 code, as far as the country is known.
    countries: Vec<CountryFacet>,
    /// The memories of one GPU there are, the smallest first.
    gpu_memory_gib: Vec<u32>,
}

/// A GPU with one size of memory.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GpuFacet {
    gpu: String,
    /// Memory of one whole GPU.
    gpu_memory_gib: u32,
    offers: u32,
    /// Offers in stock.
    offers_available: u32,
    /// Kinds of machines: rows when grouped by machine, sold-out and spot ones included.
    machines: u32,
    /// Its cheapest machine in stock, at the FREE plan.
    lowest_rate_usd_micros_per_hour: Option<UsdMicrosPerHour>,
}

/// A region, as the providers name it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionFacet {
    region: String,
    offers: u32,
}

/// A country.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountryFacet {
    /// ISO 3166-1 code.
    country: &'static str,
    offers: u32,
}

/// A GPU cloud.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderFacet {
    provider: String,
    offers: u32,
}

impl From<GpuCount<'_>> for GpuFacet {
    fn from(count: GpuCount<'_>) -> Self {
        Self {
            gpu: count.gpu.to_owned(),
            gpu_memory_gib: count.gpu_memory_gib,
            offers: count.offers,
            offers_available: count.offers_available,
            machines: count.machines,
            lowest_rate_usd_micros_per_hour: count.lowest_rate,
        }
    }
}

/// Counts the offers of each GPU, region and provider on the market.
#[utoipa::path(
    get, path = "/api/v2/offers/facets", tag = "offers",
    responses(
        (status = 200, body = FacetsPage),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_facets(
    State(app): State<Arc<App>>,
    visitor: Visitor,
) -> Result<impl IntoResponse, ApiError> {
    let margins = app.margins(&visitor, PlanId::Free).await?;
    let market = app.newest(&visitor).await?;
    let counts = counts(&market, margins)?;
    let region = |(region, offers): (&str, u32)| RegionFacet { region: region.to_owned(), offers };
    let provider =
        |(provider, offers): (&str, u32)| ProviderFacet { provider: provider.to_owned(), offers };
    let country = |(country, offers)| CountryFacet { country, offers };
    let page = FacetsPage {
        snapshot_id: market.id().clone(),
        taken_at: market.snapshot().taken_at,
        gpus: counts.gpus.into_iter().map(GpuFacet::from).collect(),
        regions: counts.regions.into_iter().map(region).collect(),
        providers: counts.providers.into_iter().map(provider).collect(),
        countries: counts.countries.into_iter().map(country).collect(),
        gpu_memory_gib: counts.gpu_memory_gib.into_iter().collect(),
    };
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(page)))
}
