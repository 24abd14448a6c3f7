//! `POST /pods/estimate`.

use std::sync::Arc;

use axum::extract::State;
use domain::market::quote::Price;
use domain::money::UsdMicros;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::configuration::ConfigurationRequest;

/// What a configuration would cost now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EstimateView {
    price: Price,
    /// The disk that is priced, in GiB.
    disk_gib: u32,
    /// The least disk this machine and template take.
    disk_gib_min: u32,
    /// The most disk this cloud attaches.
    disk_gib_max: u32,
    /// What would be held at deploy and is given back if nothing runs.
    hold_usd_micros: UsdMicros,
}

/// Prices a configuration per hour, day and month, without holding the price.
#[utoipa::path(
    post, path = "/api/v2/pods/estimate", tag = "configure", request_body = ConfigurationRequest,
    security(("access_token" = [])),
    responses(
        (status = 200, body = EstimateView),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `disk_too_small`, \
            `disk_too_large`, `too_many_ssh_keys`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`sold_out`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn estimate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<ConfigurationRequest>,
) -> Result<Json<EstimateView>, ApiError> {
    let configuration = app.configuration(&caller, request).await?;
    let price = configuration.price(&app.plans.margins(&caller, caller.now).await?)?;
    let hold_secs = i64::from(caller.parameters().hold_secs);
    Ok(Json(EstimateView {
        hold_usd_micros: price.rate_usd_micros_per_hour.over_secs_rounded_up(hold_secs)?,
        price,
        disk_gib: configuration.disk_gib,
        disk_gib_min: configuration.disk_gib_min(),
        disk_gib_max: configuration.offer.disk.max_gib,
    }))
}
