//! What is wanted of a pod, and the way there.
//!
//! Whoever wants a pod stopped, started or ended writes only that, by `want_stop`, `want_start` or
//! `want_gone`; charging ends in that very write. `on-pod-wanted` then drives the provider and the
//! money until [`Pod::next_act`] has nothing left to do. No act here is refused for being repeated.

use jiff::{SignedDuration, Timestamp};

use super::{
    Attempt, AttemptOutcome, MachineCost, MachineTime, Pod, PodState, Reason, Transition, Wanted,
    out_of_turn,
};
use crate::Error;
use crate::money::metering::Phase;

/// What `on-pod-wanted` has to do next for a pod.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NextAct {
    /// Nothing: the pod is settled.
    Nothing,
    /// Stop its machine, take the money for its running, and count it as stopped.
    Stop,
    /// Hold money for its disk while it is stopped.
    Keep,
    /// Start its machine and let it run.
    Resume,
    /// Give its machine and its money back.
    End,
}

/// What is to be done next for a pod, and with which of its machines: two deliveries of one message
/// have the same errand, and one that comes late finds another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Errand {
    /// What is to be done.
    pub act: NextAct,
    /// Since when its machine's time counts; tells its machines apart.
    pub machine_since: Option<Timestamp>,
}

impl Pod {
    /// What is to be done for it next.
    #[must_use]
    pub fn next_act(&self) -> NextAct {
        match (self.state, self.wanted) {
            _ if self.unsettled_since.is_none() => NextAct::Nothing,
            (PodState::Stopping, _) => NextAct::Stop,
            (PodState::Stopped, _) => NextAct::Keep,
            (PodState::Provisioning, Wanted::Running) => NextAct::Resume,
            (PodState::Terminating | PodState::Failed, _) => NextAct::End,
            _ => NextAct::Nothing,
        }
    }

    /// Whether nothing is left to be done for it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.next_act() == NextAct::Nothing
    }

    /// Whether its history goes on: it is not over, or something is left to be done for it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !(self.is_over() && self.is_settled())
    }

    /// `transition`, if `errand` is still what is to be done next. A concurrent delivery of the same
    /// message may have done it, or the pod's owner may want something else by then.
    ///
    /// # Errors
    ///
    /// Those of `transition`.
    pub fn if_still(
        self,
        errand: Errand,
        transition: impl FnOnce(Self) -> Result<Transition, Error>,
    ) -> Result<Option<Transition>, Error> {
        if self.errand() == errand { transition(self).map(Some) } else { Ok(None) }
    }

    /// Whether it can be stopped and started; otherwise it can only be ended.
    #[must_use]
    pub fn is_stoppable(&self) -> bool {
        self.launched_configuration().offer.stoppable
    }

    /// `running → stopping`: charging for running ends. A pod that stops or is stopped stays as it
    /// is.
    ///
    /// # Errors
    ///
    /// 409 `stop_unsupported` where its cloud cannot, `pod_state` before it ran or when it ends.
    pub fn want_stop(
        self,
        reason: Option<Reason>,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        match self.state {
            PodState::Stopping | PodState::Stopped => return Ok(None),
            PodState::Running => {}
            PodState::Provisioning if self.is_resuming() => {}
            _ => return Err(out_of_turn(&self, "be stopped")),
        }
        if !self.is_stoppable() {
            let message =
                "This cloud cannot stop a machine and keep its disk. End the pod instead.";
            return Err(Error::conflict("stop_unsupported", message));
        }
        let message = reason.as_ref().map_or("Stopping.", |reason| &reason.message).to_owned();
        let stopping = Self { state: PodState::Stopping, wanted: Wanted::Stopped, reason, ..self };
        Ok(Some(stopping.charged_until(now).changed("pod.stopping", message, now)))
    }

    /// `stopped → provisioning`: its machine is started again at the price it was deployed at. A
    /// pod that starts or runs stays as it is.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopped.
    pub fn want_start(self, start_secs: u32, now: Timestamp) -> Result<Option<Transition>, Error> {
        match self.state {
            PodState::Running => return Ok(None),
            PodState::Provisioning if self.is_resuming() => return Ok(None),
            PodState::Stopped => {}
            _ => return Err(out_of_turn(&self, "be started")),
        }
        let starting = Self {
            state: PodState::Provisioning,
            wanted: Wanted::Running,
            reason: None,
            address: None,
            ..self
        };
        let mut starting = starting.charged_until(now);
        starting.deadline_at = Some(now + SignedDuration::from_secs(i64::from(start_secs)));
        starting.machine =
            Some(MachineTime { since: now, running_since: None, running_until: None, until: None });
        Ok(Some(starting.changed("pod.starting", "Starting its machine again.", now)))
    }

    /// `… → terminating`: charging ends. A pod that ends or is over stays as it is, but that nothing
    /// takes its place any more if it is lost and its owner ends it.
    #[must_use]
    pub fn want_gone(self, reason: Option<Reason>, now: Timestamp) -> Option<Transition> {
        if reason.is_none() && self.state == PodState::Terminating {
            return self.forget(now);
        }
        if self.is_over() || self.state == PodState::Terminating {
            return None;
        }
        let message = reason.as_ref().map_or("Ending.", |reason| &reason.message).to_owned();
        let reason = reason.or_else(|| self.reason.clone());
        let mut ending =
            Self { state: PodState::Terminating, wanted: Wanted::Gone, reason, ..self }
                .charged_until(now);
        ending.end_attempts();
        Some(ending.changed("pod.terminating", message, now))
    }

    /// Stops it for lack of money, or ends it where it cannot be stopped or is stopped already.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::want_stop`].
    pub fn want_no_more(self, reason: Reason, now: Timestamp) -> Result<Option<Transition>, Error> {
        if self.state == PodState::Running && self.is_stoppable() {
            self.want_stop(Some(reason), now)
        } else {
            Ok(self.want_gone(Some(reason), now))
        }
    }

    /// Whether a pod that is provisioning is being started again.
    fn is_resuming(&self) -> bool {
        self.running_at.is_some()
    }

    /// This pod with its present stretch of charging ended and something left to do. A machine that
    /// is missing is charged until it was last seen.
    fn charged_until(self, now: Timestamp) -> Self {
        let running = self.clock.present().is_some_and(|it| it.phase == Phase::Running);
        let until = self.missing_since.map_or(now, |seen| seen.min(now));
        let ended = |time: MachineTime| MachineTime { running_until: Some(until), ..time };
        Self {
            clock: self.clock.end(until),
            machine: self.machine.map(|time| if running { ended(time) } else { time }),
            funded_until: None,
            deadline_at: None,
            unsettled_since: self.unsettled_since.or(Some(now)),
            missing_since: None,
            ..self
        }
    }

    /// What `on-pod-wanted` set out to do; it goes on only while that is still so.
    #[must_use]
    pub fn errand(&self) -> Errand {
        Errand { act: self.next_act(), machine_since: self.machine.map(|time| time.since) }
    }

    /// Notes when its provider confirmed that its machine no longer runs; the first time counts.
    /// `None` if that is known, there never was a machine, or `errand` is no longer what is to be
    /// done: the confirmation may then be of an earlier machine's end.
    #[must_use]
    pub fn machine_ended(self, errand: Errand, now: Timestamp) -> Option<Transition> {
        if self.errand() != errand {
            return None;
        }
        let time = self.machine.filter(|time| time.until.is_none())?;
        let machine = Some(MachineTime { until: Some(now.max(time.since)), ..time });
        let confirmed = Self { machine, ..self };
        Some(confirmed.changed(
            "pod.machine_ended",
            "The cloud confirmed that the machine is off.",
            now,
        ))
    }

    /// What its machine cost us beyond what its user paid, once its end is confirmed; `None` also
    /// where that is nothing.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn machine_cost(&self) -> Result<Option<MachineCost>, Error> {
        let Some(time) = self.machine else { return Ok(None) };
        let launched = self.launched_configuration();
        let bill = time.bill(launched.provider_rate()?, &launched.offer.terms)?;
        let bill = bill.filter(|bill| !bill.is_zero());
        let until = time.until.unwrap_or(time.since);
        Ok(bill.map(|bill| MachineCost { since: time.since, until, bill }))
    }

    /// Until when its usage is captured at `now`, once it no longer runs: the last instant it was
    /// charged for, if that lies ahead, since the clocks of two functions may disagree.
    #[must_use]
    pub fn captured_until(&self, now: Timestamp) -> Timestamp {
        self.clock.last().and_then(|last| last.until).map_or(now, |until| until.max(now))
    }

    /// The attempts whose machine exists, or may exist: all but those that were refused.
    pub fn attempts_to_end(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|attempt| attempt.outcome != AttemptOutcome::Refused)
    }

    /// `stopping → stopped`, once its machine is stopped and its running is paid.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopping.
    pub fn stopped(self, now: Timestamp) -> Result<Transition, Error> {
        if self.state != PodState::Stopping {
            return Err(out_of_turn(&self, "count as stopped"));
        }
        let clock = self.clock.begin(Phase::Stopped, now);
        let stopped = Self { state: PodState::Stopped, clock, address: None, ..self };
        Ok(stopped.changed("pod.stopped", "Stopped. Only its disk is charged.", now))
    }

    /// Its end is complete: no machine runs and no money is held.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is ending.
    pub fn ended(self, now: Timestamp) -> Result<Transition, Error> {
        if self.next_act() != NextAct::End {
            return Err(out_of_turn(&self, "end"));
        }
        let failed = self.state == PodState::Failed;
        let state = if failed { PodState::Failed } else { PodState::Terminated };
        let ended_at = self.ended_at.or(Some(now));
        let ended = Self {
            state,
            ended_at,
            unsettled_since: None,
            activation_reserve: None,
            address: None,
            ..self
        };
        let message = "The machine is gone and all charges are settled.";
        Ok(ended.changed(if failed { "pod.unwound" } else { "pod.terminated" }, message, now))
    }

    /// Notes that more money is held for it, which pays until `funded_until`.
    #[must_use]
    pub fn funded(self, funded_until: Timestamp, now: Timestamp) -> Transition {
        let funded = Self { funded_until: Some(funded_until), ..self };
        funded.changed("pod.funded", "Its hold was extended.", now)
    }

    /// [`Pod::funded`], unless its row knows it or it is no longer charged in that stretch.
    #[must_use]
    pub fn note_funds(
        self,
        stretch: u32,
        funded_until: Timestamp,
        now: Timestamp,
    ) -> Option<Transition> {
        let same = self.clock.begun() == stretch && self.clock.present().is_some();
        let news = same && self.funded_until != Some(funded_until);
        news.then(|| self.funded(funded_until, now))
    }

    /// Counts the next execution, since the last one died; it goes on where that one stood.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end.
    pub fn redeployed(self, now: Timestamp) -> Result<Transition, Error> {
        self.check_deploying()?;
        let again = Self { execution: self.execution.saturating_add(1), ..self };
        Ok(again.changed("pod.redeployed", "The deploy was interrupted and has resumed.", now))
    }
}

#[cfg(test)]
mod tests;
