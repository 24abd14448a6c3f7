//! `/billing/subscription`: what is paid for now, and changing it.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use domain::Error;
use domain::money::billing::{
    PlanChange, Subscription, SubscriptionStatus, changeable, check_paid, current, plan_change,
    prorated_at,
};
use domain::money::interval::Interval;
use domain::money::plan::PlanId;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Payer, fresh_key};

/// Another plan or interval; the present one takes back a cancellation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePlan {
    /// A paid plan; to go back to FREE, cancel the subscription.
    plan: PlanId,
    interval: Interval,
    /// The `as_of` of the preview whose amounts are to be charged; now if none is named.
    as_of: Option<Timestamp>,
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionView {
    plan: PlanId,
    interval: Interval,
    status: SubscriptionStatus,
    /// Until when it is paid for.
    current_period_end: Timestamp,
    /// Whether it ends then.
    cancel_at_period_end: bool,
    /// The card it is paid with, where it has one of its own: `pm_…`. The default pays otherwise.
    payment_method_id: Option<String>,
}

/// What a person pays for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionPage {
    /// None for who never subscribed.
    subscription: Option<SubscriptionView>,
}

impl From<Subscription> for SubscriptionView {
    fn from(one: Subscription) -> Self {
        Self {
            plan: one.plan,
            interval: one.interval,
            status: one.status,
            current_period_end: one.current_period_end,
            cancel_at_period_end: one.cancel_at_period_end,
            payment_method_id: one.card_id,
        }
    }
}

/// Shows what the signed-in person pays for, as the payment provider last reported it.
#[utoipa::path(
    get, path = "/api/v2/billing/subscription", tag = "billing",
    security(("access_token" = [])),
    responses(
        (status = 200, body = SubscriptionPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<SubscriptionPage>, ApiError> {
    let seen = app.billing.subscription(&WalletOf::member(&caller)).await?;
    Ok(Json(SubscriptionPage { subscription: seen.subscription.map(SubscriptionView::from) }))
}

/// Moves the subscription to another plan or interval and pays the difference at once.
#[utoipa::path(
    post, path = "/api/v2/billing/subscription/change", tag = "billing",
    request_body = ChangePlan, security(("access_token" = [])),
    responses(
        (status = 200, body = SubscriptionView),
        (status = 400, description = "`invalid_body`, `plan_free`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`card_declined`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`not_subscribed`, \
            `payments_unavailable`, `plan_not_sold`, `preview_expired`"),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn change_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<ChangePlan>,
) -> Result<Json<SubscriptionView>, ApiError> {
    check_paid(request.plan)?;
    let payer = app.payer(&caller).await?;
    let current = app.current(&payer).await?;
    let changed = match plan_change(current, request.plan, request.interval)? {
        PlanChange::Keep(known) => payer.end_with_period(known, false).await?,
        PlanChange::Move(known) => {
            let (tenant_id, mode) = (&payer.of.tenant_id, payer.of.mode);
            let plan = app.plans.on_sale(tenant_id, mode, request.plan).await?;
            let price_id = plan.price_id(request.interval)?;
            let at = prorated_at(request.as_of, known.current_period_start, payer.now)?;
            let key = known.move_key(price_id, at, payer.now);
            payer.account.change(&known, price_id, at, &key).await?
        }
    };
    Ok(Json(changed.into()))
}

/// Lets the subscription end with what is paid for.
#[utoipa::path(
    post, path = "/api/v2/billing/subscription/cancel", tag = "billing",
    security(("access_token" = [])),
    responses(
        (status = 200, body = SubscriptionView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`not_subscribed`, \
            `payments_unavailable`"),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn cancel_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Json<SubscriptionView>, ApiError> {
    let payer = app.payer(&caller).await?;
    let known = changeable(app.current(&payer).await?)?;
    Ok(Json(payer.end_with_period(known, true).await?.into()))
}

impl Payer {
    /// Lets a subscription end with what is paid for or go on, unless it does so already. It sets a
    /// state and costs nothing, so its key is new each time: a derived one would do nothing, and
    /// answer from memory, once the state went back and forth.
    async fn end_with_period(
        &self,
        known: Subscription,
        ends: bool,
    ) -> Result<Subscription, Error> {
        if known.cancel_at_period_end == ends {
            return Ok(known);
        }
        let key = format!("period_end_{}", fresh_key(self.now)?);
        self.account.end_with_period(&known, ends, &key).await
    }
}

impl App {
    /// The payer's subscription that counts, as the payment provider has it now.
    async fn current(&self, payer: &Payer) -> Result<Option<Subscription>, Error> {
        let all = match self.billing.customer(&payer.of).await? {
            Some(customer_id) => payer.account.subscriptions(&customer_id).await?,
            None => Vec::new(),
        };
        Ok(current(all))
    }
}
