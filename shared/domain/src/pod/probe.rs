//! Whether a launched machine serves its user yet, and when it has had its time.

use jiff::{SignedDuration, Timestamp};

use super::{Address, Attempt, Pod, PodState, Transition};
use crate::Error;
use crate::people::parameters::Parameters;

/// What the probe does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Probe<'a> {
    /// Nothing: its machine answered before.
    Answered,
    /// Ask the machine of this attempt.
    Ask(&'a Attempt),
}

impl Pod {
    /// What the probe does next.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end; 409 `pod_state` when it has no machine.
    pub fn probe(&self) -> Result<Probe<'_>, Error> {
        self.check_deploying()?;
        if self.state == PodState::Ready || self.address.is_some() {
            return Ok(Probe::Answered);
        }
        let attempt = self.attempts.last().filter(|attempt| attempt.is_launched());
        let none = || Error::conflict("pod_state", "This pod has no machine.");
        attempt.map(Probe::Ask).ok_or_else(none)
    }

    /// Seconds until its machine, which did not answer at `now`, is asked again.
    ///
    /// # Errors
    ///
    /// 409 `probe_timed_out` when the machine has had its time.
    pub fn probe_again_secs(&self, rules: &Parameters, now: Timestamp) -> Result<u32, Error> {
        let limit = SignedDuration::from_secs(i64::from(rules.probe_secs_max));
        if self.attempts.last().is_none_or(|attempt| now >= attempt.started_at + limit) {
            return Err(Error::conflict(
                "probe_timed_out",
                "The machine did not come up in time. Nothing was charged.",
            ));
        }
        Ok(rules.probe_interval_secs)
    }

    /// Notes once how its machine is reached: [`Pod::reached`].
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end; those of [`Pod::reached`].
    pub fn note_answer(
        self,
        address: Address,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        self.check_deploying()?;
        if self.address.is_some() { Ok(None) } else { self.reached(address, now).map(Some) }
    }
}
