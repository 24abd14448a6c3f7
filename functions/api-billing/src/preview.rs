//! `/billing/subscription/preview`: what a plan costs, before it is confirmed.

use std::sync::Arc;

use adapters::stripe::PaymentAccount;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Error;
use domain::money::UsdMicros;
use domain::money::billing::{
    Card, PlanChange, PlanPreview, Subscription, check_paid, current, plan_change,
};
use domain::money::interval::Interval;
use domain::money::plan::{Plan, PlanId};
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;

/// A plan that somebody thinks of: another one, the present one, or their first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewPlan {
    /// A paid plan.
    plan: PlanId,
    interval: Interval,
}

/// A payment that the card makes by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextChargeView {
    amount_usd_micros: UsdMicros,
    at: Timestamp,
}

/// What a plan costs, now and the next time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanPreviewView {
    plan: PlanId,
    interval: Interval,
    /// The instant of these amounts. A change that names it is charged with them, for a quarter of
    /// an hour.
    as_of: Timestamp,
    /// What the plan costs up to the next charge; 0 if that is paid already.
    price_usd_micros: UsdMicros,
    /// What is given back for the unused time of the plan before.
    unused_usd_micros: UsdMicros,
    /// Credit from earlier changes.
    credit_usd_micros: UsdMicros,
    /// What the card pays now.
    due_now_usd_micros: UsdMicros,
    /// Credit that is left after this and lowers the next charges.
    credit_left_usd_micros: UsdMicros,
    /// What the card pays next, unless the plan is changed or cancelled before.
    next_charge: NextChargeView,
    /// The card that pays; none where there is none yet.
    card: Option<Card>,
}

/// Tells what a plan would cost the signed-in person, and charges nothing.
#[utoipa::path(
    post, path = "/api/v2/billing/subscription/preview", tag = "billing",
    request_body = PreviewPlan, security(("access_token" = [])),
    responses(
        (status = 200, body = PlanPreviewView),
        (status = 400, description = "`invalid_body`, `plan_free`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 409, body = ErrorBody, description = "`payments_unavailable`, `plan_not_sold`"),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
pub(crate) async fn preview_subscription(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<PreviewPlan>,
) -> Result<impl IntoResponse, ApiError> {
    check_paid(request.plan)?;
    let payer = app.payer(&caller).await?;
    let (tenant_id, mode) = (&payer.of.tenant_id, payer.of.mode);
    let plan = app.plans.on_sale(tenant_id, mode, request.plan).await?;
    // Stripe counts in whole seconds, and the change that follows must name the same one.
    let as_of = Timestamp::from_second(payer.now.as_second()).unwrap_or(payer.now);
    let customer_id = app.billing.customer(&payer.of).await?;
    let (known, card) = match &customer_id {
        Some(customer_id) => {
            let known = current(payer.account.subscriptions(customer_id).await?);
            let known = known.filter(|one| one.status.grants());
            let card = payer.account.card_of(customer_id, known.as_ref()).await?;
            (known, card)
        }
        None => (None, None),
    };
    let wish = Wish { plan: &plan, interval: request.interval, as_of };
    let preview = match known {
        Some(known) => wish.change(&payer.account, known).await?,
        None => wish.begin(&payer.account, customer_id.as_deref()).await?,
    };
    let view = PlanPreviewView {
        plan: request.plan,
        interval: request.interval,
        as_of,
        price_usd_micros: preview.price_usd_micros,
        unused_usd_micros: preview.unused_usd_micros,
        credit_usd_micros: preview.credit_usd_micros,
        due_now_usd_micros: preview.due_now_usd_micros,
        credit_left_usd_micros: preview.credit_left_usd_micros,
        next_charge: NextChargeView {
            amount_usd_micros: preview.next_charge.amount_usd_micros,
            at: preview.next_charge.at,
        },
        card,
    };
    Ok((NoStore, Json(view)))
}

/// A plan whose price somebody wants to know.
struct Wish<'a> {
    plan: &'a Plan,
    interval: Interval,
    as_of: Timestamp,
}

impl Wish<'_> {
    /// What it costs who pays for `known` so far.
    async fn change(
        &self,
        account: &PaymentAccount,
        known: Subscription,
    ) -> Result<PlanPreview, Error> {
        match plan_change(Some(known), self.plan.id, self.interval)? {
            PlanChange::Keep(known) => {
                let drafted = account.preview_renewal(&known).await?;
                PlanPreview::renewal(&drafted, known.current_period_end)
            }
            PlanChange::Move(known) => {
                let price_id = self.plan.price_id(self.interval)?;
                let drafted = account.preview_change(&known, price_id, self.as_of).await?;
                PlanPreview::change(&drafted, self.plan.price(self.interval))
            }
        }
    }

    /// What it costs who pays for no plan, as a customer who may have credit or as none yet.
    async fn begin(
        &self,
        account: &PaymentAccount,
        customer_id: Option<&str>,
    ) -> Result<PlanPreview, Error> {
        let (price_id, price) =
            (self.plan.price_id(self.interval)?, self.plan.price(self.interval));
        match customer_id {
            Some(customer_id) => {
                let drafted = account.preview_first(customer_id, price_id).await?;
                PlanPreview::change(&drafted, price)
            }
            None => PlanPreview::first(price, self.interval, self.as_of),
        }
    }
}
