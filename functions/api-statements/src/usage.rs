//! `GET /billing/usage`.

use std::sync::Arc;

use adapters::tables::ledger::WalletOf;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Error;
use domain::id::PodId;
use domain::money::UsdMicros;
use domain::money::invoice::{Period, PodLabel};
use domain::money::metering::{DayUsage, Metered};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use runtime::http::{ApiError, Caller, ErrorBody, GatewayMessage, Json, NoStore, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;

/// Days one answer covers: a quarter of a year.
const DAYS_MAX: i64 = 92;

/// Which days (UTC).
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// The first day; the first of this month unless said.
    from: Option<Date>,
    /// The last day, at most 92 days in all; today unless said.
    to: Option<Date>,
}

/// What the caller's pods used, as far as it is captured.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageView {
    from: Date,
    to: Date,
    /// A row for each pod and day it was used on, the oldest day first.
    items: Vec<UsageRow>,
    /// The sums of all rows.
    running_secs: i64,
    stopped_secs: i64,
    captured_usd_micros: UsdMicros,
}

/// What one pod used on one day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageRow {
    day: Date,
    pod_id: PodId,
    #[serde(flatten)]
    label: PodLabel,
    /// Whole seconds it ran.
    running_secs: i64,
    /// Whole seconds it stood stopped.
    stopped_secs: i64,
    /// What was taken from what is held for it.
    captured_usd_micros: UsdMicros,
}

/// Lists what the caller's pods used, by pod and day.
#[utoipa::path(
    get, path = "/api/v2/billing/usage", tag = "billing", params(UsageQuery),
    security(("access_token" = [])),
    responses(
        (status = 200, body = UsageView),
        (status = 400, description = "`invalid_query`, `invalid_range`", body = ErrorBody),
        (status = 401, description = "No valid access token.", body = GatewayMessage),
        (status = 403, description = "`not_a_member`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn get_usage(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<UsageQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let now = caller.now;
    let of = WalletOf::member(&caller);
    let to = asked.to.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date());
    let from = asked.from.unwrap_or_else(|| Period::of(now).first_day());
    check(from, to)?;
    let accounts = app.ledger.books(&of).await?.accounts;
    let used = |metered: &Metered| metered.days.range(from..=to).next().is_some();
    let accounts = app.labelled(&of, accounts, used).await?;
    let (mut items, mut sum) = (Vec::new(), DayUsage::default());
    for (metered, label) in accounts {
        for (day, usage) in metered.days.range(from..=to) {
            sum = sum.plus(*usage)?;
            items.push(row(*day, &metered.pod, &label, *usage));
        }
    }
    items.sort_by(|one, other| (one.day, &one.pod_id).cmp(&(other.day, &other.pod_id)));
    let view = UsageView {
        from,
        to,
        items,
        running_secs: sum.seconds.running,
        stopped_secs: sum.seconds.stopped,
        captured_usd_micros: sum.captured_usd_micros,
    };
    Ok((NoStore, Json(view)))
}

fn row(day: Date, pod_id: &PodId, label: &PodLabel, usage: DayUsage) -> UsageRow {
    UsageRow {
        day,
        pod_id: pod_id.clone(),
        label: label.clone(),
        running_secs: usage.seconds.running,
        stopped_secs: usage.seconds.stopped,
        captured_usd_micros: usage.captured_usd_micros,
    }
}

fn check(from: Date, to: Date) -> Result<(), Error> {
    let days = to.duration_since(from).as_hours() / 24 + 1;
    if (1..=DAYS_MAX).contains(&days) {
        return Ok(());
    }
    let message = format!("Ask for 1 to {DAYS_MAX} days, with the first day before the last.");
    Err(Error::invalid("invalid_range", message))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_range_has_1_to_92_days() {
        let first = date(2026, 11, 1);
        let code = |to| check(first, to).err().map(|error| error.code);
        assert_eq!(code(first), None);
        assert_eq!(code(date(2027, 1, 31)), None);
        assert_eq!(code(date(2027, 2, 1)), Some("invalid_range"));
        assert_eq!(code(date(2026, 10, 31)), Some("invalid_range"));
        assert!(check(Date::MIN, Date::MAX).is_err() && check(Date::MAX, Date::MIN).is_err());
    }
}
