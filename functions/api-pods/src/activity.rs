//! `GET /activity`.

use std::sync::Arc;

use adapters::tables::pods::{Activity, ActivityCursor};
use axum::extract::State;
use domain::id::PodId;
use domain::page::checked_limit;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;

const LIMIT_DEFAULT: u8 = 20;
const LIMIT_MAX: u8 = 100;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivityQuery {
    /// Things of a page, 1 to 100; 20 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivityPage {
    /// The newest first.
    items: Vec<ActivityView>,
    /// Where the next page begins; absent on the last.
    next_cursor: Option<String>,
}

/// Something that happened to one of the caller's pods.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivityView {
    at: Timestamp,
    /// What: `pod.ready`.
    kind: String,
    /// One sentence.
    message: String,
    pod_id: PodId,
    pod_name: String,
    gpu: String,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        Self {
            at: activity.event.at,
            kind: activity.event.kind,
            message: activity.event.message,
            pod_id: activity.pod_id,
            pod_name: activity.pod_name,
            gpu: activity.gpu,
        }
    }
}

/// Lists what happened to all of the caller's pods.
#[utoipa::path(
    get, path = "/api/v2/activity", tag = "pods", params(ActivityQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = ActivityPage),
        (status = 400, description = "`invalid_query`, `invalid_limit`, `invalid_cursor`",
            body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_activity(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<ActivityQuery>,
) -> Result<Json<ActivityPage>, ApiError> {
    let limit = checked_limit(asked.limit.unwrap_or(LIMIT_DEFAULT), &(1..=LIMIT_MAX))?;
    let cursor = asked.cursor.as_deref().map(ActivityCursor::decode).transpose()?;
    let (tenant_id, user_id) = (caller.tenant_id(), caller.user_id());
    let page = app.pods.activity(tenant_id, user_id, cursor.as_ref(), limit).await?;
    let items = page.items.into_iter().map(ActivityView::from).collect();
    let next_cursor = page.next.as_ref().map(ActivityCursor::encode);
    Ok(Json(ActivityPage { items, next_cursor }))
}
