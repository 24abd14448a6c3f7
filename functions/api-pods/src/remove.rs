//! `DELETE /pods/{id}`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::id::PodId;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Path};

use crate::App;
use crate::view::PodView;

/// Ends a pod: charging ends at once, its machine and disk are given back. Ending a pod that is
/// over changes nothing.
#[utoipa::path(
    delete, path = "/api/v2/pods/{id}", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path)),
    responses(
        (status = 202, body = PodView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn remove_pod(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<(StatusCode, Json<PodView>), ApiError> {
    app.want(&caller, &id, |pod| Ok(pod.want_gone(None, caller.now))).await
}
