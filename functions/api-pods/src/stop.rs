//! `POST /pods/{id}/stop`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::id::PodId;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};

use crate::App;
use crate::view::PodView;

/// Stops a running pod: charging for running ends at once, its disk is kept and charged. Stopping
/// a stopped pod changes nothing.
#[utoipa::path(
    post, path = "/api/v2/pods/{id}/stop", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path)),
    responses(
        (status = 202, body = PodView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
        (status = 409, description = "`pod_state` unless it runs or is stopped, \
            `stop_unsupported` where its cloud cannot stop machines", body = ErrorBody),
    ),
)]
pub(crate) async fn stop_pod(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<(StatusCode, Json<PodView>), ApiError> {
    app.want(&caller, &id, |pod| pod.want_stop(None, caller.now)).await
}
