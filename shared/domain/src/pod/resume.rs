//! Starting a stopped pod again: on with it, or back to stopped with the reason.

use jiff::Timestamp;

use super::{Address, Attempt, NextAct, Pod, Reason, Transition, out_of_turn};
use crate::Error;

/// Why a start is given up; the pod is stopped again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StartFailure {
    /// Its machine did not answer by the deadline.
    TimedOut,
    /// Its wallet cannot pay for the first hour; the sentence says what it lacks.
    NoFunds(String),
    /// Its cloud asks more for the machine than was promised.
    PriceRaised,
    /// Its cloud has no room for the machine.
    NoCapacity,
}

/// What a start goes on with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resuming<'a> {
    /// Since when its machine is being started; the money for this start is held once.
    pub since: Timestamp,
    /// The attempt whose machine is started.
    pub attempt: &'a Attempt,
}

impl From<StartFailure> for Reason {
    fn from(failure: StartFailure) -> Self {
        match failure {
            StartFailure::TimedOut => Self::new(
                "probe_timed_out",
                "The machine did not come up in time. Nothing was charged for this attempt.",
            ),
            StartFailure::NoFunds(message) => Self::new("insufficient_funds", message),
            StartFailure::PriceRaised => Self::new(
                "price_raised",
                "Its cloud has raised the price. Deploy it again at the new price.",
            ),
            StartFailure::NoCapacity => Self::new(
                "no_capacity",
                "Its cloud has no capacity to start it right now. Try again later.",
            ),
        }
    }
}

impl Pod {
    /// What its start goes on with at `now`; `None` past its deadline, when the start is given up
    /// as [`StartFailure::TimedOut`].
    ///
    /// # Errors
    ///
    /// `internal` when it never had a machine.
    pub fn resuming(&self, now: Timestamp) -> Result<Option<Resuming<'_>>, Error> {
        if self.deadline_at.is_some_and(|deadline| now >= deadline) {
            return Ok(None);
        }
        let time_and_attempt = self.machine.zip(self.attempts.last());
        let (time, attempt) = time_and_attempt
            .ok_or_else(|| Error::broken("a pod that ran has no machine", self.id.to_string()))?;
        Ok(Some(Resuming { since: time.since, attempt }))
    }

    /// Gives its start up: it is stopped again. `None` if it is not being started any more.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::want_stop`].
    pub fn give_up_start(
        self,
        failure: StartFailure,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        if self.next_act() != NextAct::Resume {
            return Ok(None);
        }
        self.want_stop(Some(failure.into()), now)
    }

    /// `provisioning → running` again, once its machine answers.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is being started again.
    pub fn resumed(self, address: Address, now: Timestamp) -> Result<Transition, Error> {
        if self.next_act() != NextAct::Resume {
            return Err(out_of_turn(&self, "resume"));
        }
        let running = Self { address: Some(address), unsettled_since: None, ..self.run_from(now) };
        Ok(running.changed("pod.running", "Running again. It is charged by the second.", now))
    }
}
