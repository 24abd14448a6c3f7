//! `GET /pods`.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::tables::pods::Listing;
use axum::extract::State;
use domain::id::PodId;
use domain::page::checked_limit;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::view::PodView;

const LIMIT_DEFAULT: u8 = 20;
const LIMIT_MAX: u8 = 50;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PodsQuery {
    /// Pods of a page, 1 to 50; 20 unless said.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u8>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<PodId>,
    /// `true` leaves out pods that are over: terminated or failed.
    live: Option<bool>,
}

/// A page of pods.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PodsPage {
    /// The newest first.
    items: Vec<PodView>,
    /// Where the next page begins; absent on the last. A page of `live` pods may be shorter than
    /// its limit and still not be the last.
    next_cursor: Option<PodId>,
}

/// Lists the caller's pods.
#[utoipa::path(
    get, path = "/api/v2/pods", tag = "pods", params(PodsQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = PodsPage),
        (status = 400, description = "`invalid_query`, `invalid_limit`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_pods(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<PodsQuery>,
) -> Result<Json<PodsPage>, ApiError> {
    let limit = checked_limit(asked.limit.unwrap_or(LIMIT_DEFAULT), &(1..=LIMIT_MAX))?;
    let live = asked.live.unwrap_or_default();
    let listing = Listing { before: asked.cursor.as_ref(), limit, live };
    let listed = app.pods.list(caller.tenant_id(), caller.user_id(), listing).await?;
    let mut seen = BTreeMap::new();
    let mut items = Vec::new();
    for pod in listed.pods {
        let silent_since = app.silent_since(&pod, caller.now, &mut seen).await?;
        items.push(PodView::new(pod, None, caller.now).with_silence(silent_since));
    }
    Ok(Json(PodsPage { items, next_cursor: listed.next }))
}
