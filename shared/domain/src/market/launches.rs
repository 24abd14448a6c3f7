//! Our own record of launches at a cloud: how often they succeed and how long they take.
//!
//! Few launches say little, so a record counts as if [`PRIOR_LAUNCHES`] average ones had been made
//! besides: one lucky launch is no 100%. A cloud without a record counts as the average of those that
//! have one, which neither helps nor harms it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many average launches each record is mixed with; after so many of its own it counts half.
pub const PRIOR_LAUNCHES: u32 = 20;

/// What became of the launches at one cloud.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct LaunchRecord {
    /// Machines that were asked for.
    pub launches: u32,
    /// Those that came to answer; never more than were asked for.
    pub succeeded: u32,
    /// Seconds from asking to answering, the median; absent where none succeeded.
    pub start_secs: Option<u32>,
}

/// What became of a launch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Launch {
    /// There was no machine, or it never answered.
    Failed,
    /// Its machine answered so many seconds after it was asked for.
    Answered {
        /// Seconds.
        secs: u32,
    },
}

/// Launches are counted in classes by how long they took; the seconds that each class ends with.
const CLASSES: [u32; 15] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 3_600];

impl Launch {
    /// The class it is counted in: the seconds that it ends with, or 0 for launches that failed.
    #[must_use]
    pub fn class(self) -> u32 {
        let Self::Answered { secs } = self else { return 0 };
        let class = CLASSES.into_iter().find(|end| secs <= *end);
        class.unwrap_or(CLASSES[CLASSES.len() - 1])
    }
}

impl FromIterator<(u32, u32)> for LaunchRecord {
    /// The record of so many launches in each class.
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(counts: I) -> Self {
        let mut classes: BTreeMap<u32, u32> = BTreeMap::new();
        for (class, count) in counts {
            let sum = classes.entry(class).or_default();
            *sum = sum.saturating_add(count);
        }
        let failed = classes.remove(&0).unwrap_or(0);
        let succeeded = classes.values().fold(0, |sum: u32, count| sum.saturating_add(*count));
        let start_secs = median_secs(&classes, succeeded);
        Self { launches: failed.saturating_add(succeeded), succeeded, start_secs }
    }
}

/// The median, taken as if the launches of a class were spread evenly over it.
fn median_secs(classes: &BTreeMap<u32, u32>, succeeded: u32) -> Option<u32> {
    let middle = u64::from(succeeded).div_ceil(2);
    let mut before = 0;
    for (end, count) in classes {
        let count = u64::from(*count);
        if count > 0 && before + count >= middle {
            let start = CLASSES.into_iter().take_while(|it| it < end).last().unwrap_or(0);
            let part = u64::from(end.saturating_sub(start)) * (middle - before) / count;
            return start.checked_add(u32::try_from(part).ok()?);
        }
        before += count;
    }
    None
}

/// What a cloud's record counts as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The share of launches that succeed, 0 to 1.
    pub reliability: f64,
    /// Seconds until a machine answers, above 0.
    pub start_secs: f64,
}

/// The average of all records, which stands in for what is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Average(Estimate);

impl Average {
    /// Each launch counts the same, whichever cloud it was at. Without any launch the numbers mean
    /// nothing, but all clouds have the same ones.
    #[must_use]
    pub fn of(records: &BTreeMap<String, LaunchRecord>) -> Self {
        let (mut launches, mut succeeded, mut secs) = (0.0, 0.0, 0.0);
        let mut timed = 0.0;
        for record in records.values() {
            launches += f64::from(record.launches);
            succeeded += f64::from(record.succeeded.min(record.launches));
            if let Some(start_secs) = record.start_secs {
                timed += f64::from(record.succeeded);
                secs += f64::from(record.succeeded) * f64::from(start_secs);
            }
        }
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        let start_secs = ratio(secs, timed).max(1.0);
        Self(Estimate { reliability: ratio(succeeded, launches), start_secs })
    }

    /// What a record counts as; the average itself where there is none.
    #[must_use]
    pub fn estimate(&self, record: Option<&LaunchRecord>) -> Estimate {
        let Some(record) = record else { return self.0 };
        let mixed = |own: f64, average: f64, samples: u32| {
            let (own_weight, prior) = (f64::from(samples), f64::from(PRIOR_LAUNCHES));
            (own * own_weight + average * prior) / (own_weight + prior)
        };
        let Estimate { reliability, start_secs } = self.0;
        let share = record.share().unwrap_or(reliability);
        let secs = record.start_secs.map_or(start_secs, |secs| f64::from(secs.max(1)));
        let timed = if record.start_secs.is_some() { record.succeeded } else { 0 };
        Estimate {
            reliability: mixed(share, reliability, record.launches),
            start_secs: mixed(secs, start_secs, timed),
        }
    }
}

impl LaunchRecord {
    /// The share of launches that succeeded, 0 to 1; `None` before the first.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let succeeded = f64::from(self.succeeded.min(self.launches));
        (self.launches > 0).then(|| succeeded / f64::from(self.launches))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(launches: u32, succeeded: u32, start_secs: u32) -> LaunchRecord {
        LaunchRecord { launches, succeeded, start_secs: Some(start_secs) }
    }

    fn average(records: &[LaunchRecord]) -> Average {
        let names = (0..).map(|number: u32| number.to_string());
        Average::of(&names.zip(records.iter().copied()).collect())
    }

    #[test]
    fn one_lucky_launch_is_no_hundred_percent() {
        let average = average(&[record(100, 90, 60), record(1, 1, 20)]);
        let lucky = average.estimate(Some(&record(1, 1, 20)));
        let proven = average.estimate(Some(&record(1_000, 990, 60)));
        assert!(lucky.reliability < 0.91, "{lucky:?}");
        assert!(proven.reliability > lucky.reliability, "{proven:?} {lucky:?}");
        assert!(lucky.start_secs > 55.0, "{lucky:?}");
    }

    #[test]
    fn launches_are_counted_in_classes() {
        let class = |secs| Launch::Answered { secs }.class();
        assert_eq!([0, 5, 6, 60, 61, 3_600, 9_999].map(class), [5, 5, 10, 60, 90, 3_600, 3_600]);
        assert_eq!(Launch::Failed.class(), 0);
    }

    #[test]
    fn a_record_is_the_sum_of_its_classes_with_their_median() {
        let of = |counts: &[(u32, u32)]| counts.iter().copied().collect::<LaunchRecord>();
        assert_eq!(of(&[]), LaunchRecord { launches: 0, succeeded: 0, start_secs: None });
        assert_eq!(of(&[(0, 3)]), LaunchRecord { launches: 3, succeeded: 0, start_secs: None });
        assert_eq!(of(&[(60, 0)]), LaunchRecord { launches: 0, succeeded: 0, start_secs: None });
        let days = [(60, 2), (0, 1), (60, 2), (90, 1), (0, 1)];
        // The third of five, in the class from 45 to 60 seconds with four of them.
        assert_eq!(of(&days), LaunchRecord { launches: 7, succeeded: 5, start_secs: Some(56) });
        assert_eq!(of(&[(90, 1)]).start_secs, Some(90));
        assert_eq!(of(&[(5, 1), (600, 2)]).start_secs, Some(525));
    }

    #[test]
    fn a_cloud_without_a_record_counts_as_the_average() {
        let average = average(&[record(30, 30, 40), record(10, 6, 80)]);
        assert_eq!(average.estimate(None).reliability.to_bits(), 0.9_f64.to_bits());
        let none = LaunchRecord { launches: 0, succeeded: 0, start_secs: None };
        assert_eq!(average.estimate(Some(&none)), average.estimate(None));
        assert_eq!(
            Average::of(&BTreeMap::new()).estimate(None).reliability.to_bits(),
            1.0_f64.to_bits()
        );
    }

    proptest! {
        #[test]
        fn a_failure_never_helps_and_a_success_never_harms(
            launches in 0..10_000_u32,
            failed in 0..10_000_u32,
            other in 0..100_u32,
        ) {
            let (other, failed) = (record(100, other, 60), failed.min(launches));
            let average = average(&[other]);
            let of = |launches, succeeded| {
                average.estimate(Some(&record(launches, succeeded, 60))).reliability
            };
            let now = of(launches, launches - failed);
            prop_assert!(of(launches + 1, launches - failed) <= now + 1e-12);
            prop_assert!(of(launches + 1, launches - failed + 1) >= now - 1e-12);
            prop_assert!((0.0..=1.0).contains(&now));
        }
    }
}
