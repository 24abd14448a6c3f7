//! Whether a provider account can be listed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Seconds an account may give no list before a person and its users are told.
const SILENT_SECS: i64 = 600;

/// When an account last gave the list of its machines.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccountHealth {
    /// When its machines were last listed and compared with the pods; never, if none.
    pub listed_at: Option<Timestamp>,
    /// Since when it gives no list; none while it does.
    pub unlisted_since: Option<Timestamp>,
}

impl AccountHealth {
    /// After a list that was asked for at `now`.
    #[must_use]
    pub fn listed(self, now: Timestamp) -> Self {
        Self { listed_at: self.listed_at.max(Some(now)), unlisted_since: None }
    }

    /// After a list that did not come.
    #[must_use]
    pub fn unlisted(self, now: Timestamp) -> Self {
        Self { unlisted_since: self.unlisted_since.or(Some(now)), ..self }
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
        assert_eq!(silent.listed(at(700)).silent_since(at(2_000)), None);
    }

    #[test]
    fn a_list_that_is_older_than_the_last_one_changes_nothing() {
        let listed = AccountHealth::default().listed(at(60));
        assert_eq!(listed.listed(at(0)), listed);
    }
}
