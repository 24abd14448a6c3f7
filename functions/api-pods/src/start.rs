//! `POST /pods/{id}/start`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::PodId;
use domain::pod::limits::Tally;
use domain::pod::{Allowance, Pod};
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};

use crate::App;
use crate::view::PodView;

/// Starts a stopped pod at the price it was deployed at; charging begins when its machine answers.
/// Starting a running pod changes nothing.
#[utoipa::path(
    post, path = "/api/v2/pods/{id}/start", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path)),
    responses(
        (status = 202, body = PodView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 402, description = "`insufficient_funds`", body = ErrorBody),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`pod_state` unless it is stopped or runs, \
            `pod_limit_reached`", body = ErrorBody),
    ),
)]
pub(crate) async fn start_pod(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<(StatusCode, Json<PodView>), ApiError> {
    let now = caller.now;
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &id).await?;
    let wallet = app.ledger.wallet(&WalletOf::pod(&pod)).await?;
    let plan = app.plans.of(&caller, now).await?;
    let rules = app.tenants.parameters(&pod.tenant_id, pod.mode).await?;
    let allowance = Allowance { wallet: &wallet, plan: &plan, rules: &rules };
    let start = |pod: Pod, tally: &Tally| pod.start(allowance, tally, now);
    let pod = app.pods.change_counted(&pod.tenant_id, &pod.id, start).await?;
    app.drive(&pod).await?;
    Ok((StatusCode::ACCEPTED, Json(PodView::new(pod, None, caller.now))))
}
