//! What is wanted of a pod, and the way there.
//!
//! Whoever wants a pod stopped, started or ended writes only that, by `want_stop`, `want_start` or
//! `want_gone`; charging ends in that very write. `on-pod-wanted` then drives the provider and the
//! money until [`Pod::driver`] has nothing left to do. No act here is refused for being repeated.

use jiff::{SignedDuration, Timestamp};

use super::{Address, Change, Pod, PodState, Reason, Wanted, out_of_turn};
use crate::Error;
use crate::money::metering::{MachineBill, Phase};
use crate::pod::MachineTime;

/// What `on-pod-wanted` has to do for a pod.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Driver {
    /// Nothing.
    Rest,
    /// Stop its machine, settle its running, and count it as stopped.
    Stop,
    /// Hold money for what is stopped.
    Keep,
    /// Start its machine and let it run.
    Resume,
    /// Give its machine and its money back.
    End,
}

impl Pod {
    /// What is to be done for it now.
    #[must_use]
    pub fn driver(&self) -> Driver {
        match (self.state, self.wanted) {
            _ if !self.unsettled => Driver::Rest,
            (PodState::Stopping, _) => Driver::Stop,
            (PodState::Stopped, _) => Driver::Keep,
            (PodState::Provisioning, Wanted::Running) => Driver::Resume,
            (PodState::Terminating | PodState::Failed, _) => Driver::End,
            _ => Driver::Rest,
        }
    }

    /// Whether it can be stopped and started; otherwise it can only be ended.
    #[must_use]
    pub fn is_stoppable(&self) -> bool {
        self.launched_configuration().offer.stoppable
    }

    /// `running → stopping`: charging for running ends. A pod that stops or is stopped stays.
    ///
    /// # Errors
    ///
    /// 409 `stop_unsupported` where its cloud cannot, `pod_state` before it ran or when it ends.
    pub fn want_stop(
        self,
        reason: Option<Reason>,
        now: Timestamp,
    ) -> Result<Option<Change>, Error> {
        match self.state {
            PodState::Stopping | PodState::Stopped => return Ok(None),
            PodState::Running => {}
            PodState::Provisioning if self.is_resuming() => {}
            _ => return Err(out_of_turn(&self, "be stopped")),
        }
        if !self.is_stoppable() {
            let message = "This cloud cannot keep a stopped machine. End the pod instead.";
            return Err(Error::conflict("stop_unsupported", message));
        }
        let message = reason.as_ref().map_or("Stopping.", |reason| &reason.message).to_owned();
        let stopping = Self { state: PodState::Stopping, wanted: Wanted::Stopped, reason, ..self };
        Ok(Some(stopping.charged_until(now).changed("pod.stopping", message, now)))
    }

    /// `stopped → provisioning`: its machine is started again at the price it was deployed at. A
    /// pod that starts or runs stays.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopped.
    pub fn want_start(self, start_secs: u32, now: Timestamp) -> Result<Option<Change>, Error> {
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

    /// `… → terminating`: charging ends. A pod that ends or is over stays.
    #[must_use]
    pub fn want_gone(self, reason: Option<Reason>, now: Timestamp) -> Option<Change> {
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

    /// Stops it, or ends it where it cannot be stopped or stands stopped already: its money ends.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::want_stop`].
    pub fn want_no_more(self, reason: Reason, now: Timestamp) -> Result<Option<Change>, Error> {
        if self.state == PodState::Running && self.is_stoppable() {
            self.want_stop(Some(reason), now)
        } else {
            Ok(self.want_gone(Some(reason), now))
        }
    }

    fn is_resuming(&self) -> bool {
        self.running_at.is_some()
    }

    /// This pod with its present stretch ended and something to be driven.
    fn charged_until(self, now: Timestamp) -> Self {
        let running = self.clock.present().is_some_and(|it| it.phase == Phase::Running);
        let ended = |time: MachineTime| MachineTime { running_until: Some(now), ..time };
        Self {
            clock: self.clock.end(now),
            machine: self.machine.map(|time| if running { ended(time) } else { time }),
            funded_until: None,
            deadline_at: None,
            unsettled: true,
            ..self
        }
    }

    /// Notes when its provider confirmed that its machine no longer runs; the first time counts.
    /// `None` if that is known, or there never was a machine.
    #[must_use]
    pub fn machine_ended(self, now: Timestamp) -> Option<Change> {
        let time = self.machine.filter(|time| time.until.is_none())?;
        let machine = Some(MachineTime { until: Some(now.max(time.since)), ..time });
        let confirmed = Self { machine, ..self };
        Some(confirmed.changed(
            "pod.machine_ended",
            "The cloud confirmed that its machine no longer runs.",
            now,
        ))
    }

    /// What its machine cost us beyond what its user paid, once its end is confirmed.
    ///
    /// # Errors
    ///
    /// `amount_too_large` past 64 bits.
    pub fn machine_bill(&self) -> Result<Option<MachineBill>, Error> {
        let Some(time) = self.machine else { return Ok(None) };
        let launched = self.launched_configuration();
        time.bill(launched.provider_rate()?, &launched.offer.terms)
    }

    /// `stopping → stopped`, once its machine is stopped and its running is paid.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopping.
    pub fn stopped(self, now: Timestamp) -> Result<Change, Error> {
        if self.state != PodState::Stopping {
            return Err(out_of_turn(&self, "count as stopped"));
        }
        let clock = self.clock.begin(Phase::Stopped, now);
        let stopped = Self { state: PodState::Stopped, clock, address: None, ..self };
        Ok(stopped.changed("pod.stopped", "Stopped. Only its disk is charged.", now))
    }

    /// A stopped pod is paid for until `funded_until`; nothing is left to do.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is stopped and not kept yet.
    pub fn kept(self, funded_until: Option<Timestamp>, now: Timestamp) -> Result<Change, Error> {
        if self.driver() != Driver::Keep {
            return Err(out_of_turn(&self, "be kept"));
        }
        let message = funded_until
            .map_or("Nothing is charged while it is stopped.", |_| "Money for its disk is held.");
        let kept = Self { funded_until, unsettled: false, ..self };
        Ok(kept.changed("pod.kept", message, now))
    }

    /// `provisioning → running` again, once its machine answers.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is being started again.
    pub fn resumed(self, address: Address, now: Timestamp) -> Result<Change, Error> {
        if self.driver() != Driver::Resume {
            return Err(out_of_turn(&self, "resume"));
        }
        let running = Self { address: Some(address), unsettled: false, ..self.run_from(now) };
        Ok(running.changed("pod.running", "It runs again. Charging by the second begins.", now))
    }

    /// Its end is complete: no machine, no money held.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is ending.
    pub fn ended(self, now: Timestamp) -> Result<Change, Error> {
        if self.driver() != Driver::End {
            return Err(out_of_turn(&self, "end"));
        }
        let failed = self.state == PodState::Failed;
        let state = if failed { PodState::Failed } else { PodState::Terminated };
        let ended_at = self.ended_at.or(Some(now));
        let ended = Self { state, ended_at, unsettled: false, carry: None, address: None, ..self };
        let message = "Its machine is gone and its money is settled.";
        Ok(ended.changed(if failed { "pod.unwound" } else { "pod.terminated" }, message, now))
    }

    /// It is paid until `funded_until` from now on.
    #[must_use]
    pub fn funded(self, funded_until: Timestamp, now: Timestamp) -> Change {
        let funded = Self { funded_until: Some(funded_until), ..self };
        funded.changed("pod.funded", "More money is held for it.", now)
    }

    /// Its execution died; the next one goes on where that one stood.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended.
    pub fn redeployed(self, now: Timestamp) -> Result<Change, Error> {
        self.check_deploying()?;
        let again = Self { execution: self.execution.saturating_add(1), ..self };
        Ok(again.changed("pod.redeployed", "Its deploy was interrupted and goes on.", now))
    }
}
