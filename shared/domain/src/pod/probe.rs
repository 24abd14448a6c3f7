//! Whether a launched machine serves its user yet, and when it has had its time.

use jiff::{SignedDuration, Timestamp};

use super::sweep::MachineState;
use super::{Address, Attempt, AttemptOutcome, Pod, PodState, Transition};
use crate::Error;
use crate::people::parameters::Parameters;

/// The part of a machine's time to come up in which it has to get a place: half of it. What is left
/// is too little for another machine's boot, so waiting longer would only end the deploy.
const QUEUED_SHARE: u32 = 2;

/// What the probe does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Probe<'a> {
    /// Nothing: its machine answered before.
    Answered,
    /// Ask the machine of this attempt.
    Ask(&'a Attempt),
    /// Nothing: its machine got no place and was given up before. Another offer is to be tried.
    GivenUp,
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
        match self.attempts.last() {
            Some(attempt) if attempt.is_launched() => Ok(Probe::Ask(attempt)),
            Some(attempt) if attempt.outcome == AttemptOutcome::Refused => Ok(Probe::GivenUp),
            _ => Err(Error::conflict("pod_state", "This pod has no machine.")),
        }
    }

    /// Whether its machine, listed in this state, has waited for a place for as long as it may.
    #[must_use]
    pub fn has_no_place(&self, state: MachineState, rules: &Parameters, now: Timestamp) -> bool {
        let limit = SignedDuration::from_secs(i64::from(rules.probe_secs_max / QUEUED_SHARE));
        let waited = |attempt: &Attempt| now >= attempt.started_at + limit;
        state == MachineState::Queued && self.attempts.last().is_some_and(waited)
    }

    /// Gives up the machine of the attempt `number`, which got no place, so that the next offer may
    /// be tried. `None` if that is done already, or it answered meanwhile.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end.
    pub fn give_up(mut self, number: u32, now: Timestamp) -> Result<Option<Transition>, Error> {
        self.check_deploying()?;
        let is_open = self.state == PodState::Provisioning && self.address.is_none();
        let last = self.attempts.last_mut().filter(|attempt| attempt.number == number);
        let Some(attempt) = last.filter(|attempt| is_open && attempt.is_launched()) else {
            return Ok(None);
        };
        attempt.outcome = AttemptOutcome::Refused;
        attempt.machine_id = None;
        self.machine = None;
        let message = self.has_no_capacity();
        Ok(Some(self.changed("pod.attempt_refused", message, now)))
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

#[cfg(test)]
mod tests;
