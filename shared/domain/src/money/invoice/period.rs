//! A calendar month.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::money::metering::METER_LAG_SECS;

/// Years a period can be of, so that each has a period before and after it.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9998;

/// A calendar month in UTC, spelled `2026-11`. Spellings sort as periods do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    /// Its first day.
    first: Date,
}

/// A text that spells no month.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a month like 2026-11")]
pub struct NoPeriod;

/// What comes next for a month that is not closed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Closing {
    /// Its invoice can be written.
    Issue,
    /// It is over; what is left of it has to be captured first.
    Capture,
    /// It is not over for every clock.
    Wait,
}

fn midnight(date: Date) -> Timestamp {
    // Cannot fail in UTC within the years above.
    date.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

impl Period {
    /// The month that `at` lies in.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self { first: at.to_zoned(TimeZone::UTC).date().first_of_month() }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.saturating_sub(1.month()) }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.first.saturating_add(1.month()) }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        midnight(self.first)
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        midnight(self.next().first)
    }

    /// Whether it is over at `now` for every function's clock, of which some are behind by less
    /// than [`METER_LAG_SECS`].
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        now.duration_since(self.end()) >= SignedDuration::from_secs(METER_LAG_SECS)
    }

    /// What comes next for a month that is not closed, at `now`; `all_captured` says whether
    /// nothing can be captured in it any more.
    #[must_use]
    pub fn closing(self, all_captured: bool, now: Timestamp) -> Closing {
        match (all_captured, self.is_over(now)) {
            (_, false) => Closing::Wait,
            (true, true) => Closing::Issue,
            (false, true) => Closing::Capture,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.first
    }

    /// Whether `day` is one of its days.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        day.first_of_month() == self.first
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let (year, month) = text.split_once('-').ok_or(NoPeriod)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (year.len(), month.len()) != (4, 2) || !digits(year) || !digits(month) {
            return Err(NoPeriod);
        }
        let year = year.parse().map_err(|_| NoPeriod)?;
        let month = month.parse().map_err(|_| NoPeriod)?;
        let first = Date::new(year, month, 1).map_err(|_| NoPeriod)?;
        if YEARS.contains(&year) { Ok(Self { first }) } else { Err(NoPeriod) }
    }
}

impl TryFrom<String> for Period {
    type Error = NoPeriod;

    fn try_from(text: String) -> Result<Self, NoPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl utoipa::PartialSchema for Period {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9]{4}-(0[1-9]|1[0-2])$"))
            .into()
    }
}

impl utoipa::ToSchema for Period {}
