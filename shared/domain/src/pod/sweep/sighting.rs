//! Something wrong, as one sweep after the other sees it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Two looks at the same thing are two sightings when they are at least this far apart: a sweep
/// that was started twice is one look.
const SIGHTING_SECS_MIN: i64 = 30;
/// Past this the earlier sighting counts for nothing: a sweep in between did not see it.
const SIGHTING_SECS_MAX: i64 = 150;

/// A thing that is wrong, and was at every look since `first_at`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sighting {
    /// The first of these looks.
    pub first_at: Timestamp,
    /// The last one so far.
    pub last_at: Timestamp,
}

impl Sighting {
    /// The sighting after another look at `now`, which goes on with `before` if no sweep in between
    /// missed it.
    #[must_use]
    pub fn again(before: Option<Self>, now: Timestamp) -> Self {
        let lasts = SignedDuration::from_secs(SIGHTING_SECS_MAX);
        let goes_on = before.filter(|seen| seen.last_at + lasts >= now);
        Self { first_at: goes_on.map_or(now, |seen| seen.first_at), last_at: now }
    }

    /// Since when the thing is wrong, once two sweeps have seen it.
    #[must_use]
    pub fn confirmed_since(self) -> Option<Timestamp> {
        let apart = SignedDuration::from_secs(SIGHTING_SECS_MIN);
        (self.first_at + apart <= self.last_at).then_some(self.first_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn looks(seconds: &[i64]) -> Option<Timestamp> {
        let seen = seconds.iter().fold(None, |seen, secs| Some(Sighting::again(seen, at(*secs))));
        seen.and_then(Sighting::confirmed_since)
    }

    #[test]
    fn a_sighting_is_confirmed_by_a_second_sweep_and_not_by_the_same_one_twice() {
        assert_eq!(looks(&[100]), None);
        assert_eq!(looks(&[100, 129]), None);
        assert_eq!(looks(&[100, 130]), Some(at(100)));
        assert_eq!(looks(&[100, 110, 160]), Some(at(100)));
    }

    #[test]
    fn a_sweep_that_did_not_see_it_ends_a_sighting() {
        assert_eq!(looks(&[100, 250]), Some(at(100)));
        assert_eq!(looks(&[100, 251]), None);
        assert_eq!(looks(&[100, 251, 311]), Some(at(251)));
    }
}
