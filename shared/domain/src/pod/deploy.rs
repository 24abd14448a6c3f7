//! A deploy: from money held to a running pod, or to a failed one.

use jiff::{SignedDuration, Timestamp};

use super::{Address, Pod, PodState, Reason, Transition, Wanted, out_of_turn};
use crate::Error;
use crate::money::UsdMicros;
use crate::money::metering::{FUNDED_SECS_MAX, Phase};
use crate::pod::{Attempt, AttemptOutcome, MachineTime};

/// Why a deploy failed, as its owner is told: `error_name` is what the state machine caught, and
/// `said` the failed step's own sentence. A refusal of ours speaks for itself; anything else is our
/// fault, and its details stay in our log.
#[must_use]
pub fn failure_reason(error_name: &str, said: Option<String>) -> Reason {
    let code = match error_name {
        "NoCapacity" => "no_capacity",
        "ProbeTimedOut" => "probe_timed_out",
        "PriceRaised" => "price_raised",
        "InsufficientFunds" => "insufficient_funds",
        "NoLiveProvider" => "no_live_provider",
        "Busy" => "busy",
        "Unavailable" => "unavailable",
        "PodOver" => "pod_over",
        _ => "internal",
    };
    let message = said.filter(|_| code != "internal").unwrap_or_else(|| {
        "Something went wrong on our side. Nothing was charged; please deploy again.".to_owned()
    });
    Reason::new(code, message)
}

impl Pod {
    /// What `step-hold-funds` holds for its first stretch of running.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end.
    pub fn deploy_hold(&self) -> Result<UsdMicros, Error> {
        self.check_deploying()?;
        Ok(self.quote.hold_usd_micros)
    }

    /// Notes once that `held` is held for it: `pending → provisioning`. A deploy that is further on
    /// stays as it is.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end.
    pub fn note_hold(self, held: UsdMicros, now: Timestamp) -> Result<Option<Transition>, Error> {
        self.check_deploying()?;
        if self.state == PodState::Pending {
            self.funds_held(held, now).map(Some)
        } else {
            Ok(None)
        }
    }

    /// `pending → provisioning`, once its money is held.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is pending.
    pub fn funds_held(self, held: UsdMicros, now: Timestamp) -> Result<Transition, Error> {
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
    pub fn reached(self, address: Address, now: Timestamp) -> Result<Transition, Error> {
        let launched = self.attempts.last().is_some_and(Attempt::is_launched);
        if self.state != PodState::Provisioning || !launched {
            return Err(out_of_turn(&self, "be reached"));
        }
        let reached = Self { address: Some(address), ..self };
        Ok(reached.changed("pod.answered", "The machine is up.", now))
    }

    /// Makes a pod whose machine answered ready, once; its owner has `activation_secs` to activate
    /// it. One that takes the place of a lost pod runs at once. A deploy that is further on stays as it is.
    ///
    /// # Errors
    ///
    /// 409 `pod_over` once it ended, or is to end; 409 `pod_state` before its machine answered.
    pub fn mark_ready(
        self,
        activation_secs: u32,
        now: Timestamp,
    ) -> Result<Option<Transition>, Error> {
        self.check_deploying()?;
        match self.state {
            PodState::Provisioning if self.relaunch_of.is_some() => {
                self.run_in_place(now).map(Some)
            }
            PodState::Provisioning => self.answered(activation_secs, now).map(Some),
            _ => Ok(None),
        }
    }

    /// `provisioning → ready`, once its machine answered.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its machine was reached.
    pub fn answered(self, activation_secs: u32, now: Timestamp) -> Result<Transition, Error> {
        if self.state != PodState::Provisioning || self.address.is_none() {
            return Err(out_of_turn(&self, "become ready"));
        }
        let until = Some(now + SignedDuration::from_secs(i64::from(activation_secs)));
        let ready = Self {
            state: PodState::Ready,
            ready_at: Some(now),
            deadline_at: until,
            activation_until: until,
            ..self
        };
        let message = "Activate it on its page or with the link in our email.";
        Ok(ready.changed("pod.ready", message, now))
    }

    /// `ready → running`: charging begins.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::check_activation`].
    pub fn activate(self, now: Timestamp) -> Result<Transition, Error> {
        self.check_activation(now)?;
        let running = self.run_from(now);
        Ok(running.changed("pod.running", "Activated. It is now charged by the second.", now))
    }

    /// Ends a deploy for `reason`: [`Pod::fail`]. A pod that was activated meanwhile, or whose end
    /// is under way, stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::fail`].
    pub fn unwind(self, reason: Reason, now: Timestamp) -> Result<Option<Transition>, Error> {
        if self.is_unactivated() { self.fail(reason, now).map(Some) } else { Ok(None) }
    }

    /// `… → failed`, before it ran; `on-pod-wanted` then gives back its machine and its money.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` once it ran or is over.
    pub fn fail(self, reason: Reason, now: Timestamp) -> Result<Transition, Error> {
        if !matches!(self.state, PodState::Pending | PodState::Provisioning | PodState::Ready) {
            return Err(out_of_turn(&self, "fail"));
        }
        let message = reason.message.clone();
        let mut failed = Self {
            state: PodState::Failed,
            wanted: Wanted::Gone,
            reason: Some(reason),
            unsettled_since: self.unsettled_since.or(Some(now)),
            missing_since: None,
            deadline_at: None,
            ended_at: Some(now),
            ..self
        };
        failed.end_attempts();
        Ok(failed.changed("pod.failed", message, now))
    }

    /// This pod, running from `now` on and paid for by a full hold.
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
            activation_reserve: None,
            ..self
        }
    }

    /// Marks the last attempt as ended; whatever machine it left is given back.
    pub(super) fn end_attempts(&mut self) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.outcome = match attempt.outcome {
                AttemptOutcome::Launching | AttemptOutcome::Launched => AttemptOutcome::Ended,
                AttemptOutcome::Refused | AttemptOutcome::Ended => attempt.outcome,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::ActivationReserve;
    use crate::pod::tests::{at, code, failed, launched, pending, provisioning, ready, running};
    use crate::sample;

    #[test]
    fn a_failed_deploy_says_why_and_keeps_our_faults_to_itself() {
        let reason = |name, said: Option<&str>| failure_reason(name, said.map(str::to_owned));
        let refused = reason("NoCapacity", Some("No cloud has this GPU."));
        assert_eq!(refused, Reason::new("no_capacity", "No cloud has this GPU."));
        let codes = [
            ("ProbeTimedOut", "probe_timed_out"),
            ("PriceRaised", "price_raised"),
            ("InsufficientFunds", "insufficient_funds"),
            ("NoLiveProvider", "no_live_provider"),
            ("Busy", "busy"),
            ("Unavailable", "unavailable"),
            ("PodOver", "pod_over"),
        ];
        for (name, code) in codes {
            assert_eq!(reason(name, Some("Why.")), Reason::new(code, "Why."));
        }
        for said in [None, Some("table gpubroker-pods")] {
            let fault = reason("States.Timeout", said);
            assert_eq!(fault.code, "internal");
            assert!(!fault.message.contains("table"));
        }
    }

    #[test]
    fn a_deploy_that_failed_waits_for_nothing() {
        assert!(ready().deadline_at.is_some());
        assert_eq!(failed().deadline_at, None);
    }

    #[test]
    fn a_deploy_goes_on_until_its_end_is_wanted_not_only_until_it_is_over() {
        for pod in [pending(), launched(), ready(), running()] {
            assert!(pod.check_deploying().is_ok());
            let ending = pod.want_gone(None, at(9)).expect("a change").pod;
            assert_eq!(code(ending.check_deploying()), "pod_over");
        }
    }

    #[test]
    fn with_its_activation_a_machine_is_its_users_and_our_reserve_for_it_ends() {
        let day = ActivationReserve::day(at(0));
        let reserve = Some(ActivationReserve { day, usd_micros: UsdMicros(833_334) });
        let waiting = Pod { activation_reserve: reserve, ..ready() };
        let running = waiting.activate(at(5)).expect("ready").pod;
        assert_eq!(running.activation_reserve, None);
        let time = running.machine.expect("a machine");
        assert_eq!((time.since, time.running_since), (at(2), Some(at(5))));
    }

    #[test]
    fn a_pod_at_next_to_no_price_is_paid_for_a_month_at_most() {
        let mut cheap = ready();
        cheap.quote.price.rate_usd_micros_per_hour = crate::money::UsdMicrosPerHour(1);
        let running = cheap.activate(at(5)).expect("ready").pod;
        assert_eq!(running.funded_until, Some(at(5 + 31 * 86_400)));
    }

    #[test]
    fn only_an_attempt_that_may_have_left_a_machine_ends_with_its_pod() {
        let outcome = |pod: Pod| {
            let failed = pod.fail(Reason::new("internal", "x"), at(9)).expect("deploying").pod;
            failed.attempts.last().map(|attempt| attempt.outcome)
        };
        let open = || {
            let begun =
                provisioning().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), at(2));
            begun.expect("provisioning").pod
        };
        let refused = open().attempt_refused(at(3)).expect("open").pod;
        assert_eq!(outcome(open()), Some(AttemptOutcome::Ended));
        assert_eq!(outcome(launched()), Some(AttemptOutcome::Ended));
        assert_eq!(outcome(refused), Some(AttemptOutcome::Refused));
    }
}
