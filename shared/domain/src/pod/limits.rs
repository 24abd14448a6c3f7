//! How many pods a user may have: so many at a time by their plan, one that is not activated, and
//! none for a while after too many lapses.
//!
//! A [`Tally`] counts one user's pods in one mode. It is written in the same transaction as the
//! pod that changes it, so it is never out of date.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::PodId;
use crate::money::plan::Plan;
use crate::people::parameters::Parameters;
use crate::pod::{Pod, PodState, Wanted};
use crate::{Error, Kind};

/// Reason code of a pod that nobody activated in time.
pub const ACTIVATION_EXPIRED: &str = "activation_expired";
/// Pods a user may end before activation for each lapse they may have: each costs us a boot.
const CANCELS_PER_LAPSE: u32 = 5;
/// Lapses remembered; more than any sensible limit.
const LAPSES_KEPT_MAX: usize = 20;

/// A user's pods as far as limits go.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Tally {
    /// Pods that run or are to run.
    pub running: BTreeSet<PodId>,
    /// Pods that were never activated and still may be.
    pub unactivated: BTreeSet<PodId>,
    /// When pods were not activated in time, the newest last.
    pub lapses: Vec<Timestamp>,
    /// When machines were launched for pods that their user ended before activating them, the
    /// newest last.
    #[serde(default)]
    pub cancels: Vec<Timestamp>,
    /// Counts the writes.
    pub version: u64,
}

impl Pod {
    /// Whether it counts against its user's plan.
    #[must_use]
    pub fn takes_place(&self) -> bool {
        self.wanted == Wanted::Running && !self.is_over()
    }

    /// Whether it was never activated and still may be.
    #[must_use]
    pub fn is_unactivated(&self) -> bool {
        self.takes_place() && self.running_at.is_none()
    }

    fn cancelled_at(&self) -> Option<Timestamp> {
        let ended = matches!(self.state, PodState::Terminating | PodState::Terminated);
        let cancelled = ended && self.running_at.is_none() && self.reason.is_none();
        self.machine.map(|time| time.since).filter(|_| cancelled)
    }

    fn lapsed_at(&self) -> Option<Timestamp> {
        let lapsed = self.state == PodState::Failed
            && self.reason.as_ref().is_some_and(|reason| reason.code == ACTIVATION_EXPIRED)
            && self.was_mailed_in_time();
        self.ended_at.filter(|_| lapsed)
    }
}

impl Tally {
    /// Whether a pod that changes from `before` to `after` is counted differently.
    #[must_use]
    pub fn counts_differently(before: &Pod, after: &Pod) -> bool {
        let counts = |pod: &Pod| (pod.takes_place(), pod.is_unactivated());
        counts(before) != counts(after)
    }

    /// The tally with `pod` counted as it is now.
    #[must_use]
    pub fn with(&self, pod: &Pod) -> Self {
        let mut after = self.clone();
        for (counts, pods) in [
            (pod.takes_place(), &mut after.running),
            // What takes a lost pod's place waits for nobody.
            (pod.is_unactivated() && pod.relaunch_of.is_none(), &mut after.unactivated),
        ] {
            if counts {
                pods.insert(pod.id.clone());
            } else {
                pods.remove(&pod.id);
            }
        }
        for (at, times) in
            [(pod.lapsed_at(), &mut after.lapses), (pod.cancelled_at(), &mut after.cancels)]
        {
            if let Some(at) = at.filter(|at| !times.contains(at)) {
                times.push(at);
                let surplus = times.len().saturating_sub(LAPSES_KEPT_MAX);
                times.drain(..surplus);
            }
        }
        after
    }

    /// Whether `plan` allows one more running pod.
    ///
    /// # Errors
    ///
    /// 409 `pod_limit_reached`.
    pub fn check_place(&self, plan: &Plan) -> Result<(), Error> {
        let running = u32::try_from(self.running.len()).unwrap_or(u32::MAX);
        if running < plan.running_pods_max {
            return Ok(());
        }
        let message = match plan.running_pods_max {
            1 => format!(
                "Your {} plan allows one running pod. Stop it or upgrade your plan.",
                plan.name
            ),
            max => format!(
                "Your {} plan allows {max} running pods. Stop one or upgrade your plan.",
                plan.name
            ),
        };
        Err(Error::conflict("pod_limit_reached", message))
    }

    /// Whether a new pod may be deployed at `now`.
    ///
    /// # Errors
    ///
    /// 409 `pod_unactivated` while another waits for its activation, 409 `pod_limit_reached`, 429
    /// `deploys_paused` after too many lapses.
    pub fn check_deploy(
        &self,
        plan: &Plan,
        rules: &Parameters,
        now: Timestamp,
    ) -> Result<(), Error> {
        let window = SignedDuration::from_secs(i64::from(rules.lapse_window_secs));
        let recent = |times: &[Timestamp]| {
            let recent = times.iter().filter(|at| **at + window > now).count();
            u32::try_from(recent).unwrap_or(u32::MAX)
        };
        let cancels_max = rules.lapses_max.saturating_mul(CANCELS_PER_LAPSE);
        if recent(&self.lapses) >= rules.lapses_max || recent(&self.cancels) >= cancels_max {
            let hours = rules.lapse_window_secs.div_ceil(3_600);
            return Err(Error::new(
                Kind::RateLimited,
                "deploys_paused",
                format!(
                    "Too many of your pods expired without being activated in the last {hours} \
                     hours. Please deploy again later."
                ),
            ));
        }
        if !self.unactivated.is_empty() {
            return Err(Error::conflict(
                "pod_unactivated",
                "Another of your pods is waiting to be activated. Activate or end it first.",
            ));
        }
        self.check_place(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::MachineTime;
    use crate::pod::Reason;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn lapsed(number: u8, secs: i64) -> Pod {
        let reason = Reason { code: ACTIVATION_EXPIRED.into(), message: "Late.".into() };
        let mailed = Pod {
            ready_at: Some(at(secs - 900)),
            activation_until: Some(at(secs)),
            activation_mailed_at: Some(at(secs - 899)),
            ..sample::pod(number)
        };
        mailed.fail(reason, at(secs)).expect("a pod that never ran").pod
    }

    fn running(number: u8) -> Pod {
        Pod { running_at: Some(at(1)), state: PodState::Running, ..sample::pod(number) }
    }

    fn refusal(tally: &Tally, places: u32, secs: i64) -> Option<&'static str> {
        let checked = tally.check_deploy(&sample::plan(places), &sample::parameters(), at(secs));
        checked.err().map(|error| error.code)
    }

    #[test]
    fn a_plan_is_full_at_its_limit_and_has_room_once_a_pod_stops() {
        let one = Tally::default().with(&running(1));
        assert_eq!(refusal(&one, 1, 0), Some("pod_limit_reached"));
        assert_eq!(refusal(&one, 2, 0), None);
        let stopped = running(1).want_stop(None, at(2)).expect("running").expect("a change").pod;
        assert_eq!(refusal(&one.with(&stopped), 1, 0), None);
    }

    #[test]
    fn a_second_pod_waits_for_the_activation_of_the_first() {
        let waiting = Tally::default().with(&sample::pod(1));
        assert_eq!(refusal(&waiting, 10, 0), Some("pod_unactivated"));
        assert_eq!(refusal(&waiting.with(&running(1)), 10, 0), None);
        let ending = sample::pod(1).want_gone(None, at(1)).expect("a change").pod;
        assert_eq!(refusal(&waiting.with(&ending), 10, 0), None);
    }

    #[test]
    fn the_second_lapse_pauses_deploys_until_the_first_is_a_day_old() {
        let once = Tally::default().with(&lapsed(1, 100));
        assert_eq!(refusal(&once, 1, 100), None);
        let twice = once.with(&lapsed(2, 200));
        assert_eq!(refusal(&twice, 1, 200), Some("deploys_paused"));
        assert_eq!(refusal(&twice, 1, 100 + 86_399), Some("deploys_paused"));
        assert_eq!(refusal(&twice, 1, 100 + 86_400), None);
    }

    #[test]
    fn ending_machines_before_their_activation_is_free_ten_times_a_day() {
        let cancelled = |number: u8| {
            let time = MachineTime {
                since: at(i64::from(number)),
                running_since: None,
                running_until: None,
                until: None,
            };
            let booting = Pod { machine: Some(time), ..sample::pod(number) };
            booting.want_gone(None, at(50)).expect("a change").pod
        };
        let nine = (1..=9).fold(Tally::default(), |tally, n| tally.with(&cancelled(n)));
        assert_eq!(refusal(&nine, 1, 60), None);
        assert_eq!(refusal(&nine.with(&cancelled(10)), 1, 60), Some("deploys_paused"));
    }

    #[test]
    fn counting_the_same_pod_twice_changes_nothing() {
        for pod in [sample::pod(1), running(1), lapsed(1, 5)] {
            let once = Tally::default().with(&pod);
            assert_eq!(once.with(&pod), once);
        }
    }

    #[test]
    fn only_a_pod_that_was_not_activated_in_time_is_a_lapse() {
        let failed = |number: u8| {
            let reason = Reason::new("no_capacity", "None.");
            sample::pod(number).fail(reason, at(i64::from(number))).expect("it never ran").pod
        };
        let tally = (1..=3).fold(Tally::default(), |tally, number| tally.with(&failed(number)));
        assert_eq!(tally.lapses, []);
        assert_eq!(refusal(&tally, 1, 10), None);
    }

    #[test]
    fn a_lapse_that_our_own_mail_caused_counts_against_nobody() {
        let never = |pod: Pod| Pod { activation_mailed_at: None, ..pod };
        let tally = (1..=3).fold(Tally::default(), |tally, number| {
            tally.with(&never(lapsed(number, i64::from(number))))
        });
        assert_eq!(tally.lapses, []);
        let late =
            |secs: i64| Pod { activation_mailed_at: Some(at(1_000 - secs)), ..lapsed(1, 1_000) };
        assert_eq!(Tally::default().with(&late(299)).lapses, []);
        assert_eq!(Tally::default().with(&late(300)).lapses, [at(1_000)]);
    }

    #[test]
    fn only_what_its_user_ended_before_its_activation_is_a_cancellation() {
        let since = at(1);
        let time = MachineTime { since, running_since: None, running_until: None, until: None };
        let with_machine = |pod: Pod| Pod { machine: Some(time), ..pod };
        let booting = || with_machine(sample::pod(1));
        let gone = |pod: Pod, reason| pod.want_gone(reason, at(50)).expect("a change").pod;
        let cancels = |pod: &Pod| Tally::default().with(pod).cancels;
        assert_eq!(cancels(&gone(booting(), None)), [since]);
        assert_eq!(cancels(&booting()), [], "it goes on");
        assert_eq!(cancels(&gone(with_machine(running(1)), None)), [], "it ran");
        let ours = Reason::new("machine_vanished", "Gone.");
        assert_eq!(cancels(&gone(booting(), Some(ours))), [], "its user did not end it");
        assert_eq!(cancels(&gone(sample::pod(1), None)), [], "there was no machine");
    }

    #[test]
    fn only_a_pod_that_counts_otherwise_changes_the_tally() {
        let waiting = sample::pod(1);
        let noted = Pod { version: 7, ..waiting.clone() };
        assert!(!Tally::counts_differently(&waiting, &noted));
        assert!(Tally::counts_differently(&waiting, &running(1)), "it waits no more");
        let ending = running(1).want_gone(None, at(9)).expect("a change").pod;
        assert!(Tally::counts_differently(&running(1), &ending));
    }

    #[test]
    fn the_newest_twenty_lapses_are_remembered() {
        let tally = (1..=21)
            .fold(Tally::default(), |tally, number| tally.with(&lapsed(number, i64::from(number))));
        assert_eq!(tally.lapses, (2..=21).map(at).collect::<Vec<_>>());
    }

    #[test]
    fn who_reached_a_limit_is_told_which() {
        let told = |places| {
            let full = (0..places).fold(Tally::default(), |tally, number| {
                tally.with(&running(u8::try_from(number).expect("few")))
            });
            full.check_place(&sample::plan(places)).expect_err("a full plan").message
        };
        assert!(told(1).contains("one running pod."), "{}", told(1));
        assert!(told(2).contains("2 running pods."), "{}", told(2));
    }
}
