//! `GET /billing/invoices` and `GET /billing/invoices/{period}`.

use std::iter::successors;
use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Error;
use domain::Mode;
use domain::money::UsdMicros;
use domain::money::invoice::{Invoice, InvoiceStatus, Period};
use jiff::Timestamp;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Path};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Open months one answer derives at most; more than two are open only if closing failed for long.
const OPEN_MAX: usize = 12;

/// All invoices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoicesPage {
    /// The newest first, beginning with this month's.
    items: Vec<InvoiceSummary>,
}

/// An invoice without its lines.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceSummary {
    number: String,
    mode: Mode,
    period: Period,
    status: InvoiceStatus,
    total_usd_micros: UsdMicros,
    /// What is still to be paid: nothing when prepaid, what the wallet owes with credit terms.
    due_usd_micros: UsdMicros,
    /// When it became final.
    issued_at: Option<Timestamp>,
}

impl From<Invoice> for InvoiceSummary {
    fn from(invoice: Invoice) -> Self {
        Self {
            number: invoice.number,
            mode: invoice.mode,
            period: invoice.period,
            status: invoice.status,
            total_usd_micros: invoice.total_usd_micros,
            due_usd_micros: invoice.due_usd_micros,
            issued_at: invoice.issued_at,
        }
    }
}

/// Lists the caller's invoices, the open one of this month included.
#[utoipa::path(
    get, path = "/api/v2/billing/invoices", tag = "billing", security(("access_token" = [])),
    responses(
        (status = 200, body = InvoicesPage),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn list_invoices(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let of = WalletOf::member(&caller);
    let closed = app.ledger.invoices(&of).await?;
    let mut open = app.open(&of, now).await?;
    open.retain(|invoice| closed.iter().all(|it| it.period != invoice.period));
    let items = open.into_iter().chain(closed).map(InvoiceSummary::from).collect();
    Ok((NoStore, Json(InvoicesPage { items })))
}

/// Reads the caller's invoice of a month, with a line for each pod.
#[utoipa::path(
    get, path = "/api/v2/billing/invoices/{period}", tag = "billing",
    security(("access_token" = [])),
    params(("period" = Period, Path, description = "Which month: `2026-11`.")),
    responses(
        (status = 200, body = Invoice),
        (status = 400, description = "`invalid_period`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`not_found` for a month without an invoice, \
            `tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_invoice(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(period): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let of = WalletOf::member(&caller);
    let period: Period = period
        .parse()
        .map_err(|_| Error::invalid("invalid_period", "Write a month like this: 2026-11."))?;
    if let Some(invoice) = app.ledger.invoice(&of, period).await? {
        return Ok((NoStore, Json(invoice)));
    }
    let mut open = app.open(&of, now).await?.into_iter();
    let open = open.find(|invoice| invoice.period == period);
    open.map(|invoice| (NoStore, Json(invoice))).ok_or_else(|| Error::not_found("invoice").into())
}

impl App {
    /// The invoices of months that are not closed, with the usage captured so far: this
    /// month's, and earlier ones that were used, the newest first.
    async fn open(&self, of: &WalletOf, now: Timestamp) -> Result<Vec<Invoice>, Error> {
        let this = Period::of(now);
        let books = self.ledger.books(of).await?;
        let first = books.unclosed().unwrap_or(this);
        let earlier = successors(Some(this), |period| Some(period.previous()));
        let periods: Vec<_> =
            earlier.take(OPEN_MAX).take_while(|it| *it == this || *it >= first).collect();
        let used = |metered: &domain::money::metering::Metered| {
            metered.days.keys().any(|day| periods.iter().any(|period| period.contains(*day)))
        };
        let accounts = self.labelled(of, books.accounts, used).await?;
        let mut open = Vec::new();
        for period in periods {
            let invoice = Invoice::of(&of.customer(), period, &books.wallet, &accounts)?;
            if period == this || !invoice.lines.is_empty() {
                open.push(invoice);
            }
        }
        Ok(open)
    }
}
