//! A pod whose cloud took its machine away, and the pod that takes its place if its owner chose that.
//!
//! The new pod has the same configuration at the same price, so what was agreed to holds for it: it
//! is charged as soon as its machine answers, without another activation. All of its identifiers
//! follow from the lost pod, so however often it is opened there is one.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{
    NewPod, Opening, OpeningFacts, Pod, PodState, Reason, Scenario, Transition, check_funds,
    out_of_turn,
};
use crate::Error;
use crate::id::{Entropy, PodId, QuoteId};
use crate::market::quote::Quote;
use crate::money::ledger::Wallet;
use crate::people::parameters::Parameters;

/// Reason code of a pod whose spot machine its cloud took back.
const PREEMPTED: &str = "preempted";
/// Reason code of a pod whose machine was not a spot machine, and is gone all the same.
const VANISHED: &str = "machine_vanished";
/// Seconds after which a machine of [`Scenario::TakenAway`] is taken away.
const TAKEN_AWAY_SECS: i64 = 60;
/// Seconds that what takes a lost pod's place must have run to be replaced in turn: what ends right
/// after it began would begin without end.
const RAN_SECS_MIN: i64 = 600;
/// Seconds after its end began in which a lost pod is deployed again.
const RELAUNCH_SECS: i64 = 3_600;

/// The pod that takes the place of a lost one, and the price it is opened at.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaunch {
    /// What it is to be.
    pub new: NewPod,
    /// The lost pod's price, held once more.
    pub quote: Quote,
}

/// Bytes that follow from a pod and what they are for.
fn derived(of: &PodId, purpose: &str) -> Entropy {
    let digest = Sha256::digest(format!("{purpose}#{of}"));
    let mut bytes = Entropy::default();
    bytes.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
    bytes
}

/// Opens the pod that takes the place of `lost`, if there is money for it. It asks for no place in
/// its owner's plan but the one that was lost.
///
/// # Errors
///
/// 402 `insufficient_funds`, 409 `quote_used`, 410 `quote_expired`, 429 `activation_budget_spent`.
pub fn open_again(
    lost: &Pod,
    new: NewPod,
    (wallet, rules): (&Wallet, &Parameters),
    facts: OpeningFacts,
    now: Timestamp,
) -> Result<Opening, Error> {
    let Transition { pod, event } = Pod::accepted(new, facts.quote, now)?;
    check_funds(wallet, &pod.id, pod.quote.hold_usd_micros, now)?;
    let pod = Pod { relaunch_of: Some(lost.id.clone()), ..pod };
    Opening::of(Transition { pod, event }, facts.reserved, rules, now)
}

impl Pod {
    /// What became of its machine when that is gone: a reason's code, and a sentence.
    fn loss(&self) -> (&'static str, &'static str) {
        if self.launched_configuration().offer.spot {
            (PREEMPTED, "Its cloud took the spot machine back.")
        } else {
            (VANISHED, "Its cloud took the machine away.")
        }
    }

    /// Why it ends when its machine is gone.
    pub(super) fn taken_away(&self) -> Reason {
        let (code, message) = self.loss();
        if self.is_relaunched_when_lost() {
            Reason::new(code, format!("{message} It is being deployed again at the same price."))
        } else {
            Reason::new(code, message)
        }
    }

    /// Whether another takes its place if it is lost now: its owner chose that, and it ran.
    fn is_relaunched_when_lost(&self) -> bool {
        let ran =
            self.running_at.zip(self.missing_since).map(|(from, until)| until.duration_since(from));
        let briefly = ran.is_some_and(|ran| ran < SignedDuration::from_secs(RAN_SECS_MIN));
        self.quote.configuration.relaunch
            && self.state == PodState::Running
            && !(briefly && self.relaunch_of.is_some())
    }

    /// The end of a pod whose machine is gone; another takes its place if its owner chose that.
    pub(super) fn lost(self, now: Timestamp) -> Option<Transition> {
        let (why, relaunch_due) = (self.taken_away(), self.is_relaunched_when_lost());
        let Transition { pod, event } = self.want_gone(Some(why), now)?;
        Some(Transition { pod: Self { relaunch_due, ..pod }, event })
    }

    /// Ends a lost pod for good: its owner wants nothing to take its place. `None` once something does.
    pub(super) fn forget(self, now: Timestamp) -> Option<Transition> {
        if !self.relaunch_due {
            return None;
        }
        let (code, message) = self.loss();
        let reason = Some(Reason::new(code, message));
        let forgotten = Self { relaunch_due: false, reason, ..self };
        Some(forgotten.changed("pod.relaunch_withdrawn", "It is not deployed again.", now))
    }

    /// The pod that is to take its place, while it ends because its machine was taken away. `None`
    /// also once one has, or none can.
    #[must_use]
    pub fn relaunch(&self) -> Option<Relaunch> {
        let due = self.relaunch_due && self.state == PodState::Terminating;
        let since = self.unsettled_since.filter(|_| due)?;
        let new = NewPod {
            id: PodId::new(since, derived(&self.id, "pod")),
            name: self.name.clone(),
            scenario: None,
        };
        let quote = Quote {
            id: QuoteId::new(since, derived(&self.id, "quote")),
            created_at: since,
            expires_at: since + SignedDuration::from_secs(RELAUNCH_SECS),
            pod_id: None,
            ..self.quote.clone()
        };
        Some(Relaunch { new, quote })
    }

    /// Notes which pod takes its place. `None` if that is known, or nothing is to take it any more.
    #[must_use]
    pub fn relaunched(self, taking_its_place: &PodId, now: Timestamp) -> Option<Transition> {
        if !self.relaunch_due {
            return None;
        }
        let relaunched_as = Some(taking_its_place.clone());
        let relaunched = Self { relaunched_as, relaunch_due: false, ..self };
        Some(relaunched.changed("pod.relaunched", "Deploying it again at the same price.", now))
    }

    /// Notes that no pod can take its place because of `refusal`. `None` if one does, or nothing is to
    /// take it any more.
    #[must_use]
    pub fn not_relaunched(self, refusal: &Error, now: Timestamp) -> Option<Transition> {
        if !self.relaunch_due {
            return None;
        }
        let (code, what) = self.loss();
        let why = match refusal.code {
            "insufficient_funds" => refusal.message.as_str(),
            "quote_expired" => "its cloud took too long to confirm the end of the old machine.",
            _ => "it could not be started. Please deploy it yourself.",
        };
        let message = format!("{what} The pod could not be deployed again: {why}");
        let reason = Some(Reason::new(code, message.clone()));
        let told = Self { reason, relaunch_due: false, ..self };
        Some(told.changed("pod.relaunch_refused", message, now))
    }

    /// `provisioning → running` for a pod that takes the place of a lost one, once its machine
    /// answered: its owner agreed to its price on that one.
    ///
    /// # Errors
    ///
    /// 409 `pod_state` unless it is provisioning and its machine was reached.
    pub(super) fn run_in_place(self, now: Timestamp) -> Result<Transition, Error> {
        if self.state != PodState::Provisioning || self.address.is_none() {
            return Err(out_of_turn(&self, "run"));
        }
        let running = Self { ready_at: Some(now), ..self }.run_from(now);
        let message = "Running in place of the lost pod. It is charged by the second.";
        Ok(running.changed("pod.running", message, now))
    }

    /// Whether the sandbox is to pretend now that its machine was taken away.
    #[must_use]
    pub fn pretends_loss(&self, now: Timestamp) -> bool {
        let running_since = self.machine.and_then(|time| time.running_since);
        self.scenario == Some(Scenario::TakenAway)
            && self.state == PodState::Running
            && running_since
                .is_some_and(|at| at + SignedDuration::from_secs(TAKEN_AWAY_SECS) <= now)
    }

    /// The end of a pod whose machine the sandbox pretends was taken away. `None` if it does not.
    #[must_use]
    pub fn lose(self, now: Timestamp) -> Option<Transition> {
        if !self.pretends_loss(now) {
            return None;
        }
        self.lost(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::UsdMicros;
    use crate::pod::Reserved;
    use crate::pod::limits::Tally;
    use crate::pod::tests::{address, at, code, launched, ready, running};
    use crate::sample;

    /// A running pod on a spot machine or another, whose owner chose to have it deployed again or
    /// did not.
    fn chosen(relaunch: bool, spot: bool) -> Pod {
        let mut pod = running();
        pod.quote.configuration.relaunch = relaunch;
        pod.quote.configuration.offer.spot = spot;
        pod.attempts.iter_mut().for_each(|attempt| attempt.offer.spot = spot);
        pod
    }

    fn lost(pod: Pod) -> Pod {
        pod.lost(at(500)).expect("it ran").pod
    }

    fn facts(quote: Quote) -> OpeningFacts {
        OpeningFacts { quote, tally: Tally::default(), reserved: Reserved::default() }
    }

    #[test]
    fn a_lost_spot_machine_is_told_apart_from_one_that_should_have_stayed() {
        let why = |relaunch, spot| {
            let Reason { code, message } = chosen(relaunch, spot).taken_away();
            (code, message.ends_with("deployed again at the same price."))
        };
        assert_eq!(why(false, true), ("preempted".to_owned(), false));
        assert_eq!(why(true, true), ("preempted".to_owned(), true));
        assert_eq!(why(true, false), ("machine_vanished".to_owned(), true));
        let mut unactivated = ready();
        unactivated.quote.configuration.relaunch = true;
        assert!(!unactivated.taken_away().message.contains("again"), "nobody agreed to a charge");
    }

    #[test]
    fn only_a_lost_pod_whose_owner_chose_that_is_deployed_again_and_once() {
        assert_eq!(chosen(true, true).relaunch(), None, "it runs");
        assert_eq!(lost(chosen(false, true)).relaunch(), None, "nobody chose that");
        let stopped = Pod { state: PodState::Stopped, ..chosen(true, true) };
        assert!(!stopped.taken_away().message.contains("again"));
        assert_eq!(lost(stopped).relaunch(), None, "its owner had stopped it");
        let ended = chosen(true, true).want_gone(None, at(500)).expect("it ran").pod;
        assert_eq!(ended.relaunch(), None, "its owner ended it");
        let pod = lost(chosen(true, true));
        let relaunch = pod.relaunch().expect("it is lost");
        let again = pod.clone().relaunched(&relaunch.new.id, at(501)).expect("a change").pod;
        assert_eq!(again.relaunched_as, Some(relaunch.new.id.clone()));
        assert_eq!(again.relaunch(), None);
        assert_eq!(again.relaunched(&relaunch.new.id, at(502)), None);
        // Whoever asks later, after other writes to the pod, gets the same.
        let later = pod.changed("pod.machine_ended", "x", at(700)).pod;
        assert_eq!(later.relaunch(), Some(relaunch));
    }

    #[test]
    fn what_takes_its_place_is_the_same_at_the_same_price_and_has_names_of_its_own() {
        let pod = lost(chosen(true, true));
        let Relaunch { new, quote } = pod.relaunch().expect("it is lost");
        assert_eq!((&new.name, new.scenario), (&pod.name, None));
        assert_eq!(
            (&quote.price, &quote.configuration),
            (&pod.quote.price, &pod.quote.configuration)
        );
        assert_eq!((quote.created_at, quote.expires_at), (at(500), at(4_100)));
        assert!(quote.pod_id.is_none() && quote.id != pod.quote.id && new.id != pod.id);
        let other = Pod { id: sample::pod(2).id, ..pod.clone() };
        let other = other.relaunch().expect("it is lost");
        assert!(other.new.id != new.id && other.quote.id != quote.id);
    }

    #[test]
    fn it_is_opened_with_money_and_keeps_the_place_that_was_lost() {
        let pod = lost(chosen(true, true));
        let Relaunch { new, quote } = pod.relaunch().expect("it is lost");
        let rules = sample::parameters();
        let opened = |wallet: &Wallet, quote: Quote, secs| {
            open_again(&pod, new.clone(), (wallet, &rules), facts(quote), at(secs))
        };
        let poor = Wallet::default();
        assert_eq!(code(opened(&poor, quote.clone(), 600)), "insufficient_funds");
        let rich = sample::wallet(UsdMicros(50_000_000), at(0));
        assert_eq!(code(opened(&rich, quote.clone(), 4_100)), "quote_expired");
        let next = opened(&rich, quote, 600).expect("there is money").transition.pod;
        assert_eq!(next.relaunch_of, Some(pod.id.clone()));
        assert_eq!(next.state, PodState::Pending);
        assert!(next.activation_reserve.is_some());
    }

    #[test]
    fn its_owner_is_told_why_nothing_takes_its_place_and_that_is_final() {
        let told = |code, message: &str, spot| {
            let refusal = Error::conflict(code, message.to_owned());
            let told = lost(chosen(true, spot)).not_relaunched(&refusal, at(501));
            let pod = told.expect("a change").pod;
            assert_eq!(pod.relaunch(), None);
            assert_eq!(pod.clone().not_relaunched(&refusal, at(502)), None);
            assert_eq!(pod.clone().relaunched(&sample::pod(2).id, at(502)), None);
            let Reason { code, message } = pod.reason.expect("a reason");
            (code, message.split_once("again: ").map(|(_, why)| why.to_owned()))
        };
        let poor = told("insufficient_funds", "Add money.", true);
        assert_eq!(poor, ("preempted".to_owned(), Some("Add money.".to_owned())));
        for code in ["quote_expired", "activation_budget_spent"] {
            let (reason, why) = told(code, "Get a new one.", false);
            assert_eq!(reason, "machine_vanished");
            assert!(why.is_some_and(|why| !why.contains("Get a new one")), "{code}");
        }
    }

    #[test]
    fn whoever_ends_a_lost_pod_has_nothing_take_its_place() {
        let ended = lost(chosen(true, true)).want_gone(None, at(501)).expect("a change");
        assert_eq!(ended.event.kind, "pod.relaunch_withdrawn");
        assert_eq!(ended.pod.relaunch(), None);
        assert!(!ended.pod.reason.as_ref().expect("a reason").message.contains("again"));
        assert_eq!(ended.pod.clone().relaunched(&sample::pod(2).id, at(502)), None);
        assert_eq!(ended.pod.want_gone(None, at(502)), None);
    }

    #[test]
    fn what_ends_right_after_it_took_a_lost_pods_place_is_not_replaced() {
        let after = |relaunch_of: Option<PodId>, secs| {
            let pod = Pod { relaunch_of, ..chosen(true, true) };
            let seen = pod.running_at.expect("it runs") + SignedDuration::from_secs(secs);
            lost(Pod { missing_since: Some(seen), ..pod }).relaunch().is_some()
        };
        assert!(after(None, 0));
        assert!(!after(Some(sample::pod(2).id), 599));
        assert!(after(Some(sample::pod(2).id), 600));
    }

    #[test]
    fn what_takes_a_lost_pods_place_runs_as_soon_as_its_machine_answers() {
        let reached = launched().reached(address(), at(4)).expect("launched").pod;
        let next = Pod { relaunch_of: Some(sample::pod(2).id), ..reached };
        let booting = Pod { address: None, ..next.clone() };
        assert_eq!(code(booting.mark_ready(900, at(5))), "pod_state");
        let running = next.mark_ready(900, at(5)).expect("reached").expect("a change").pod;
        assert_eq!((running.state, running.running_at), (PodState::Running, Some(at(5))));
        assert_eq!((running.ready_at, running.deadline_at), (Some(at(5)), None));
        assert_eq!(running.mark_ready(900, at(6)).ok(), Some(None));
    }

    #[test]
    fn the_sandbox_takes_a_machine_away_a_minute_after_its_activation() {
        let mut pod = Pod { scenario: Some(Scenario::TakenAway), ..chosen(true, true) };
        let since = pod.machine.and_then(|time| time.running_since).expect("it runs");
        let minute = since + SignedDuration::from_secs(60);
        assert!(!pod.pretends_loss(minute - SignedDuration::from_secs(1)));
        assert!(pod.pretends_loss(minute));
        assert_eq!(pod.clone().lose(since), None);
        let gone = pod.clone().lose(minute).expect("its time has come").pod;
        assert_eq!((gone.state, gone.wanted), (PodState::Terminating, crate::pod::Wanted::Gone));
        assert!(gone.relaunch().is_some());
        pod.scenario = None;
        assert!(!pod.pretends_loss(minute));
    }
}
