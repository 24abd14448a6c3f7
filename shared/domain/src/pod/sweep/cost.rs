//! What a GPU cloud charges us for a day: by our own count, and by the cloud's.
//!
//! Ours is what our books charge as the provider's cost of each machine, counted from one list of the
//! account's machines to the next. What the cloud charges beyond that is money that nobody has
//! accounted for: a machine or a disk that no pod has, or a price that was raised.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{FiledMachine, ListedMachine};
use crate::money::{UsdMicros, UsdMicrosPerHour};

/// Hours after its end at which a cloud is first asked what it charged for a day.
const SETTLED_HOURS: i64 = 6;
/// Hours after its end from which on its bill counts as complete.
const COMPLETE_HOURS: i64 = 20;
/// A difference of less than this is rounding: begun hours, and the minutes between two lists.
const TOLERANCE_PERCENT: i64 = 5;
/// The same where percents are next to nothing: two dollars.
const TOLERANCE: UsdMicros = UsdMicros(2_000_000);

/// A day (UTC) of one account.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CostDay {
    /// The day.
    pub day: Date,
    /// What our books say that its machines cost.
    pub counted_usd_micros: UsdMicros,
    /// Up to when that is counted; none before the first time.
    pub counted_until: Option<Timestamp>,
    /// What the cloud says it charged; none until it is asked, and where no API of it tells that.
    pub charged_usd_micros: Option<UsdMicros>,
    /// When the cloud was asked last.
    pub asked_at: Option<Timestamp>,
    /// When an operator was told of a difference.
    #[serde(default)]
    pub told_at: Option<Timestamp>,
}

/// The day (UTC) of an instant.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// What the listed machines that pods have cost us in an hour.
#[must_use]
pub fn hourly_cost(listed: &[ListedMachine], filed: &[FiledMachine]) -> UsdMicrosPerHour {
    let there: BTreeSet<_> = listed.iter().map(|it| it.name.as_str()).collect();
    let rates = filed.iter().filter(|it| there.contains(it.machine_name.as_str()));
    let sum = rates.fold(0_i64, |sum, it| sum.saturating_add(it.rate_usd_micros_per_hour.0));
    UsdMicrosPerHour(sum)
}

impl CostDay {
    /// A day of which nothing is known.
    #[must_use]
    pub fn new(day: Date) -> Self {
        Self {
            day,
            counted_usd_micros: UsdMicros::ZERO,
            counted_until: None,
            charged_usd_micros: None,
            asked_at: None,
            told_at: None,
        }
    }

    fn begins_at(&self) -> Timestamp {
        self.day.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |begin| begin.timestamp())
    }

    /// The first instant of the next day.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.begins_at() + SignedDuration::from_hours(24)
    }

    /// The day with machines counted that cost so much an hour from `since`, when they were listed
    /// before, to `now`. What lies in another day, or was counted before, is not.
    #[must_use]
    pub fn counted(self, hourly: UsdMicrosPerHour, since: Timestamp, now: Timestamp) -> Self {
        let counted = self.counted_until.unwrap_or(Timestamp::MIN);
        let (from, until) = (since.max(counted).max(self.begins_at()), now.min(self.ends_at()));
        if from >= until {
            return self;
        }
        let secs = until.duration_since(from).as_secs();
        let cost = hourly.over_secs_rounded_up(secs).unwrap_or(UsdMicros::ZERO);
        let counted_usd_micros = self.counted_usd_micros.plus(cost).unwrap_or(UsdMicros(i64::MAX));
        Self { counted_usd_micros, counted_until: Some(until), ..self }
    }

    /// Whether its cloud is to be asked now what it charged for it: a bill may grow for hours, so until
    /// there is a difference to tell of, or no API tells it.
    #[must_use]
    pub fn is_to_be_asked(&self, now: Timestamp) -> bool {
        let tells_nothing = self.asked_at.is_some() && self.charged_usd_micros.is_none();
        self.is_past(SETTLED_HOURS, now) && self.told_at.is_none() && !tells_nothing
    }

    fn is_past(&self, hours: i64, now: Timestamp) -> bool {
        now >= self.ends_at() + SignedDuration::from_hours(hours)
    }

    /// Whether its bill counts as complete at `now`.
    #[must_use]
    pub fn is_complete(&self, now: Timestamp) -> bool {
        self.is_past(COMPLETE_HOURS, now)
    }

    /// The day with what its cloud charged for it.
    #[must_use]
    pub fn charged(self, charged: Option<UsdMicros>, now: Timestamp) -> Self {
        Self { charged_usd_micros: charged, asked_at: Some(now), ..self }
    }

    /// The difference that an operator is to be told of at `now`, once: too little only when the
    /// bill counts as complete.
    #[must_use]
    pub fn news(&self, now: Timestamp) -> Option<UsdMicros> {
        let news = self.difference().filter(|_| self.told_at.is_none());
        news.filter(|difference| *difference > UsdMicros::ZERO || self.is_complete(now))
    }

    /// The day once an operator was told.
    #[must_use]
    pub fn told(self, now: Timestamp) -> Self {
        Self { told_at: Some(now), ..self }
    }

    /// What its cloud charged beyond our count, or below zero what it did not charge; `None` where
    /// that is rounding, or not known.
    #[must_use]
    pub fn difference(&self) -> Option<UsdMicros> {
        let difference = self.charged_usd_micros?.minus(self.counted_usd_micros).ok()?;
        let share = self.counted_usd_micros.0 / 100 * TOLERANCE_PERCENT;
        let tolerance = share.max(TOLERANCE.0);
        Some(difference).filter(|difference| difference.0.abs() > tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::sweep::{Expected, MachineState};
    use crate::sample;

    const DAY: Date = jiff::civil::date(2026, 11, 22);
    const HOUR: i64 = 3_600;

    /// Seconds after the day's beginning.
    fn at(secs: i64) -> Timestamp {
        CostDay::new(DAY).begins_at() + SignedDuration::from_secs(secs)
    }

    fn counted(day: CostDay, dollars: i64, from: i64, until: i64) -> CostDay {
        day.counted(UsdMicrosPerHour(dollars * 1_000_000), at(from), at(until))
    }

    #[test]
    fn each_second_is_counted_once_and_in_its_day() {
        assert_eq!(day_of(at(0)), DAY);
        assert_eq!(day_of(at(24 * HOUR)), jiff::civil::date(2026, 11, 23));
        let hour = counted(CostDay::new(DAY), 2, 0, HOUR);
        assert_eq!(hour.counted_usd_micros, UsdMicros(2_000_000));
        assert_eq!(hour.counted_until, Some(at(HOUR)));
        // The same list twice, and one that overlaps with it.
        assert_eq!(counted(hour, 2, 0, HOUR), hour);
        let more = counted(hour, 4, 0, HOUR + 900);
        assert_eq!(more.counted_usd_micros, UsdMicros(3_000_000));
        // From the day before, and into the day after.
        let whole = counted(CostDay::new(DAY), 1, -HOUR, 25 * HOUR);
        assert_eq!(whole.counted_usd_micros, UsdMicros(24_000_000));
        assert_eq!(whole.counted_until, Some(at(24 * HOUR)));
        assert_eq!(counted(whole, 1, 24 * HOUR, 30 * HOUR), whole);
    }

    #[test]
    fn a_cloud_is_asked_each_hour_until_it_tells_a_difference_or_tells_nothing() {
        let day = counted(CostDay::new(DAY), 1, 0, 10 * HOUR);
        assert!(!day.is_to_be_asked(at(30 * HOUR - 1)));
        assert!(day.is_to_be_asked(at(30 * HOUR)));
        let told = |charged: Option<i64>| day.charged(charged.map(UsdMicros), at(30 * HOUR));
        assert!(!told(None).is_to_be_asked(at(31 * HOUR)));
        // As we counted it so far, or less: it may grow.
        for charged in [0, 1_000_000, 9_000_000] {
            assert!(told(Some(charged)).is_to_be_asked(at(31 * HOUR)), "{charged}");
            assert_eq!(told(Some(charged)).news(at(44 * HOUR - 1)), None);
        }
        assert_eq!(told(Some(1_000_000)).news(at(44 * HOUR)), Some(UsdMicros(-9_000_000)));
        assert_eq!(told(Some(9_000_000)).news(at(44 * HOUR)), None);
        let more = told(Some(20_000_000));
        assert_eq!(more.news(at(30 * HOUR)), Some(UsdMicros(10_000_000)));
        let known = more.told(at(30 * HOUR));
        assert_eq!((known.news(at(31 * HOUR)), known.is_to_be_asked(at(31 * HOUR))), (None, false));
    }

    #[test]
    fn what_is_neither_rounding_nor_unknown_is_a_difference() {
        let difference = |dollars, charged: i64| {
            let day = counted(CostDay::new(DAY), dollars, 0, 10 * HOUR);
            day.charged(Some(UsdMicros(charged)), at(0)).difference().map(|it| it.0)
        };
        // Ten dollars, of which two are rounding.
        assert_eq!(difference(1, 12_000_000), None);
        assert_eq!(difference(1, 12_000_001), Some(2_000_001));
        assert_eq!(difference(1, 7_999_999), Some(-2_000_001));
        // A thousand, of which fifty are.
        assert_eq!(difference(100, 1_050_000_000), None);
        assert_eq!(difference(100, 1_050_000_001), Some(50_000_001));
        // No pod has a machine there, and yet it charges.
        assert_eq!(difference(0, 5_000_000), Some(5_000_000));
        assert_eq!(CostDay::new(DAY).charged(None, at(0)).difference(), None);
    }

    #[test]
    fn only_machines_that_are_there_and_belong_to_pods_cost_what_our_books_say() {
        let filed = |name: &str, rate| FiledMachine {
            machine_name: name.into(),
            rate_usd_micros_per_hour: UsdMicrosPerHour(rate),
            machine_id: None,
            cloud: "runpod".into(),
            tenant_id: sample::pod(1).tenant_id,
            pod_id: sample::pod(1).id,
            expected: Expected::Running,
            listed_from: None,
            missing: false,
        };
        let listed = |name: &str| ListedMachine {
            id: name.into(),
            name: name.into(),
            state: MachineState::Running,
        };
        let cost = hourly_cost(
            &[listed("a"), listed("b"), listed("stray")],
            &[filed("a", 3), filed("b", 4), filed("not-there", 50)],
        );
        assert_eq!(cost, UsdMicrosPerHour(7));
    }
}
