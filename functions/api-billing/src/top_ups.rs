//! `/billing/top-ups`: paying money into the wallet.

use std::sync::Arc;

use adapters::stripe::Payment;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Error;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{CardCharge, TopUp, TopUpAct, TopUpStatus, card_declined, deposit};
use jiff::Timestamp;
use runtime::http::{
    ApiError, Caller, ErrorBody, GatewayMessage, IdempotencyKey, Json, NoStore, Path,
};
use runtime::ids::entropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Payer, check_card};

/// Money to be paid in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTopUp {
    /// $5 to $10,000 in whole cents.
    #[schema(minimum = 5_000_000, maximum = 10_000_000_000_i64, multiple_of = 10_000)]
    amount_usd_micros: u64,
    /// With which card; the default one if none is named.
    #[schema(max_length = 255, pattern = "^pm_[A-Za-z0-9_]+$")]
    payment_method_id: Option<String>,
    /// Whether a card that is not stored yet is stored once it has paid. Its owner must have agreed
    /// that it is charged for what they confirm later.
    #[serde(default)]
    keep_card: bool,
}

/// Where a top-up stands; the wallet has it once the payment is confirmed to us, or looked at here.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopUpView {
    id: TopUpId,
    amount_usd_micros: UsdMicros,
    status: TopUpStatus,
    created_at: Timestamp,
    /// What the page confirms the payment with, when the card's owner must.
    client_secret: Option<String>,
    /// The payment account the page speaks to for that, if pages may speak to one.
    publishable_key: Option<String>,
}

/// Pays money into the wallet by card.
#[utoipa::path(
    post, path = "/api/v2/billing/top-ups", tag = "billing", request_body = CreateTopUp,
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 64,
        description = "Visible characters, new for each top-up.")),
    responses(
        (status = 201, body = TopUpView),
        (status = 400, body = ErrorBody, description = "`amount_invalid`, \
            `idempotency_key_invalid`, `invalid_body`, `payment_method_invalid`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`card_declined`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`idempotency_mismatch`, \
            `no_payment_method`, `payments_unavailable`, `top_up_expired`"),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn create_top_up(
    State(app): State<Arc<App>>,
    caller: Caller,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<CreateTopUp>,
) -> Result<impl IntoResponse, ApiError> {
    let payer = app.payer(&caller).await?;
    if let Some(card_id) = &request.payment_method_id {
        check_card(card_id)?;
    }
    let amount = UsdMicros(i64::try_from(request.amount_usd_micros).unwrap_or(i64::MAX));
    let id = TopUpId::new(payer.now, entropy()?);
    let asked = TopUp {
        keeps_card: request.keep_card,
        ..TopUp::new(id, amount, request.payment_method_id, payer.now)?
    };
    let top_up = app.billing.open_top_up(&payer.of, &key, &asked).await?;
    let view = app.pay(&payer, &top_up).await?;
    Ok((StatusCode::CREATED, NoStore, Json(view)))
}

/// Shows where a top-up stands.
///
/// What is seen to be paid is in the wallet from then on.
#[utoipa::path(
    get, path = "/api/v2/billing/top-ups/{id}", tag = "billing",
    security(("access_token" = [])),
    params(("id" = TopUpId, Path, description = "The top-up's identifier.")),
    responses(
        (status = 200, body = TopUpView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`payments_unavailable`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_top_up(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<TopUpId>,
) -> Result<impl IntoResponse, ApiError> {
    let payer = app.payer(&caller).await?;
    let top_up = app.billing.top_up(&payer.of, &id).await?;
    let payment = match (top_up.payment_to_look_at(), top_up.act()) {
        (Some(payment_id), _) => Some(payer.account.payment(payment_id).await?),
        (None, Ok(TopUpAct::Look { charge })) => payer.find_payment(&top_up, &charge).await?,
        (None, _) => None,
    };
    let Some(payment) = payment else {
        return Ok((NoStore, Json(view(&payer, top_up, None))));
    };
    let seen = app.take_in(&payer, &top_up, &payment).await?;
    Ok((NoStore, Json(view(&payer, seen, Some(payment)))))
}

fn view(payer: &Payer, top_up: TopUp, payment: Option<Payment>) -> TopUpView {
    let waits = top_up.status == TopUpStatus::RequiresAction;
    TopUpView {
        id: top_up.id,
        amount_usd_micros: top_up.amount_usd_micros,
        status: top_up.status,
        created_at: top_up.created_at,
        client_secret: payment.and_then(|payment| payment.client_secret).filter(|_| waits),
        publishable_key: payer.account.publishable_key().map(str::to_owned),
    }
}

impl Payer {
    /// The payment for a top-up that was asked for, if the payment provider has made it.
    async fn find_payment(
        &self,
        top_up: &TopUp,
        charge: &CardCharge,
    ) -> Result<Option<Payment>, Error> {
        self.account.payment_for(&top_up.id, &charge.customer_id, top_up.created_at).await
    }
}

impl App {
    /// Pays a top-up, or says what became of it.
    async fn pay(&self, payer: &Payer, top_up: &TopUp) -> Result<TopUpView, Error> {
        let found = match top_up.act()? {
            TopUpAct::Show { payment_id } => Some(payer.account.payment(&payment_id).await?),
            TopUpAct::Look { charge } => payer.find_payment(top_up, &charge).await?,
            TopUpAct::Charge => None,
        };
        if let Some(payment) = found {
            let seen = self.take_in(payer, top_up, &payment).await?;
            return outcome(payer, seen, payment);
        }
        top_up.check_chargeable(payer.now)?;
        let charge = match &top_up.charge {
            Some(charge) => charge.clone(),
            None => self.choose(payer, top_up).await?,
        };
        match payer.account.pay(top_up, &charge).await {
            Ok(payment) => {
                let seen = self.note(payer, top_up, &payment).await?;
                outcome(payer, seen, payment)
            }
            Err(error) => {
                if error.code == "card_declined" {
                    self.billing
                        .change_top_up(&payer.of, &top_up.id, None, TopUp::declined)
                        .await?;
                }
                Err(error)
            }
        }
    }

    /// Chooses what to charge, and writes it down before anybody is asked: a repetition may find
    /// the card stored by then, or another one the default, and must ask for the same.
    async fn choose(&self, payer: &Payer, top_up: &TopUp) -> Result<CardCharge, Error> {
        let customer_id = self.customer(payer).await?;
        let named = top_up.payment_method_id.as_deref();
        let card = self.card(payer, &customer_id, named).await?;
        let keeps_card = top_up.keeps_card && !card.is_kept;
        let charge = CardCharge { customer_id, card_id: card.id, keeps_card };
        self.billing.begin_charge(&payer.of, &top_up.id, &charge, payer.now).await
    }

    /// Notes where the payment of a top-up stands.
    async fn note(&self, payer: &Payer, top_up: &TopUp, payment: &Payment) -> Result<TopUp, Error> {
        let decide = |known: &TopUp| known.seen(&payment.id, payment.status);
        self.billing.change_top_up(&payer.of, &top_up.id, None, decide).await
    }

    /// Notes where a payment stands that was made before, and puts what was paid into the wallet:
    /// the notice of it may be lost. It is posted under the payment's own key, so what follows from
    /// that notice finds it done.
    async fn take_in(
        &self,
        payer: &Payer,
        top_up: &TopUp,
        payment: &Payment,
    ) -> Result<TopUp, Error> {
        if let Some(entry) = deposit(payment.status, payment.received) {
            self.ledger.post(&payer.of, &payment.ledger_key(), &entry, payer.now).await?;
        }
        self.note(payer, top_up, payment).await
    }
}

fn outcome(payer: &Payer, seen: TopUp, payment: Payment) -> Result<TopUpView, Error> {
    if seen.status == TopUpStatus::Declined {
        return Err(card_declined(payment.declined_because));
    }
    Ok(view(payer, seen, Some(payment)))
}
