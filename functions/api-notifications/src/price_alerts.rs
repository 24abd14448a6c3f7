//! `/price-alerts`: what the caller wants to be told when it costs less.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::market::alert::{PriceAlert, check_room, set};
use domain::market::browse::MachineId;
use domain::money::UsdMicrosPerHour;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, reader};

/// The price that is waited for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPriceAlert {
    /// The most that a running hour may cost, our shares included.
    #[schema(minimum = 1)]
    rate_max_usd_micros_per_hour: u64,
}

/// An alert that waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceAlertView {
    machine: MachineId,
    /// The machine in words.
    name: String,
    rate_max_usd_micros_per_hour: UsdMicrosPerHour,
    created_at: Timestamp,
    /// When it is over though its price never came.
    ends_at: Timestamp,
}

/// A person's alerts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceAlertsPage {
    /// By machine; at most 20.
    #[schema(max_items = 20)]
    items: Vec<PriceAlertView>,
}

impl From<PriceAlert> for PriceAlertView {
    fn from(alert: PriceAlert) -> Self {
        let ends_at = alert.ends_at();
        let PriceAlert { machine, name, rate_max_usd_micros_per_hour, created_at, .. } = alert;
        Self { machine, name, rate_max_usd_micros_per_hour, created_at, ends_at }
    }
}

/// Lists the caller's price alerts.
#[utoipa::path(
    get, path = "/api/v2/price-alerts", tag = "notifications", security(("access_token" = [])),
    responses(
        (status = 200, body = PriceAlertsPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_price_alerts(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<impl IntoResponse, ApiError> {
    let alerts = app.price_alerts.list(&reader(&caller)).await?;
    // What has expired may still be there for some days.
    let waiting = alerts.into_iter().filter(|alert| caller.now < alert.ends_at());
    let items = waiting.map(PriceAlertView::from).collect();
    Ok((NoStore, Json(PriceAlertsPage { items })))
}

/// Has the caller told, once, by mail and in the app, when a machine costs at most so much. It takes
/// the place of their alert for the same machine.
#[utoipa::path(
    put, path = "/api/v2/price-alerts/{machine}", tag = "notifications",
    request_body = SetPriceAlert, security(("access_token" = [])),
    params(("machine" = String, Path, description = "`machine` of a row of `GET /offers`.")),
    responses(
        (status = 200, body = PriceAlertView),
        (status = 400, description = "`invalid_body`, `price_invalid`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`price_met`, `too_many_alerts`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn set_price_alert(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(machine): Path<String>,
    Json(request): Json<SetPriceAlert>,
) -> Result<Json<PriceAlertView>, ApiError> {
    let (mode, now) = (caller.mode(), caller.now);
    let (tenant_id, user_id) = (caller.tenant_id().clone(), caller.user_id().clone());
    let margins = app.plans.margins(&caller, now).await?;
    let market = app.market.newest(mode, now).await?;
    // What is beyond all prices is refused as one that is met, or waits for any price.
    let rate_max = i64::try_from(request.rate_max_usd_micros_per_hour).unwrap_or(i64::MAX);
    let wanted = (UsdMicrosPerHour(rate_max), margins);
    let of = (tenant_id, user_id, mode);
    let alert = set(market.snapshot(), MachineId(machine), wanted, of, now)?;
    app.price_alerts.set(&alert, |kept| check_room(kept, &alert.machine)).await?;
    Ok(Json(alert.into()))
}

/// Removes the caller's alert for a machine.
#[utoipa::path(
    delete, path = "/api/v2/price-alerts/{machine}", tag = "notifications",
    security(("access_token" = [])),
    params(("machine" = String, Path, description = "`machine` of the alert.")),
    responses(
        (status = 204, description = "Removed."),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn delete_price_alert(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(machine): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.price_alerts.remove(&reader(&caller), &MachineId(machine)).await?;
    Ok(StatusCode::NO_CONTENT)
}
