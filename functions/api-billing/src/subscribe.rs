//! `/billing/subscribe`: the first payment for a plan.

use std::sync::Arc;

use adapters::stripe::Begun;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Error;
use domain::money::billing::{
    Attempt, Subscription, SubscriptionStatus, Wish, current, may_subscribe,
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
    /// Not FREE.
    plan: PlanId,
    interval: Interval,
    /// With which card; the default one if none is named.
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
    params(("Idempotency-Key" = String, Header,
        description = "8 to 64 visible characters, new for each subscription.")),
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
    let wish = Wish {
        plan: request.plan,
        interval: request.interval,
        payment_method_id: request.payment_method_id,
    };
    let attempt = app.billing.attempt(&payer.of, &key, wish, payer.now).await?;
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
    async fn begin(&self, payer: &Payer, attempt: &Attempt) -> Result<Begun, Error> {
        let wish = &attempt.wish;
        let (tenant_id, mode) = (&payer.of.tenant_id, payer.of.mode);
        let plan = self.plans.on_sale(tenant_id, mode, wish.plan).await?;
        let price_id = plan.price_id(wish.interval)?;
        let customer_id = self.customer(payer).await?;
        let all = payer.account.subscriptions(&customer_id).await?;
        // An earlier try of this attempt, whose answer was lost, may have made it.
        let ours = |one: &&Subscription| one.attempt_key.as_ref() == Some(&attempt.key);
        if let Some(ours) = all.iter().find(ours) {
            return payer.account.resume(ours).await;
        }
        let known = current(all);
        may_subscribe(known.as_ref())?;
        if let Some(waiting) = known.filter(|one| one.status == SubscriptionStatus::Incomplete)
            && let Some(begun) = self.go_on(payer, wish, &waiting).await?
        {
            return Ok(begun);
        }
        let named = wish.payment_method_id.as_deref();
        let card_key = format!("subscribe_{customer_id}_{}", attempt.key);
        let card_id = self.card(payer, &customer_id, named, &card_key).await?;
        payer.account.subscribe(&customer_id, &card_id, price_id, &attempt.key).await
    }

    /// What an earlier attempt's subscription comes to, or none once it is out of the way.
    async fn go_on(
        &self,
        payer: &Payer,
        wish: &Wish,
        waiting: &Subscription,
    ) -> Result<Option<Begun>, Error> {
        let same = (waiting.plan, waiting.interval) == (wish.plan, wish.interval);
        match payer.account.resume(waiting).await {
            // Its payment is through or on its way: a second one would be taken besides.
            Ok(begun) if begun.client_secret.is_none() && same => Ok(Some(begun)),
            Ok(begun) if begun.client_secret.is_none() => {
                let message = "Your payment for another plan is on its way. Wait for it first.";
                Err(Error::conflict("subscription_in_progress", message))
            }
            Ok(begun) if same && wish.payment_method_id.is_none() => Ok(Some(begun)),
            // Whoever names a card anew wants that one charged, not the one that waits.
            Ok(_) => payer.account.abandon(waiting).await.map(|()| None),
            // Its card was declined, which ended it.
            Err(error) if error.code == "card_declined" => Ok(None),
            Err(error) => Err(error),
        }
    }
}
