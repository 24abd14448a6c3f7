//! `/billing/setup-intent`: storing a card, its first half.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, fresh_key};

/// What the page needs to store a card without showing it to us.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetupIntentView {
    id: String,
    /// What the page proves itself with to the payment provider.
    client_secret: String,
    /// The payment account the page speaks to; none where only test cards can be stored, by their
    /// names: `pm_card_visa`.
    publishable_key: Option<String>,
}

/// Prepares storing a card; the page confirms it with the payment provider itself.
#[utoipa::path(
    post, path = "/api/v2/billing/setup-intent", tag = "billing",
    security(("access_token" = [])),
    responses(
        (status = 201, body = SetupIntentView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`payments_unavailable`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn create_setup_intent(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<impl IntoResponse, ApiError> {
    let payer = app.payer(&caller).await?;
    let customer_id = app.customer(&payer).await?;
    let key = format!("setup_{}", fresh_key(payer.now)?);
    let intent = payer.account.create_setup_intent(&customer_id, &key).await?;
    let view = SetupIntentView {
        id: intent.id,
        client_secret: intent.client_secret,
        publishable_key: payer.account.publishable_key().map(str::to_owned),
    };
    Ok((StatusCode::CREATED, NoStore, Json(view)))
}
