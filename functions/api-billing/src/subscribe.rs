//! `/billing/subscribe`: the first payment for a plan.

use std::sync::Arc;

use adapters::stripe::Begun;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Error;
use domain::money::billing::{
    AfterLook, Beginning, FirstPayment, Subscription, SubscriptionAttempt, SubscriptionRequest,
    SubscriptionStatus, after_look, attempt, begin,
};
use domain::money::interval::Interval;
use domain::money::plan::PlanId;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, IdempotencyKey, Json, NoStore};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Payer, check_card};

/// A plan to pay for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subscribe {
    /// A paid plan; FREE is refused, since it needs no subscription.
    plan: PlanId,
    interval: Interval,
    /// With which card; the default one if none is named.
    #[schema(max_length = 255, pattern = "^pm_[A-Za-z0-9_]+$")]
    payment_method_id: Option<String>,
}

/// Where a new subscription stands; the plan is granted as soon as the payment is confirmed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscribedView {
    plan: PlanId,
    interval: Interval,
    status: SubscriptionStatus,
    current_period_end: Timestamp,
    /// What the page confirms the first payment with, when the card's owner must.
    client_secret: Option<String>,
    /// The payment account the page speaks to for that, if pages may speak to one.
    publishable_key: Option<String>,
}

/// Subscribes the signed-in person to a plan and takes the first payment.
#[utoipa::path(
    post, path = "/api/v2/billing/subscribe", tag = "billing", request_body = Subscribe,
    security(("access_token" = [])),
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 64,
        description = "Visible characters, new for each subscription.")),
    responses(
        (status = 201, body = SubscribedView),
        (status = 400, body = ErrorBody, description = "`idempotency_key_invalid`, \
            `invalid_body`, `payment_method_invalid`, `plan_free`"),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`card_declined`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`already_subscribed`, \
            `idempotency_mismatch`, `no_payment_method`, `payments_unavailable`, \
            `plan_not_sold`, `subscription_in_progress`"),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn subscribe(
    State(app): State<Arc<App>>,
    caller: Caller,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<Subscribe>,
) -> Result<impl IntoResponse, ApiError> {
    let payer = app.payer(&caller).await?;
    if let Some(card_id) = &request.payment_method_id {
        check_card(card_id)?;
    }
    let request = SubscriptionRequest {
        plan: request.plan,
        interval: request.interval,
        payment_method_id: request.payment_method_id,
    };
    let decide =
        |known: Option<&SubscriptionAttempt>| attempt(known, &key, request.clone(), payer.now);
    let attempt = app.billing.attempt(&payer.of, decide).await?;
    let answer = app.begin(&payer, &attempt).await;
    // An answer, also a refusal, lets the next attempt begin; silence does not.
    if !matches!(&answer, Err(error) if error.kind == domain::Kind::Unavailable) {
        app.billing.answered(&payer.of, &attempt).await?;
    }
    let begun = answer?;
    let view = SubscribedView {
        plan: begun.subscription.plan,
        interval: begun.subscription.interval,
        status: begun.subscription.status,
        current_period_end: begun.subscription.current_period_end,
        client_secret: begun.client_secret,
        publishable_key: payer.account.publishable_key().map(str::to_owned),
    };
    Ok((StatusCode::CREATED, NoStore, Json(view)))
}

impl App {
    async fn begin(&self, payer: &Payer, attempt: &SubscriptionAttempt) -> Result<Begun, Error> {
        let request = &attempt.request;
        let (tenant_id, mode) = (&payer.of.tenant_id, payer.of.mode);
        let plan = self.plans.on_sale(tenant_id, mode, request.plan).await?;
        let price_id = plan.price_id(request.interval)?;
        let customer_id = self.customer(payer).await?;
        match begin(attempt, &payer.account.subscriptions(&customer_id).await?)? {
            Beginning::Answer(ours) => {
                let begun = payer.account.resume(&ours).await;
                let stores = attempt.stores_card == Some(true);
                if let Some(card_id) = ours.card_id.as_ref().filter(|_| stores && declined(&begun))
                {
                    self.forget_declined(payer, &customer_id, card_id, attempt).await?;
                }
                return begun;
            }
            Beginning::Look(waiting) => {
                if let Some(begun) = self.look(payer, request, &waiting).await? {
                    return Ok(begun);
                }
            }
            Beginning::Make => {}
        }
        self.make(payer, attempt, &customer_id, price_id).await
    }

    /// Makes a subscription. It is paid again and again, so its card is stored: but only one that
    /// pays, so whether it is stored for this is written down before.
    async fn make(
        &self,
        payer: &Payer,
        attempt: &SubscriptionAttempt,
        customer_id: &str,
        price_id: &str,
    ) -> Result<Begun, Error> {
        let named = attempt.request.payment_method_id.as_deref();
        let offered = self.card(payer, customer_id, named).await?;
        let decide =
            |known: Option<&SubscriptionAttempt>| attempt.with_card(known, !offered.is_kept);
        let noted = self.billing.attempt(&payer.of, decide).await?;
        let key = card_key(customer_id, attempt);
        let card_id = payer.account.keep_card(customer_id, &offered, &key).await?;
        let begun = payer.account.subscribe(customer_id, &card_id, price_id, &attempt.key).await;
        if declined(&begun) && noted.stores_card == Some(true) {
            self.forget_declined(payer, customer_id, &card_id, attempt).await?;
        }
        begun
    }

    /// Forgets a card that was stored to subscribe and then declined, unless it is forgotten. Where
    /// that fails the request does, so that it is sent again and gets here again.
    async fn forget_declined(
        &self,
        payer: &Payer,
        customer_id: &str,
        card_id: &str,
        attempt: &SubscriptionAttempt,
    ) -> Result<(), Error> {
        let key = format!("{}_forget", card_key(customer_id, attempt));
        match payer.account.remove_card(customer_id, card_id, &key).await {
            Err(error) if error.kind != domain::Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// What the subscription that waits for its first payment comes to, or none once it is out of
    /// the way.
    async fn look(
        &self,
        payer: &Payer,
        request: &SubscriptionRequest,
        waiting: &Subscription,
    ) -> Result<Option<Begun>, Error> {
        let looked = match payer.account.resume(waiting).await {
            Err(error) if error.code == "card_declined" => None,
            looked => Some(looked?),
        };
        let payment = looked.as_ref().map_or(FirstPayment::Declined, Begun::first_payment);
        match after_look(request, waiting, payment)? {
            AfterLook::Answer => return Ok(looked),
            AfterLook::Replace => payer.account.abandon(waiting).await?,
            AfterLook::Make => {}
        }
        Ok(None)
    }
}

fn declined(begun: &Result<Begun, Error>) -> bool {
    matches!(begun, Err(error) if error.code == "card_declined")
}

/// What names the acts on the card of an attempt.
fn card_key(customer_id: &str, attempt: &SubscriptionAttempt) -> String {
    format!("subscribe_{customer_id}_{}", attempt.key)
}
