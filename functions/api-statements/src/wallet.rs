//! `GET /billing/wallet`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Mode;
use domain::id::PodId;
use domain::money::UsdMicros;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// The caller's money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WalletDetails {
    /// Real money or not.
    mode: Mode,
    /// What a new pod could use: credit, cash and credit terms that are not held.
    available_usd_micros: UsdMicros,
    /// Money that was paid in and is not held; below zero where credit terms are used.
    cash_usd_micros: UsdMicros,
    /// Free credit that has not expired and is not held.
    granted_usd_micros: UsdMicros,
    /// The same by grant, the one that expires first first.
    grants: Vec<GrantView>,
    /// Reserved for pods.
    held_usd_micros: UsdMicros,
    /// The same by pod.
    holds: Vec<HoldView>,
    /// How far cash may go below zero; 0 without credit terms.
    credit_limit_usd_micros: UsdMicros,
}

/// What is left of free credit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantView {
    name: String,
    amount_usd_micros: UsdMicros,
    /// When what is left can no longer be spent.
    expires_at: Timestamp,
}

/// What is reserved for a pod.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldView {
    pod_id: PodId,
    amount_usd_micros: UsdMicros,
}

/// Tells what is in the caller's wallet.
#[utoipa::path(
    get, path = "/api/v2/billing/wallet", tag = "billing", security(("access_token" = [])),
    responses(
        (status = 200, body = WalletDetails),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_wallet(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let of = WalletOf::member(&caller);
    let wallet = app.ledger.wallet(&of).await?;
    let grant = |(grant, amount_usd_micros, expires_at): (domain::money::ledger::GrantId, _, _)| {
        GrantView { name: grant.as_str().to_owned(), amount_usd_micros, expires_at }
    };
    let hold = |(pod_id, amount_usd_micros)| HoldView { pod_id, amount_usd_micros };
    let view = WalletDetails {
        mode: of.mode,
        available_usd_micros: wallet.available(now)?,
        cash_usd_micros: wallet.cash(),
        granted_usd_micros: wallet.granted(now)?,
        grants: wallet.grants(now).into_iter().map(grant).collect(),
        held_usd_micros: wallet.held()?,
        holds: wallet.holds()?.into_iter().map(hold).collect(),
        credit_limit_usd_micros: wallet.credit_limit_usd_micros,
    };
    Ok((NoStore, Json(view)))
}
