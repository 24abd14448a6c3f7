//! `GET /billing/charges`.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::tables::ledger::{ChargesCursor, WalletOf};
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Error;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::money::invoice::PodLabel;
use domain::money::ledger::{Charge, ChargeKind};
use domain::page::checked_limit;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;

const LIMIT_DEFAULT: u8 = 30;
/// One transaction may make two lines, so a page of fewer could not go on.
const LIMIT_MIN: u8 = 2;
const LIMIT_MAX: u8 = 100;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChargesQuery {
    /// Lines of a page at most, 2 to 100; 30 unless said.
    #[param(minimum = 2, maximum = 100)]
    limit: Option<u8>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of charges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChargesPageView {
    /// The newest first.
    items: Vec<ChargeView>,
    /// Where the next page begins; absent on the last. Usage of one day may go on there.
    next_cursor: Option<String>,
}

/// What came into the wallet or was taken from it. Usage of one day is one line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChargeView {
    kind: ChargeKind,
    /// When its first transaction was.
    since: Timestamp,
    /// When its last transaction was.
    at: Timestamp,
    /// How many transactions it sums up.
    entries: u32,
    /// By how much the balance changed; below zero for usage and for credit that expired.
    amount_usd_micros: UsdMicros,
    /// What was left after it: cash and free credit, also what is held for pods.
    balance_usd_micros: UsdMicros,
    /// Which free credit it is about.
    grant: Option<String>,
    /// What each pod used, the most expensive first.
    pods: Vec<ChargedPodView>,
}

/// What a pod used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChargedPodView {
    pod_id: PodId,
    #[serde(flatten)]
    label: PodLabel,
    amount_usd_micros: UsdMicros,
}

/// Lists what came into the caller's wallet and what was charged, with what was left each time.
#[utoipa::path(
    get, path = "/api/v2/billing/charges", tag = "billing", params(ChargesQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = ChargesPageView),
        (status = 400, description = "`invalid_query`, `invalid_limit`, `invalid_cursor`",
            body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_charges(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<ChargesQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let of = WalletOf::member(&caller);
    let limit = checked_limit(asked.limit.unwrap_or(LIMIT_DEFAULT), &(LIMIT_MIN..=LIMIT_MAX))?;
    let cursor = asked.cursor.as_deref().map(ChargesCursor::decode).transpose()?;
    let page = app.ledger.charges(&of, cursor.as_ref(), limit, caller.now).await?;
    let labels = app.labels(&of, &page.lines).await?;
    let items = page.lines.into_iter().map(|line| view(line, &labels)).collect();
    let next_cursor = page.next.as_ref().map(ChargesCursor::encode);
    Ok((NoStore, Json(ChargesPageView { items, next_cursor })))
}

fn view(line: Charge, labels: &BTreeMap<PodId, PodLabel>) -> ChargeView {
    let pod = |(pod_id, amount_usd_micros): (PodId, UsdMicros)| {
        let label = labels.get(&pod_id)?.clone();
        Some(ChargedPodView { pod_id, label, amount_usd_micros })
    };
    let mut pods: Vec<_> = line.pods.into_iter().filter_map(pod).collect();
    pods.sort_by_key(|pod| std::cmp::Reverse(pod.amount_usd_micros));
    ChargeView {
        kind: line.kind,
        since: line.since,
        at: line.at,
        entries: line.entries,
        amount_usd_micros: line.amount_usd_micros,
        balance_usd_micros: line.balance_usd_micros,
        grant: line.grant.map(|grant| grant.as_str().to_owned()),
        pods,
    }
}

impl App {
    /// What the pods of some lines are called.
    async fn labels(
        &self,
        of: &WalletOf,
        lines: &[Charge],
    ) -> Result<BTreeMap<PodId, PodLabel>, Error> {
        let mut labels = BTreeMap::new();
        for pod_id in lines.iter().flat_map(|line| line.pods.keys()) {
            if !labels.contains_key(pod_id) {
                let pod = self.pods.load(&of.tenant_id, pod_id).await?;
                labels.insert(pod_id.clone(), pod.label());
            }
        }
        Ok(labels)
    }
}
