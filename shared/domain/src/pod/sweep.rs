//! What the sweep does: for each pod, and for the machines of a provider account.
//!
//! It restarts what was lost, unwinds what is late, and compares the machines that exist with the
//! pods that should have them (`machines`).

mod account;
mod cost;
mod machines;
mod sighting;

pub use account::AccountHealth;
pub use cost::{CostDay, day_of, hourly_cost};
pub use machines::{
    Account, Differences, Expected, FiledMachine, ListedMachine, MachineState, Missing, compare,
    exceeds_brake,
};
pub use sighting::Sighting;

use jiff::{SignedDuration, Timestamp};

use crate::Error;
use crate::money::metering::METER_LAG_SECS;
use crate::people::parameters::Parameters;
use crate::pod::limits::ACTIVATION_EXPIRED;
use crate::pod::{Attempt, AttemptOutcome};
use crate::pod::{Pod, PodState, Reason, Transition};

/// Seconds after which a launch that was begun is no longer under way: past the time-out of
/// `step-launch-pod`, which outlives the execution that started it.
const LAUNCH_UNDER_WAY_SECS: i64 = 50;
/// Seconds after which a pod that is still not as it is wanted needs a person.
const STUCK_SECS: i64 = 1_800;

/// What a pod needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mend {
    /// No help: it is settled, or something is at work on it.
    Nothing,
    /// A message to `on-pod-wanted`.
    Drive,
    /// A look at its execution, as [`Pod::restart`] says.
    CheckExecution,
    /// To be failed, as [`Pod::overdue`] says.
    EndOverdue,
    /// More money to be held for it, and where there is none to be stopped, as [`Pod::overdue`]
    /// says.
    FundOrEnd,
    /// To lose its machine, as the sandbox is to pretend: [`Pod::lose`].
    Lose,
}

/// The state of an execution of `deploy-pod`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExecutionState {
    /// It was never started.
    NeverStarted,
    /// It goes on.
    Running,
    /// It came to its end.
    Succeeded,
    /// It was aborted, ran out of time, or failed.
    Died,
}

/// Which execution a pod's deploy needs to be started.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Restart {
    /// None.
    Nothing,
    /// The one the pod names: it was never started.
    Same,
    /// The one after it, once [`Pod::redeploy_after`] has written that.
    Next,
}

impl Pod {
    /// Whether it has been on its way to where it is wanted for so long that a person must look.
    #[must_use]
    pub fn is_stuck(&self, now: Timestamp) -> bool {
        let long = SignedDuration::from_secs(STUCK_SECS);
        self.unsettled_since.is_some_and(|since| since + long <= now)
    }
}

/// The instant a sweep judges pods by: when it was due, but never more than the meter's lag ago,
/// for a sweep that comes late must not end anything before what was captured meanwhile.
#[must_use]
pub fn judged_at(due_at: Timestamp, now: Timestamp) -> Timestamp {
    due_at.max(now - SignedDuration::from_secs(METER_LAG_SECS))
}

fn is_launching(pod: &Pod, now: Timestamp) -> bool {
    let open = |attempt: &&Attempt| attempt.outcome == AttemptOutcome::Launching;
    pod.attempts.last().filter(open).is_some_and(|attempt| {
        now < attempt.started_at + SignedDuration::from_secs(LAUNCH_UNDER_WAY_SECS)
    })
}

/// Whether a pod that has been on its way since then is driven on in this minute: each minute at
/// first, then less and less often, since a cloud that is down has thousands of them.
fn is_driven(since: Timestamp, now: Timestamp) -> bool {
    let minutes = now.duration_since(since).as_mins().max(0);
    let every = match minutes {
        0..10 => 1,
        10..60 => 5,
        _ => 15,
    };
    minutes % every == 0
}

/// What `pod` needs at `now`.
#[must_use]
pub fn mend(pod: &Pod, rules: &Parameters, now: Timestamp) -> Mend {
    if !pod.is_settled() {
        let waits = pod.unsettled_since.is_some_and(|since| !is_driven(since, now));
        return if waits { Mend::Nothing } else { Mend::Drive };
    }
    if pod.pretends_loss(now) {
        return Mend::Lose;
    }
    let late = pod.deadline_at.is_some_and(|deadline| now >= deadline);
    let stop_ahead = SignedDuration::from_secs(i64::from(rules.funds_stop_secs));
    let unfunded = pod.missing_since.is_none()
        && pod.funded_until.is_some_and(|until| now + stop_ahead >= until);
    match (pod.is_unactivated(), late, unfunded) {
        (true, true, _) => Mend::EndOverdue,
        (false, _, true) => Mend::FundOrEnd,
        // A second launch beside it would find no machine yet, and make another one.
        (true, false, _) if is_launching(pod, now) => Mend::Nothing,
        (true, false, _) => Mend::CheckExecution,
        (false, _, false) => Mend::Nothing,
    }
}

impl Pod {
    /// Which execution its deploy needs, given the state of the one it names.
    #[must_use]
    pub fn restart(&self, state: ExecutionState) -> Restart {
        match state {
            _ if !self.is_unactivated() => Restart::Nothing,
            ExecutionState::Running => Restart::Nothing,
            ExecutionState::NeverStarted => Restart::Same,
            // Its owner was told, and activates it or lets it lapse.
            ExecutionState::Succeeded if self.state == PodState::Ready => Restart::Nothing,
            ExecutionState::Succeeded | ExecutionState::Died => Restart::Next,
        }
    }

    /// [`Pod::redeployed`], if its execution `died` is still the one it names; another sweep may
    /// have counted the next one.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::redeployed`].
    pub fn redeploy_after(self, died: u32, now: Timestamp) -> Result<Option<Transition>, Error> {
        if self.is_unactivated() && self.execution == died {
            self.redeployed(now).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The end of a pod whose time or money is over at `now`; `None` if it is not.
    ///
    /// # Errors
    ///
    /// 409 `pod_state`, `stop_unsupported`: those of [`Pod::want_no_more`] and [`Pod::fail`].
    pub fn overdue(self, rules: &Parameters, now: Timestamp) -> Result<Option<Transition>, Error> {
        let due = mend(&self, rules, now);
        if !matches!(due, Mend::EndOverdue | Mend::FundOrEnd) {
            return Ok(None);
        }
        if due == Mend::FundOrEnd {
            let why = "The money held for it ran out. Add money to run it again.";
            return self.want_no_more(Reason::new("funds_exhausted", why), now);
        }
        let why = if self.state == PodState::Ready {
            Reason::new(
                ACTIVATION_EXPIRED,
                "The pod was not activated in time. Nothing was charged.",
            )
        } else {
            Reason::new("launch_timed_out", "Its launch took too long. Nothing was charged.")
        };
        self.fail(why, now).map(Some)
    }
}

#[cfg(test)]
mod tests;
