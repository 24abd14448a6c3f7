//! `/pods/quotes`: prices held for one deploy.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::Mode;
use domain::id::{PodId, QuoteId};
use domain::market::offer::{OfferId, SimulatedField};
use domain::market::quote::{Price, Quote, QuoteTerms};
use domain::money::UsdMicros;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};
use runtime::ids::entropy;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::configuration::ConfigurationRequest;

/// A price that is held until it expires.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteView {
    id: QuoteId,
    mode: Mode,
    offer_id: OfferId,
    provider: String,
    instance_type: String,
    region: String,
    gpu: String,
    template_id: String,
    template_name: String,
    disk_gib: u32,
    /// How many of the caller's keys may log in.
    ssh_keys: u32,
    /// Whether a machine anywhere will do when the chosen region is full.
    any_region: bool,
    /// Whether the pod is deployed again, at the same price and without another activation, when its
    /// cloud takes its machine away.
    relaunch: bool,
    /// Fields of the offer that no source publishes and the sandbox market derived.
    offer_simulated: Vec<SimulatedField>,
    price: Price,
    /// What is held at deploy and given back if nothing runs.
    hold_usd_micros: UsdMicros,
    created_at: Timestamp,
    /// From then on it cannot be deployed.
    expires_at: Timestamp,
    /// The pod that was deployed from it.
    pod_id: Option<PodId>,
}

impl From<Quote> for QuoteView {
    fn from(quote: Quote) -> Self {
        let configuration = quote.configuration;
        Self {
            id: quote.id,
            mode: quote.mode,
            offer_id: configuration.offer.id,
            provider: configuration.offer.provider,
            instance_type: configuration.offer.instance_type,
            region: configuration.offer.region,
            gpu: configuration.offer.gpu,
            template_id: configuration.template.id,
            template_name: configuration.template.name,
            disk_gib: configuration.disk_gib,
            ssh_keys: u32::try_from(configuration.ssh_public_keys.len()).unwrap_or(u32::MAX),
            any_region: configuration.any_region,
            relaunch: configuration.relaunch,
            offer_simulated: configuration.offer.simulated,
            price: quote.price,
            hold_usd_micros: quote.hold_usd_micros,
            created_at: quote.created_at,
            expires_at: quote.expires_at,
            pod_id: quote.pod_id,
        }
    }
}

/// Holds the price of a configuration for one deploy.
#[utoipa::path(
    post, path = "/api/v2/pods/quotes", tag = "configure", request_body = ConfigurationRequest,
    security(("access_token" = [])),
    responses(
        (status = 201, body = QuoteView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `disk_too_small`, \
            `disk_too_large`, `too_many_ssh_keys`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`sold_out`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn create_quote(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<ConfigurationRequest>,
) -> Result<(StatusCode, Json<QuoteView>), ApiError> {
    let configuration = app.configuration(&caller, request).await?;
    let now = caller.now;
    let terms = QuoteTerms {
        id: QuoteId::new(now, entropy()?),
        tenant_id: caller.tenant_id().clone(),
        user_id: caller.user_id().clone(),
        mode: caller.mode(),
        margins: app.plans.margins(&caller, now).await?,
        quote_secs: caller.parameters().quote_secs,
        hold_secs: caller.parameters().hold_secs,
        now,
    };
    let quote = Quote::new(terms, configuration)?;
    app.quotes.keep(&quote).await?;
    Ok((StatusCode::CREATED, Json(quote.into())))
}

/// Shows a held price.
#[utoipa::path(
    get, path = "/api/v2/pods/quotes/{id}", tag = "configure",
    security(("access_token" = [])),
    params(("id" = QuoteId, Path, description = "The quote's identifier.")),
    responses(
        (status = 200, body = QuoteView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_quote(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<QuoteId>,
) -> Result<Json<QuoteView>, ApiError> {
    let quote = app.quotes.find(caller.tenant_id(), caller.user_id(), &id).await?;
    Ok(Json(quote.into()))
}
