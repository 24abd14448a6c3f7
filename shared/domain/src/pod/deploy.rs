//! A deploy: from money held to a running pod, or to a failed one.

use jiff::{SignedDuration, Timestamp};

use super::{Address, Change, Pod, PodState, Reason, Wanted, out_of_turn};
use crate::money::UsdMicros;
use crate::money::metering::{FUNDED_SECS_MAX, Phase};
use crate::pod::MachineTime;
use crate::pod::{Attempt, AttemptOutcome};
use crate::{Error, Kind};

impl Pod {
    /// Seconds until its deadline, rounded up: past them it counts as not activated.
    #[must_use]
    pub fn activation_secs_left(&self, now: Timestamp) -> u32 {
        let left = self.deadline_at.map_or(0, |deadline| deadline.duration_since(now).as_secs());
        u32::try_from(left.max(0)).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// `pending → provisioning`, once its money is held.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is pending.
    pub fn funds_held(self, held: UsdMicros, now: Timestamp) -> Result<Change, Error> {
        if self.state != PodState::Pending {
            return Err(out_of_turn(&self, "hold its funds"));
        }
        let message = format!("${} is held.", held.dollars_rounded_up());
        Ok(Self { state: PodState::Provisioning, ..self }.changed("pod.provisioning", message, now))
    }

    /// Notes how its machine is reached, once that answers.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its last attempt launched a machine.
    pub fn reached(self, address: Address, now: Timestamp) -> Result<Change, Error> {
        let launched = self.attempts.last().is_some_and(Attempt::is_launched);
        if self.state != PodState::Provisioning || !launched {
            return Err(out_of_turn(&self, "be reached"));
        }
        let reached = Self { address: Some(address), ..self };
        Ok(reached.changed("pod.answered", "The machine answers.", now))
    }

    /// `provisioning → ready`, once its machine answered.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its machine was reached.
    pub fn answered(self, activation_secs: u32, now: Timestamp) -> Result<Change, Error> {
        if self.state != PodState::Provisioning || self.address.is_none() {
            return Err(out_of_turn(&self, "become ready"));
        }
        let ready = Self {
            state: PodState::Ready,
            ready_at: Some(now),
            deadline_at: Some(now + SignedDuration::from_secs(i64::from(activation_secs))),
            ..self
        };
        Ok(ready.changed("pod.ready", "Activate it with the link we mailed you.", now))
    }

    /// `ready → running`: charging begins.
    ///
    /// # Errors
    ///
    /// 409 `activation_used` once it runs or ran, 410 `activation_expired` past the deadline or
    /// once it failed, 409 `pod_state` before it is ready.
    pub fn activate(self, now: Timestamp) -> Result<Change, Error> {
        let expired =
            || Error::new(Kind::Gone, "activation_expired", "This activation link has expired.");
        match self.state {
            PodState::Ready => {}
            PodState::Failed => return Err(expired()),
            PodState::Pending | PodState::Provisioning => {
                return Err(out_of_turn(&self, "be activated"));
            }
            PodState::Running
            | PodState::Stopping
            | PodState::Stopped
            | PodState::Terminating
            | PodState::Terminated => {
                return Err(Error::conflict("activation_used", "This pod was activated already."));
            }
        }
        if self.deadline_at.is_none_or(|deadline| now >= deadline) || self.wanted != Wanted::Running
        {
            return Err(expired());
        }
        let running = self.run_from(now);
        Ok(running.changed("pod.running", "Activated. Charging by the second begins.", now))
    }

    /// `… → failed`, before it ran; `on-pod-wanted` then gives back its machine and its money.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` once it ran or is over.
    pub fn fail(self, reason: Reason, now: Timestamp) -> Result<Change, Error> {
        if !matches!(self.state, PodState::Pending | PodState::Provisioning | PodState::Ready) {
            return Err(out_of_turn(&self, "fail"));
        }
        let message = reason.message.clone();
        let mut failed = Self {
            state: PodState::Failed,
            wanted: Wanted::Gone,
            reason: Some(reason),
            unsettled: true,
            deadline_at: None,
            ended_at: Some(now),
            ..self
        };
        failed.end_attempts();
        Ok(failed.changed("pod.failed", message, now))
    }

    /// This pod running from `now` on, paid for by a full hold.
    pub(super) fn run_from(self, now: Timestamp) -> Self {
        let rate = self.quote.price.rate_usd_micros_per_hour;
        let secs = rate.secs_funded_by(self.quote.hold_usd_micros).unwrap_or(FUNDED_SECS_MAX);
        Self {
            state: PodState::Running,
            running_at: self.running_at.or(Some(now)),
            deadline_at: None,
            funded_until: Some(now + SignedDuration::from_secs(secs.min(FUNDED_SECS_MAX))),
            clock: self.clock.begin(Phase::Running, now),
            machine: self.machine.map(|time| MachineTime { running_since: Some(now), ..time }),
            carry: None,
            ..self
        }
    }

    /// No attempt counts as under way any more; whatever it left is given back.
    pub(super) fn end_attempts(&mut self) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.outcome = match attempt.outcome {
                AttemptOutcome::Launching | AttemptOutcome::Launched => AttemptOutcome::Ended,
                AttemptOutcome::Refused | AttemptOutcome::Ended => attempt.outcome,
            };
        }
    }
}
