//! What the sweep does: for each pod, and for the machines of a provider account.
//!
//! It restarts what was lost, unwinds what is late, and compares the machines that exist with the
//! pods that should have them. One look is never enough: a machine without a pod, or a pod without
//! its machine, must be seen in two sweeps before anything is done about it.

mod sighting;

pub use sighting::Sighting;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::Error;
use crate::Mode;
use crate::money::metering::METER_LAG_SECS;
use crate::people::parameters::Parameters;
use crate::pod::limits::ACTIVATION_EXPIRED;
use crate::pod::{Attempt, AttemptOutcome};
use crate::pod::{Pod, PodState, Reason, Transition};

/// Seconds a launched machine may be missing in its provider's list before that means anything.
const LISTED_WITHIN_SECS: i64 = 120;
/// Seconds after which a launch that was begun is no longer under way: past the time-out of
/// `step-launch-pod`, which outlives the execution that started it.
const LAUNCH_UNDER_WAY_SECS: i64 = 35;
/// Machines that may be acted on in one sweep, however few an account has.
const BRAKE_MACHINES: usize = 3;
/// The share of an account's machines that may be acted on, in percent, where that is more.
const BRAKE_PERCENT: usize = 5;

/// What a pod needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mend {
    /// No help: it is settled, or something is at work on it.
    Nothing,
    /// A message to `on-pod-wanted`.
    Drive,
    /// A look at its execution, as [`Pod::restart`] says.
    CheckExecution,
    /// To be failed or stopped, as [`Pod::overdue`] says.
    EndOverdue,
}

/// The state of an execution of `deploy-pod`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExecutionState {
    /// It was never started.
    NeverStarted,
    /// It goes on.
    Running,
    /// It ended, well or not.
    Ended,
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

/// What `pod` needs at `now`.
#[must_use]
pub fn mend(pod: &Pod, rules: &Parameters, now: Timestamp) -> Mend {
    if !pod.is_settled() {
        return Mend::Drive;
    }
    let late = pod.deadline_at.is_some_and(|deadline| now >= deadline);
    let stop_ahead = SignedDuration::from_secs(i64::from(rules.funds_stop_secs));
    let unfunded = pod.funded_until.is_some_and(|until| now + stop_ahead >= until);
    match (pod.is_unactivated(), late, unfunded) {
        (true, true, _) | (false, _, true) => Mend::EndOverdue,
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
            ExecutionState::Ended => Restart::Next,
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
        if mend(&self, rules, now) != Mend::EndOverdue {
            return Ok(None);
        }
        if !self.is_unactivated() {
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

    /// [`Pod::vanished`], if `missing` is still its machine and must be listed at its provider.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::vanished`].
    pub fn close_missing(
        self,
        missing: &Missing<'_>,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        if self.machine_due(missing.provider, now) == Some(missing.machine_name) {
            self.vanished(missing.since, now)
        } else {
            Ok(None)
        }
    }

    /// The end of a pod whose machine has been missing since `missing_since`: nothing is charged
    /// from then on.
    ///
    /// # Errors
    ///
    /// 409 `pod_state`: those of [`Pod::fail`].
    pub fn vanished(
        self,
        missing_since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        let why = Reason::new("machine_vanished", "Its cloud took the machine away.");
        if self.is_unactivated() {
            return self.fail(why, now).map(Some);
        }
        // The meter may have captured up to its lag; what it took is never taken back.
        let captured_until = now - SignedDuration::from_secs(METER_LAG_SECS);
        Ok(self.want_gone(Some(why), missing_since.max(captured_until)))
    }

    /// Whether the machine called `name` is rightly there: this pod runs on it, or its end is under
    /// way already.
    #[must_use]
    pub fn owns(&self, name: &str) -> bool {
        let mine = self.attempts.iter().find(|attempt| attempt.machine_name == name);
        let wanted = mine.is_some_and(|attempt| {
            matches!(attempt.outcome, AttemptOutcome::Launching | AttemptOutcome::Launched)
        });
        mine.is_some() && !self.is_settled() || wanted && !self.is_over()
    }

    /// The name of the machine that must exist at `provider` by `now`, if one must.
    #[must_use]
    pub fn machine_due(&self, provider: &str, now: Timestamp) -> Option<&str> {
        let attempt = self.attempts.last().filter(|attempt| attempt.is_launched())?;
        // A sandbox pod has no machine at any account, whatever cloud its offer names.
        let settled = self.mode == Mode::Live && !self.is_over() && self.is_settled();
        let listed_by = attempt.started_at + SignedDuration::from_secs(LISTED_WITHIN_SECS);
        let due = settled && attempt.offer.provider == provider && now >= listed_by;
        due.then_some(attempt.machine_name.as_str())
    }
}

/// A machine as its provider lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    /// The provider's own identifier.
    pub id: String,
    /// The name it was launched under.
    pub name: String,
}

/// What one look at a provider account shows.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The provider, as offers name it.
    pub provider: &'a str,
    /// The deployment's name; machines of another one are nobody's business.
    pub stack: &'a str,
    /// Every machine of the account, whoever launched it.
    pub machines: &'a [Seen],
}

/// A live pod's machine that its provider no longer has.
#[derive(Clone, Copy, Debug)]
pub struct Missing<'a> {
    /// The provider, as offers name it.
    pub provider: &'a str,
    /// The name it was launched under.
    pub machine_name: &'a str,
    /// When a sweep first missed it.
    pub since: Timestamp,
}

/// What is wrong at one provider account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences<'a> {
    /// Names of this stack's machines that no live pod of the list owns.
    pub orphans: Vec<&'a str>,
    /// Identifiers of machines that have the name of a pod's machine, and are duplicates of it.
    pub duplicates: Vec<&'a str>,
    /// Pods whose machine is not there.
    pub missing: Vec<&'a Pod>,
}

/// Whether `name` is `gpb-<stack>-<pod>-<attempt>` of this very stack, and not of another one whose
/// name begins with this one's and a dash.
fn is_of_stack(stack: &str, name: &str) -> bool {
    let rest = name.strip_prefix("gpb-").and_then(|rest| rest.strip_prefix(stack));
    let parts = rest.and_then(|rest| rest.strip_prefix('-')).and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(pod, attempt)| !pod.is_empty() && attempt.parse::<u32>().is_ok())
}

/// Compares an account's machines with the live pods.
#[must_use]
pub fn compare<'a>(look: Look<'a>, pods: &'a [Pod], now: Timestamp) -> Differences<'a> {
    let Look { provider, stack, machines } = look;
    let names: BTreeSet<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
    // A launch whose answer was lost may have been repeated before the first one was listed.
    let is_duplicate = |machine: &&Seen| {
        pods.iter().flat_map(|pod| &pod.attempts).any(|attempt| {
            let known = attempt.machine_id.as_deref();
            attempt.machine_name == machine.name && known.is_some_and(|id| id != machine.id)
        })
    };
    let owned = |name: &str| pods.iter().any(|pod| pod.owns(name));
    let ours = names.iter().copied().filter(|name| is_of_stack(stack, name));
    let is_missing =
        |pod: &&Pod| pod.machine_due(provider, now).is_some_and(|name| !names.contains(name));
    Differences {
        orphans: ours.filter(|name| !owned(name)).collect(),
        duplicates: machines
            .iter()
            .filter(is_duplicate)
            .map(|machine| machine.id.as_str())
            .collect(),
        missing: pods.iter().filter(is_missing).collect(),
    }
}

/// Whether so many acts on an account of so many machines are more than accidents explain, so that
/// a person must look before any of them is done.
#[must_use]
pub fn exceeds_brake(acts: usize, machines: usize) -> bool {
    acts > BRAKE_MACHINES.max(machines.saturating_mul(BRAKE_PERCENT).div_ceil(100))
}

#[cfg(test)]
mod tests;
