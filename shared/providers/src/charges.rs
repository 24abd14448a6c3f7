//! What bills say of a day, in the ways in which clouds write days and amounts.

use std::fmt::Write;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::decimal::amount_micros;
use crate::http::{Act, Outcome};

/// A day (UTC) that a cloud is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BilledDay {
    pub(crate) date: Date,
    pub(crate) begins_at: Timestamp,
    /// The first instant of the next day.
    pub(crate) ends_at: Timestamp,
}

impl BilledDay {
    pub(crate) fn of(date: Date) -> Self {
        let begins_at = date.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |it| it.timestamp());
        let length = SignedDuration::from_hours(24);
        let ends_at = begins_at.saturating_add(length).unwrap_or(Timestamp::MAX);
        Self { date, begins_at, ends_at }
    }

    /// The day after it.
    pub(crate) fn next(&self) -> Date {
        self.date.tomorrow().unwrap_or(self.date)
    }

    /// Whether what was charged from one instant to the other was charged in it.
    pub(crate) fn holds(&self, from: Timestamp, until: Timestamp) -> bool {
        self.begins_at <= from && from < self.ends_at && from <= until && until <= self.ends_at
    }
}

/// Millionths of an amount that is told as a number or as a text; `None` for what is neither.
pub(crate) fn micros(amount: &Value) -> Option<i64> {
    match amount {
        Value::Number(number) => amount_micros(&number.to_string()),
        Value::String(text) => amount_micros(text),
        _ => None,
    }
}

/// What these lines of a bill come to. One that cannot be read makes the bill unreadable.
pub(crate) fn sum(act: &Act<'_>, mut lines: impl Iterator<Item = Option<i64>>) -> Outcome<i64> {
    let all = lines.try_fold(0_i64, |sum, line| sum.checked_add(line?));
    all.ok_or_else(|| act.unknown("a charge that cannot be read, or is not of this day"))
}

/// A text as a part of a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut query, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            // Nothing fails when a string is written to.
            let _ = write!(query, "%{byte:02X}");
        }
        query
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_is_told_by_its_two_midnights() {
        let day = BilledDay::of(jiff::civil::date(2026, 2, 28));
        assert_eq!(day.begins_at.to_string(), "2026-02-28T00:00:00Z");
        assert_eq!(day.ends_at.to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(day.next().to_string(), "2026-03-01");
        let second = SignedDuration::from_secs(1);
        let (begin, end) = (day.begins_at, day.ends_at);
        for (from, until) in [(begin, end), (begin, begin), (end - second, end)] {
            assert!(day.holds(from, until), "{from} {until}");
        }
        for (from, until) in [(begin - second, end), (end, end), (begin, end + second)] {
            assert!(!day.holds(from, until), "{from} {until}");
        }
        assert!(!day.holds(end - second, begin));
    }

    #[test]
    fn an_amount_is_a_number_or_a_text() {
        for amount in [json!(1.25), json!("1.25"), json!("125e-2")] {
            assert_eq!(micros(&amount), Some(1_250_000), "{amount}");
        }
        assert_eq!(micros(&json!(-0.000_001)), Some(-1));
        for none in [json!(null), json!(true), json!({}), json!("free"), json!("")] {
            assert_eq!(micros(&none), None, "{none}");
        }
    }

    #[test]
    fn what_is_not_plain_is_encoded() {
        assert_eq!(encoded(r#"{"a":1}=+~"#), "%7B%22a%22%3A1%7D%3D%2B~");
    }
}
