//! `/billing/payment-methods`: the cards a person pays with.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::Error;
use domain::money::billing::{Card, current};
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, check_card, fresh_key};

/// The cards of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardsPage {
    items: Vec<Card>,
}

/// A card to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddCard {
    /// The payment provider's name of it, from a confirmed setup intent: `pm_…`.
    #[schema(max_length = 255, pattern = "^pm_[A-Za-z0-9_]+$")]
    payment_method_id: String,
}

/// Lists the cards of the signed-in person.
#[utoipa::path(
    get, path = "/api/v2/billing/payment-methods", tag = "billing",
    security(("access_token" = [])),
    responses(
        (status = 200, body = CardsPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`payments_unavailable`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_cards(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<CardsPage>, ApiError> {
    let payer = app.payer(&caller).await?;
    let items = match app.billing.customer(&payer.of).await? {
        Some(customer_id) => payer.account.cards(&customer_id).await?,
        None => Vec::new(),
    };
    Ok(Json(CardsPage { items }))
}

/// Keeps a card and makes it the one that pays, also for the plan.
///
/// Its owner must have agreed that it is charged for the plan and for what they confirm later.
#[utoipa::path(
    post, path = "/api/v2/billing/payment-methods", tag = "billing", request_body = AddCard,
    security(("access_token" = [])),
    responses(
        (status = 201, body = Card),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `payment_method_invalid`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`card_declined`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`payments_unavailable`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn add_card(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<AddCard>,
) -> Result<(StatusCode, Json<Card>), ApiError> {
    let payer = app.payer(&caller).await?;
    check_card(&request.payment_method_id)?;
    let customer_id = app.customer(&payer).await?;
    let key = format!("card_{}", fresh_key(payer.now)?);
    let card = payer.account.add_card(&customer_id, &request.payment_method_id, &key).await?;
    let paid = current(payer.account.subscriptions(&customer_id).await?);
    if let Some(paid) = paid.filter(|one| one.status.grants()) {
        payer.account.pay_by(&paid, &card.id, &format!("{key}_plan")).await?;
    }
    Ok((StatusCode::CREATED, Json(card)))
}

/// Forgets a card.
#[utoipa::path(
    delete, path = "/api/v2/billing/payment-methods/{id}", tag = "billing",
    security(("access_token" = [])),
    params(("id" = String, Path, description = "The card's name: `pm_…`.")),
    responses(
        (status = 204, description = "Forgotten."),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`payments_unavailable`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn delete_card(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let payer = app.payer(&caller).await?;
    let unknown = || Error::not_found("card");
    check_card(&id).map_err(|_| unknown())?;
    let customer_id = app.billing.customer(&payer.of).await?.ok_or_else(unknown)?;
    let key = format!("card_{}", fresh_key(payer.now)?);
    payer.account.remove_card(&customer_id, &id, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
