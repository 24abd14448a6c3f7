//! What a cloud charged the account for a day, as tests set it, and how bills itemise it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::act::{Act, Problem};

/// Lines of a day's bill: more than are on one page.
const LINES: i64 = 12;
const MICROS_PER_UNIT: u64 = 1_000_000;
const SECS_PER_DAY: i64 = 24 * 3_600;

/// What a cloud charged for a day.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Charged {
    pub(super) cloud: String,
    pub(super) day: Date,
    pub(super) usd_micros: i64,
}

/// The charges for the one day that begins and ends with these dates.
pub(super) fn of_day(begin: Option<Date>, end: Option<Date>) -> Result<Act, Problem> {
    let day = begin.filter(|day| day.tomorrow().ok() == end);
    day.map(Act::Charges).ok_or_else(|| Problem::Invalid("Ask for one day.".to_owned()))
}

/// The date at whose midnight (UTC) this instant is: `2026-11-21T00:00:00Z`.
pub(super) fn midnight(instant: &str) -> Option<Date> {
    instant.strip_suffix("T00:00:00Z")?.parse().ok()
}

/// The seconds since 1970 at which a day begins, and at which the next one does.
pub(super) fn seconds(day: Date) -> (i64, i64) {
    let begins_at = day.to_zoned(TimeZone::UTC).map_or(0, |begin| begin.timestamp().as_second());
    (begins_at, begins_at + SECS_PER_DAY)
}

/// The millionths of each line of a bill; none where there is nothing to be paid. One of them is a
/// credit, and next to nothing.
pub(super) fn lines(total: i64) -> Vec<i64> {
    if total == 0 {
        return Vec::new();
    }
    let mut lines = vec![total / LINES; 10];
    lines.push(-1);
    lines.push(total - total / LINES * 10 + 1);
    lines
}

/// Millionths as a decimal text.
pub(super) fn text(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) =
        (micros.unsigned_abs() / MICROS_PER_UNIT, micros.unsigned_abs() % MICROS_PER_UNIT);
    format!("{sign}{whole}.{rest:06}")
}

/// Millionths as a JSON number.
pub(super) fn number(micros: i64) -> Value {
    serde_json::from_str(&text(micros)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_bill_come_to_what_was_charged() {
        for total in [1, 11, 12_345_680, -7, i64::from(u32::MAX)] {
            assert_eq!(lines(total).iter().sum::<i64>(), total);
            assert_eq!(lines(total).len(), 12);
        }
        assert!(lines(0).is_empty());
        assert_eq!([text(-1), text(1_500_000)], ["-0.000001", "1.500000"]);
        assert_eq!(number(-1).to_string(), "-1e-6");
    }
}
