//! `GET /notifications`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use domain::id::{NotificationId, PodId};
use domain::market::browse::MachineId;
use domain::page::checked_limit;
use domain::people::notification::{Notification, NotificationKind};
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{App, reader};

const LIMIT_DEFAULT: u8 = 20;
const LIMIT_MAX: u8 = 50;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationsQuery {
    /// Notifications of a page, 1 to 50; 20 unless said.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u8>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<NotificationId>,
}

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationsPage {
    /// The newest first.
    items: Vec<NotificationView>,
    /// How many are not read, on all pages; 100 stands for 100 or more.
    unread: u32,
    /// Where the next page begins; absent on the last.
    next_cursor: Option<NotificationId>,
}

/// One mail to the caller, as the web app shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationView {
    id: NotificationId,
    /// When the mail went out.
    at: Timestamp,
    kind: NotificationKind,
    /// One line.
    title: String,
    /// Some sentences; a code or link that was in the mail is not among them.
    text: String,
    /// The pod it is about, if it is about one.
    pod_id: Option<PodId>,
    /// The kind of machine it is about, if it is about one.
    machine: Option<MachineId>,
    read: bool,
}

impl NotificationView {
    fn new(notification: Notification, read_up_to: Option<&NotificationId>) -> Self {
        let read = notification.is_read(read_up_to);
        let Notification { id, at, kind, title, text, pod_id, machine } = notification;
        Self { id, at, kind, title, text, pod_id, machine, read }
    }
}

/// Lists the caller's notifications of the last 90 days.
#[utoipa::path(
    get, path = "/api/v2/notifications", tag = "notifications", params(NotificationsQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = NotificationsPage),
        (status = 400, description = "`invalid_query`, `invalid_limit`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_notifications(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<NotificationsQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let reader = reader(&caller);
    let limit = checked_limit(asked.limit.unwrap_or(LIMIT_DEFAULT), &(1..=LIMIT_MAX))?;
    let read_up_to = app.notifications.read_up_to(&reader).await?;
    let unread = app.notifications.count_after(&reader, read_up_to.as_ref()).await?;
    // One more than asked for tells whether there is a next page.
    let ask = limit.saturating_add(1);
    let mut kept = app.notifications.list(&reader, asked.cursor.as_ref(), ask).await?;
    let more = kept.len() > usize::from(limit);
    kept.truncate(usize::from(limit));
    let next_cursor = kept.last().filter(|_| more).map(|last| last.id.clone());
    let view = |kept| NotificationView::new(kept, read_up_to.as_ref());
    let items = kept.into_iter().map(view).collect();
    Ok((NoStore, Json(NotificationsPage { items, unread, next_cursor })))
}
