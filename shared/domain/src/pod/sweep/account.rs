//! Whether a provider account answers, and whether it should be asked for machines at all.
//!
//! An account that fails several times in a row rests: nobody launches there for a while, and pods
//! that can be served elsewhere are. After the rest the next launch tries it; if that fails too, the
//! next rest is twice as long.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Seconds an account may give no list before a person and its users are told.
const SILENT_SECS: i64 = 600;
/// Failures in a row after which an account rests.
const FAILURES_MAX: u32 = 3;
/// The first rest, and the longest.
const REST_SECS: i64 = 60;
const REST_SECS_MAX: i64 = 600;

/// When an account last gave the list of its machines.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountHealth {
    /// When its machines were last listed and compared with the pods; never, if none.
    pub listed_at: Option<Timestamp>,
    /// Since when it gives no list; none while it does.
    pub unlisted_since: Option<Timestamp>,
    /// Lists and launches in a row that were not answered.
    #[serde(default)]
    pub failures: u32,
    /// Until when nothing is launched there.
    #[serde(default)]
    pub resting_until: Option<Timestamp>,
}

impl AccountHealth {
    /// After a list that was asked for at `now`.
    #[must_use]
    pub fn listed(self, now: Timestamp) -> Self {
        Self { listed_at: self.listed_at.max(Some(now)), unlisted_since: None, ..self.answered() }
    }

    /// After a list that did not come.
    #[must_use]
    pub fn unlisted(self, now: Timestamp) -> Self {
        Self { unlisted_since: self.unlisted_since.or(Some(now)), ..self }
    }

    /// After a launch that was answered, whatever the answer was.
    #[must_use]
    pub fn answered(self) -> Self {
        Self { failures: 0, resting_until: None, ..self }
    }

    /// After a list or a launch that was not answered. Failures during a rest, of those who were on
    /// their way when it began, make it no longer.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> Self {
        if self.is_resting(now) {
            return self;
        }
        let failures = self.failures.saturating_add(1);
        let rests = failures.checked_sub(FAILURES_MAX);
        let secs = rests.map(|rests| (REST_SECS << rests.min(8)).min(REST_SECS_MAX));
        let resting_until = secs.map(|secs| now + SignedDuration::from_secs(secs));
        Self { failures, resting_until, ..self }
    }

    /// Whether nothing is to be launched there now.
    #[must_use]
    pub fn is_resting(&self, now: Timestamp) -> bool {
        self.resting_until.is_some_and(|until| now < until)
    }

    /// Since when it has been silent, once that is too long.
    #[must_use]
    pub fn silent_since(self, now: Timestamp) -> Option<Timestamp> {
        self.unlisted_since.filter(|since| *since + SignedDuration::from_secs(SILENT_SECS) <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    #[test]
    fn an_account_without_a_list_for_ten_minutes_is_silent_until_it_gives_one() {
        let silent = AccountHealth::default().listed(at(0)).unlisted(at(60)).unlisted(at(120));
        assert_eq!(silent.silent_since(at(659)), None);
        assert_eq!(silent.silent_since(at(660)), Some(at(60)));
        assert_eq!(silent.listed_at, Some(at(0)));
        assert_eq!(silent.answered().silent_since(at(660)), Some(at(60)), "a launch is no list");
        assert_eq!(silent.listed(at(700)).silent_since(at(2_000)), None);
    }

    #[test]
    fn an_account_that_fails_three_times_in_a_row_rests_longer_each_time() {
        let twice = AccountHealth::default().failed(at(0)).failed(at(1));
        assert!(!twice.is_resting(at(1)));
        assert!(!twice.answered().failed(at(2)).is_resting(at(2)));
        let rests = twice.failed(at(2));
        assert_eq!(rests.resting_until, Some(at(62)));
        // Those who had asked before it began tell nothing new.
        assert_eq!(rests.failed(at(61)), rests);
        assert!(!rests.is_resting(at(62)));
        let again = rests.failed(at(62));
        assert_eq!(again.resting_until, Some(at(182)));
        assert_eq!(again.listed(at(183)).resting_until, None);
        let mut long = again;
        for _ in 0..100 {
            long = long.failed(long.resting_until.unwrap_or(at(0)));
        }
        let before = long.resting_until.unwrap_or(at(0));
        let rest = long.failed(before).resting_until.map(|until| until.duration_since(before));
        assert_eq!(rest, Some(SignedDuration::from_secs(REST_SECS_MAX)));
    }

    #[test]
    fn a_list_that_is_older_than_the_last_one_changes_nothing() {
        let listed = AccountHealth::default().listed(at(60));
        assert_eq!(listed.listed(at(0)), listed);
    }
}
