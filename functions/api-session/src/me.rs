//! `GET /auth/me`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Error;
use domain::id::UserId;
use domain::money::UsdMicros;
use domain::money::plan::{Plan, PlanId};
use domain::people::tenant::Role;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::tenant::TenantView;

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    user_id: UserId,
    email: String,
    /// Whether the address was proved by a mailed code.
    email_verified: bool,
    name: String,
    role: Role,
    plan: Plan,
    /// The plan chosen at registration; another one than `plan` waits for a payment.
    plan_wanted: PlanId,
    tenant: TenantView,
    wallet: WalletView,
}

/// The person's money in the tenant's present mode.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "each says its unit, as everywhere in the API")]
pub(crate) struct WalletView {
    /// What a new pod could use: credit and cash that is not held.
    available_usd_micros: UsdMicros,
    /// Free credit that has not expired.
    granted_usd_micros: UsdMicros,
    /// Money that was paid in.
    cash_usd_micros: UsdMicros,
    /// Reserved for pods.
    held_usd_micros: UsdMicros,
}

/// Shows who is signed in, their plan and their wallet.
#[utoipa::path(
    get, path = "/api/v2/auth/me", tag = "auth", security(("access_token" = [])),
    responses(
        (status = 200, body = MeView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn me(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let tenant = caller.context.tenant.clone();
    let account = app.accounts.find(&tenant.id, caller.user_id()).await?;
    let account = account.ok_or_else(|| Error::not_found("account"))?.account;
    let plan = app.plans.of(&caller, now).await?;
    let wallet = app
        .ledger
        .wallet(&WalletOf {
            tenant_id: tenant.id.clone(),
            user_id: caller.user_id().clone(),
            mode: tenant.mode,
        })
        .await?;
    let view = MeView {
        user_id: account.user_id,
        email: account.email.as_str().to_owned(),
        email_verified: account.email_verified,
        name: account.name,
        role: caller.membership.role,
        plan,
        plan_wanted: account.plan_wanted,
        tenant: tenant.into(),
        wallet: WalletView {
            available_usd_micros: wallet.available(now)?,
            granted_usd_micros: wallet.granted(now)?,
            cash_usd_micros: wallet.cash(),
            held_usd_micros: wallet.held()?,
        },
    };
    Ok((NoStore, Json(view)))
}
