//! `POST /pods/{id}/start`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use adapters::tables::pods::Allowance;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::PodId;
use domain::money::ledger::Entry;
use domain::pod::{Pod, PodState};
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
    if pod.state == PodState::Stopped {
        // Answers 402 early; the hold that `on-pod-wanted` posts is what decides.
        let wallet = app.ledger.wallet(&WalletOf::pod(&pod)).await?;
        let amount_usd_micros = pod.quote.hold_usd_micros;
        wallet
            .post(&Entry::Hold { pod: pod.id.clone(), amount_usd_micros }, now)
            .map_err(domain::Error::from)?;
    }
    let plan = app.plans.of(&caller, now).await?;
    let rules = app.tenants.parameters(&pod.tenant_id, pod.mode).await?;
    let allowance = Allowance { plan: &plan, rules: &rules };
    let start = |pod: Pod| pod.want_start(rules.probe_secs_max, now);
    let pod = app.pods.change_within(&pod.tenant_id, &pod.id, Some(allowance), start).await?;
    app.drive(&pod).await?;
    Ok((StatusCode::ACCEPTED, Json(PodView::new(pod, None, caller.now))))
}
