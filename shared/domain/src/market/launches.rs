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
