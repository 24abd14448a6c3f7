//! What was taken for a pod so far, and the next capture.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clock::{Seconds, UsageClock};
use crate::Error;
use crate::id::PodId;
use crate::money::{UsdMicros, UsdMicrosPerHour};

/// Midnights one capture looks at; a longer silence is captured by the next ones.
const DAYS_PER_CAPTURE_MAX: usize = 400;

/// A price per hour in each phase.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Rates {
    /// Per hour while the machine runs.
    pub running: UsdMicrosPerHour,
    /// Per hour while only the disk is kept.
    pub stopped: UsdMicrosPerHour,
}

/// What a pod used, and at which prices.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PodUsage {
    /// The pod that was used.
    pub pod: PodId,
    /// How long it ran and stood, and since when.
    pub clock: UsageClock,
    /// What its user pays.
    pub user_rates: Rates,
    /// What its provider charges.
    pub provider_rates: Rates,
}

/// What was used and taken on one day (UTC).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct DayUsage {
    /// Seconds in each phase.
    #[serde(flatten)]
    pub seconds: Seconds,
    /// What was taken from the wallet.
    pub captured_usd_micros: UsdMicros,
}

/// A pod's metering account, as it is kept beside its wallet.
///
/// Invariants: `captured + waived` is what `seconds` cost, rounded down once; the days add up to
/// `captured` and `seconds`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Metered {
    /// The pod whose usage is captured here.
    pub pod: PodId,
    /// Up to when its seconds are captured.
    pub until: Option<Timestamp>,
    /// The seconds captured so far.
    pub seconds: Seconds,
    /// Taken from the wallet so far.
    pub captured_usd_micros: UsdMicros,
    /// What ran past the held money; ours to bear, never the user's.
    pub waived_usd_micros: UsdMicros,
    /// The provider's part so far.
    pub provider_usd_micros: UsdMicros,
    /// The same by day.
    pub days: BTreeMap<Date, DayUsage>,
}

/// What one capture moves for one pod.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PodCapture {
    /// The pod that is captured for.
    pub pod: PodId,
    /// From what is held for it.
    pub user_usd_micros: UsdMicros,
    /// To its provider.
    pub provider_usd_micros: UsdMicros,
    /// What the user would owe and no held money covers.
    pub waived_usd_micros: UsdMicros,
}

impl Rates {
    /// What `seconds` cost, each phase rounded down.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn due_rounded_down(&self, seconds: Seconds) -> Result<UsdMicros, Error> {
        let running = self.running.over_secs_rounded_down(seconds.running)?;
        running.plus(self.stopped.over_secs_rounded_down(seconds.stopped)?)
    }
}

/// The day that the instant just before `at` lies in.
fn day_before(at: Timestamp) -> Date {
    let just_before = at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
    just_before.to_zoned(TimeZone::UTC).date()
}

/// The midnights inside `(from, until)`, then `until`.
fn instants(from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let midnight_after = |at: Timestamp| {
        let date = at.to_zoned(TimeZone::UTC).date();
        let zoned = date.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    };
    let midnights = std::iter::successors(midnight_after(from), |at| midnight_after(*at));
    let inside = midnights.take(DAYS_PER_CAPTURE_MAX).take_while(|at| *at < until);
    inside.chain([until]).collect()
}

impl Metered {
    /// Nothing was captured yet.
    #[must_use]
    pub fn new(pod: PodId) -> Self {
        Self {
            pod,
            until: None,
            seconds: Seconds::default(),
            captured_usd_micros: UsdMicros::ZERO,
            waived_usd_micros: UsdMicros::ZERO,
            provider_usd_micros: UsdMicros::ZERO,
            days: BTreeMap::new(),
        }
    }

    /// Captures `usage` up to `at` from the `held` money; `None` when there is nothing new.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn capture(
        &self,
        usage: &PodUsage,
        held: UsdMicros,
        at: Timestamp,
    ) -> Result<Option<(Self, PodCapture)>, Error> {
        let Some(from) = self.until.or_else(|| usage.clock.began_at()).filter(|from| *from < at)
        else {
            return Ok(None);
        };
        let mut after = self.clone();
        for instant in instants(from, at) {
            let taken = after.captured_usd_micros.minus(self.captured_usd_micros)?;
            after.advance(usage, held.minus(taken)?, instant)?;
        }
        if after.seconds == self.seconds {
            return Ok(None);
        }
        let capture = PodCapture {
            pod: self.pod.clone(),
            user_usd_micros: after.captured_usd_micros.minus(self.captured_usd_micros)?,
            provider_usd_micros: after.provider_usd_micros.minus(self.provider_usd_micros)?,
            waived_usd_micros: after.waived_usd_micros.minus(self.waived_usd_micros)?,
        };
        Ok(Some((after, capture)))
    }

    /// Moves on to `at`, an instant of the same day as all that is new.
    fn advance(&mut self, usage: &PodUsage, held: UsdMicros, at: Timestamp) -> Result<(), Error> {
        let seconds = usage.clock.until(at);
        let new = seconds.since(self.seconds);
        self.until = Some(at);
        if new == Seconds::default() {
            return Ok(());
        }
        let accounted = self.captured_usd_micros.plus(self.waived_usd_micros)?;
        let due =
            usage.user_rates.due_rounded_down(seconds)?.minus(accounted)?.max(UsdMicros::ZERO);
        let taken = due.min(held.max(UsdMicros::ZERO));
        self.seconds = seconds;
        self.captured_usd_micros = self.captured_usd_micros.plus(taken)?;
        self.waived_usd_micros = self.waived_usd_micros.plus(due.minus(taken)?)?;
        self.provider_usd_micros = usage.provider_rates.due_rounded_down(seconds)?;
        let day = self.days.entry(day_before(at)).or_default();
        day.seconds.running = day.seconds.running.saturating_add(new.running);
        day.seconds.stopped = day.seconds.stopped.saturating_add(new.stopped);
        day.captured_usd_micros = day.captured_usd_micros.plus(taken)?;
        Ok(())
    }
}
