//! `GET /pods/{id}`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use domain::id::PodId;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Path};

use crate::App;
use crate::view::PodView;

/// Shows a pod; to its owner, while it runs, with its connection details.
#[utoipa::path(
    get, path = "/api/v2/pods/{id}", tag = "pods", security(("access_token" = [])),
    params(("id" = PodId, Path, description = "The pod's identifier.")),
    responses(
        (status = 200, body = PodView),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found`, `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_pod(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<PodId>,
) -> Result<impl IntoResponse, ApiError> {
    let pod = app.pods.find(caller.tenant_id(), caller.user_id(), &id).await?;
    let connection = pod.connection(app.pepper.pepper().await?);
    let silent_since = app.silent_since(&pod, caller.now, &mut BTreeMap::new()).await?;
    let view = PodView::new(pod, connection, caller.now).with_silence(silent_since);
    Ok((NoStore, Json(view)))
}
