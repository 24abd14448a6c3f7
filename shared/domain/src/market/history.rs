//! What the offers of a cloud have cost, for as long as people care to look back.
//!
//! A point is a change: the price holds until the next one. There is one point an hour at most, so
//! that a restless offer cannot fill its history with minutes.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::market::offer::{Offer, OfferId};
use crate::money::UsdMicrosPerHour;

/// How far back prices are kept.
pub const KEPT_DAYS: i64 = 90;
/// The most points of one offer; the oldest go first.
const POINTS_MAX: usize = 1_000;
const HOUR_SECS: i64 = 3_600;

/// From when on an offer cost so much: seconds since 1970, and micro-dollars an hour.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Point(i64, i64);

impl Point {
    /// That an offer costs so much from `at` on.
    #[must_use]
    pub fn new(at: Timestamp, rate: UsdMicrosPerHour) -> Self {
        Self(at.as_second(), rate.0)
    }

    /// From when on.
    #[must_use]
    pub fn at(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// How much the cloud charges.
    #[must_use]
    pub fn rate(self) -> UsdMicrosPerHour {
        UsdMicrosPerHour(self.1)
    }
}

/// The points of each offer of one cloud, oldest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct History(BTreeMap<OfferId, Vec<Point>>);

impl History {
    /// Notes what an offer costs at `now`. Returns whether anything was noted.
    pub fn note(&mut self, offer: &Offer, now: Timestamp) -> bool {
        let point = Point::new(now, offer.provider_rate_usd_micros_per_hour);
        let points = self.0.entry(offer.id.clone()).or_default();
        if points.last().is_some_and(|last| last.1 == point.1) {
            return false;
        }
        let hour = |point: &Point| point.0.div_euclid(HOUR_SECS);
        if points.last().is_some_and(|last| hour(last) >= hour(&point)) {
            points.pop();
        }
        // It may be back at the price that the hour began with.
        if points.last().is_none_or(|last| last.1 != point.1) {
            points.push(point);
        }
        let surplus = points.len().saturating_sub(POINTS_MAX);
        points.drain(..surplus);
        true
    }

    /// Forgets what nobody looks back to, but never the price of today.
    pub fn forget(&mut self, now: Timestamp) {
        let oldest = now - SignedDuration::from_hours(24 * KEPT_DAYS);
        for points in self.0.values_mut() {
            points.drain(..before(points, oldest));
        }
    }

    /// The points of an offer since `from`. The first is at `from`, or when the offer was first seen.
    #[must_use]
    pub fn since(&self, id: &OfferId, from: Timestamp) -> Vec<Point> {
        let points = self.0.get(id).map_or(&[][..], Vec::as_slice);
        let mut since = points.iter().skip(before(points, from)).copied().collect::<Vec<_>>();
        if let Some(first) = since.first_mut() {
            first.0 = first.0.max(from.as_second());
        }
        since
    }
}

/// How many points come before the one that holds at `from`.
fn before(points: &[Point], from: Timestamp) -> usize {
    points.partition_point(|point| point.0 <= from.as_second()).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn offer(rate: i64) -> Offer {
        let rate = UsdMicrosPerHour(rate);
        Offer { provider_rate_usd_micros_per_hour: rate, ..sample::offer("off_a") }
    }

    fn noted(prices: &[(i64, i64)]) -> History {
        let mut history = History::default();
        for (secs, rate) in prices {
            history.note(&offer(*rate), at(*secs));
        }
        history
    }

    fn since(history: &History, secs: i64) -> Vec<(i64, i64)> {
        let points = history.since(&OfferId("off_a".to_owned()), at(secs));
        points.into_iter().map(|point| (point.at().as_second(), point.rate().0)).collect()
    }

    #[test]
    fn a_price_is_noted_when_it_changes() {
        let mut history = noted(&[(0, 5), (60, 5), (3_600, 6), (7_200, 5)]);
        assert_eq!(since(&history, 0), [(0, 5), (3_600, 6), (7_200, 5)]);
        assert!(!history.note(&offer(5), at(9_000)));
        assert!(history.note(&offer(7), at(9_000)));
    }

    #[test]
    fn within_an_hour_the_last_price_is_the_one_that_counts() {
        assert_eq!(since(&noted(&[(0, 5), (3_600, 6), (3_700, 7)]), 0), [(0, 5), (3_700, 7)]);
        assert_eq!(since(&noted(&[(0, 5), (3_600, 6), (3_700, 5)]), 0), [(0, 5)]);
        assert_eq!(since(&noted(&[(0, 5), (10, 6)]), 0), [(10, 6)]);
        // A message that comes late is no new hour.
        assert_eq!(since(&noted(&[(0, 5), (3_600, 6), (3_500, 7)]), 0), [(0, 5), (3_500, 7)]);
    }

    #[test]
    fn what_is_asked_for_begins_with_the_price_that_held_then() {
        let history = noted(&[(0, 5), (7_200, 6)]);
        assert_eq!(since(&history, 3_600), [(3_600, 5), (7_200, 6)]);
        assert_eq!(since(&history, 7_200), [(7_200, 6)]);
        assert_eq!(since(&history, 90_000), [(90_000, 6)]);
        assert_eq!(since(&noted(&[(7_200, 6)]), 0), [(7_200, 6)]);
        assert_eq!(since(&History::default(), 0), []);
    }

    #[test]
    fn after_ninety_days_only_the_price_that_still_holds_is_known() {
        let mut history = noted(&[(0, 5), (7_200, 6), (90_000, 7)]);
        let limit = KEPT_DAYS * 24 * HOUR_SECS;
        history.forget(at(limit + 7_199));
        assert_eq!(since(&history, 0), [(0, 5), (7_200, 6), (90_000, 7)]);
        history.forget(at(limit + 7_200));
        assert_eq!(since(&history, 0), [(7_200, 6), (90_000, 7)]);
        history.forget(at(10 * limit));
        assert_eq!(since(&history, 0), [(90_000, 7)]);
    }

    #[test]
    fn it_is_written_as_pairs() -> Result<(), serde_json::Error> {
        let history = noted(&[(7_200, 6)]);
        let text = serde_json::to_string(&history)?;
        assert_eq!(text, r#"{"off_a":[[7200,6]]}"#);
        assert_eq!(serde_json::from_str::<History>(&text)?, history);
        Ok(())
    }

    proptest! {
        #[test]
        fn a_history_is_bounded_and_says_what_it_costs_now(
            prices in prop::collection::vec((1..3_600 * 3_i64, 1..5_i64), 1..1_500),
        ) {
            let mut history = History::default();
            let (mut now, mut last) = (0, 0);
            for (later, rate) in prices {
                (now, last) = (now + later, rate);
                history.note(&offer(rate), at(now));
            }
            let points = since(&history, 0);
            prop_assert!(points.len() <= POINTS_MAX);
            prop_assert_eq!(points.last().map(|point| point.1), Some(last));
            prop_assert!(points.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 != two[1].1));
        }
    }
}
