//! How long a pod ran and how long it stood stopped.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Stretches kept one by one; older ones, long captured, are only counted.
const STRETCHES_KEPT_MAX: usize = 32;

/// What a pod is charged for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its machine runs for its user.
    Running,
    /// Its machine is stopped and keeps its disk.
    Stopped,
}

/// One stretch of time in one phase.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Stretch {
    /// What the stretch is charged as.
    pub phase: Phase,
    /// From when on.
    pub since: Timestamp,
    /// Until when; none while it has not ended.
    pub until: Option<Timestamp>,
}

/// Whole seconds in each phase.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Seconds {
    /// Seconds with the machine running.
    pub running: i64,
    /// Seconds with only the disk kept.
    pub stopped: i64,
}

/// The time a pod is charged for. A stretch counts whole seconds, rounded down.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsageClock {
    /// Seconds of stretches that are no longer kept.
    earlier: Seconds,
    /// The stretches, oldest first; only the last can be without an end.
    stretches: Vec<Stretch>,
    /// Stretches ever begun; names the present one in idempotency keys.
    begun: u32,
}

impl Seconds {
    pub(crate) fn plus(self, phase: Phase, secs: i64) -> Self {
        match phase {
            Phase::Running => Self { running: self.running.saturating_add(secs), ..self },
            Phase::Stopped => Self { stopped: self.stopped.saturating_add(secs), ..self },
        }
    }

    /// These less `earlier`; never negative.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            running: self.running.saturating_sub(earlier.running).max(0),
            stopped: self.stopped.saturating_sub(earlier.stopped).max(0),
        }
    }
}

impl Stretch {
    fn secs_until(&self, at: Timestamp) -> i64 {
        let until = self.until.map_or(at, |until| until.min(at));
        until.duration_since(self.since).as_secs().max(0)
    }
}

impl UsageClock {
    /// Ends the present stretch and begins one in `phase`.
    #[must_use]
    pub fn begin(self, phase: Phase, now: Timestamp) -> Self {
        let mut clock = self.end(now);
        if clock.stretches.len() >= STRETCHES_KEPT_MAX {
            let oldest = clock.stretches.remove(0);
            clock.earlier = clock.earlier.plus(oldest.phase, oldest.secs_until(now));
        }
        clock.stretches.push(Stretch { phase, since: now, until: None });
        clock.begun = clock.begun.saturating_add(1);
        clock
    }

    /// Ends the present stretch at `now`, or where it began if that is later.
    #[must_use]
    pub fn end(mut self, now: Timestamp) -> Self {
        if let Some(last) = self.stretches.last_mut().filter(|last| last.until.is_none()) {
            last.until = Some(now.max(last.since));
        }
        self
    }

    /// The last stretch if it has not ended.
    #[must_use]
    pub fn present(&self) -> Option<Stretch> {
        self.stretches.last().copied().filter(|last| last.until.is_none())
    }

    /// When the first of the stretches that are still kept one by one began; earlier ones are long
    /// captured.
    pub(crate) fn began_at(&self) -> Option<Timestamp> {
        self.stretches.first().map(|first| first.since)
    }

    /// The last stretch, ended or not.
    #[must_use]
    pub fn last(&self) -> Option<Stretch> {
        self.stretches.last().copied()
    }

    /// Stretches ever begun.
    #[must_use]
    pub fn begun(&self) -> u32 {
        self.begun
    }

    /// Seconds in each phase up to `at`.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Seconds {
        self.stretches
            .iter()
            .fold(self.earlier, |sum, stretch| sum.plus(stretch.phase, stretch.secs_until(at)))
    }
}
