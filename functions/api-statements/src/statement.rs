//! `GET /billing/statement`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use adapters::tables::ledger::{StatementCursor, StatementLine};
use axum::extract::State;
use axum::response::IntoResponse;
use domain::money::UsdMicros;
use domain::money::ledger::TransactionKind;
use domain::page::checked_limit;
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;

const LIMIT_DEFAULT: u8 = 50;
const LIMIT_MAX: u8 = 100;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// Transactions of a page, 1 to 100; 50 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of the statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionsPage {
    /// The newest first.
    items: Vec<TransactionView>,
    /// Where the next page begins; absent on the last.
    next_cursor: Option<String>,
}

/// What moved the wallet. Free credit that expires moves it without a transaction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionView {
    at: Timestamp,
    kind: TransactionKind,
    description: String,
    /// By how much cash and credit changed.
    available_change_usd_micros: UsdMicros,
    /// By how much what is held for pods changed.
    held_change_usd_micros: UsdMicros,
}

impl From<StatementLine> for TransactionView {
    fn from(line: StatementLine) -> Self {
        Self {
            at: line.transaction.at,
            kind: line.transaction.kind,
            description: line.transaction.description,
            available_change_usd_micros: line.change.free_usd_micros,
            held_change_usd_micros: line.change.held_usd_micros,
        }
    }
}

/// Lists the transactions of the caller's wallet.
#[utoipa::path(
    get, path = "/api/v2/billing/statement", tag = "billing", params(StatementQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = TransactionsPage),
        (status = 400, description = "`invalid_query`, `invalid_limit`, `invalid_cursor`",
            body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_transactions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<StatementQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let of = WalletOf::member(&caller);
    let limit = checked_limit(asked.limit.unwrap_or(LIMIT_DEFAULT), &(1..=LIMIT_MAX))?;
    let cursor = asked.cursor.as_deref().map(StatementCursor::decode).transpose()?;
    let page = app.ledger.statement(&of, cursor.as_ref(), limit).await?;
    let items = page.lines.into_iter().map(TransactionView::from).collect();
    let next_cursor = page.next.as_ref().map(StatementCursor::encode);
    Ok((NoStore, Json(TransactionsPage { items, next_cursor })))
}
