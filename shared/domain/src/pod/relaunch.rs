//! A pod whose cloud took its machine away, and the pod that takes its place if its owner chose that.
//!
//! The new pod has the same configuration at the same price, so what was agreed to holds for it: it
//! is charged as soon as its machine answers, without another activation. All of its identifiers
//! follow from the lost pod, so however often it is opened there is one.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{
    NewPod, Opening, OpeningFacts, Pod, PodState, Reason, Scenario, Transition, check_funds,
};
use crate::Error;
use crate::id::{Entropy, PodId, QuoteId};
use crate::market::quote::Quote;
use crate::money::ledger::Wallet;
use crate::money::metering::Phase;
use crate::people::parameters::Parameters;

/// Reason code of a pod whose spot machine its cloud took back.
const PREEMPTED: &str = "preempted";
/// Reason code of a pod whose machine was not a spot machine, and is gone all the same.
const VANISHED: &str = "machine_vanished";
/// Seconds after which a machine of [`Scenario::TakenAway`] is taken away.
const TAKEN_AWAY_SECS: i64 = 60;

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
            Reason::new(code, format!("{message} The pod is deployed again at the same price."))
        } else {
            Reason::new(code, message)
        }
    }

    /// Whether another takes its place if it is lost: its owner chose that, and it ran until then.
    fn is_relaunched_when_lost(&self) -> bool {
        let ran = self.clock.last().is_some_and(|last| last.phase == Phase::Running);
        self.quote.configuration.relaunch && ran
    }

    /// The pod that is to take its place, while it ends because its machine was taken away. `None`
    /// also once one has.
    #[must_use]
    pub fn relaunch(&self, quote_secs: u32) -> Option<Relaunch> {
        let lost =
            self.reason.as_ref().is_some_and(|it| [PREEMPTED, VANISHED].contains(&&*it.code));
        let ends = self.state == PodState::Terminating && self.relaunched_as.is_none();
        let since =
            self.unsettled_since.filter(|_| lost && ends && self.is_relaunched_when_lost())?;
        let new = NewPod {
            id: PodId::new(since, derived(&self.id, "pod")),
            name: self.name.clone(),
            scenario: None,
        };
        let quote = Quote {
            id: QuoteId::new(since, derived(&self.id, "quote")),
            created_at: since,
            expires_at: since + SignedDuration::from_secs(i64::from(quote_secs)),
            pod_id: None,
            ..self.quote.clone()
        };
        Some(Relaunch { new, quote })
    }

    /// Notes which pod takes its place. `None` if that is known.
    #[must_use]
    pub fn relaunched(self, taking_its_place: &PodId, now: Timestamp) -> Option<Transition> {
        if self.relaunched_as.is_some() {
            return None;
        }
        let relaunched = Self { relaunched_as: Some(taking_its_place.clone()), ..self };
        Some(relaunched.changed("pod.relaunched", "Deploying it again at the same price.", now))
    }

    /// Notes that no pod can take its place, and `why`: a sentence for its owner.
    #[must_use]
    pub fn not_relaunched(self, why: &str, now: Timestamp) -> Transition {
        let (code, what) = self.loss();
        let message = format!("{what} The pod could not be deployed again: {why}");
        let told = Self { reason: Some(Reason::new(code, message.clone())), ..self };
        told.changed("pod.relaunch_refused", message, now)
    }

    /// [`Pod::activate`] for a pod that takes the place of one that was lost: its owner agreed to its
    /// price on that one. `None` for any other, and unless it is ready.
    ///
    /// # Errors
    ///
    /// Those of [`Pod::activate`].
    pub fn activate_relaunched(self, now: Timestamp) -> Result<Option<Transition>, Error> {
        if self.relaunch_of.is_none() || self.state != PodState::Ready {
            return Ok(None);
        }
        self.activate(now).map(Some)
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
        let why = self.taken_away();
        self.want_gone(Some(why), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::UsdMicros;
    use crate::pod::Reserved;
    use crate::pod::limits::Tally;
    use crate::pod::tests::{at, code, ready, running};
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
        let why = pod.taken_away();
        pod.want_gone(Some(why), at(500)).expect("it ran").pod
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
        assert_eq!(chosen(true, true).relaunch(900), None, "it runs");
        assert_eq!(lost(chosen(false, true)).relaunch(900), None, "nobody chose that");
        let stopped = Pod { state: PodState::Stopped, ..chosen(true, true) };
        let stopped = Pod { clock: stopped.clock.clone().begin(Phase::Stopped, at(90)), ..stopped };
        assert!(!stopped.taken_away().message.contains("again"));
        assert_eq!(lost(stopped).relaunch(900), None, "its owner had stopped it");
        let ended = chosen(true, true).want_gone(None, at(500)).expect("it ran").pod;
        assert_eq!(ended.relaunch(900), None, "its owner ended it");
        let pod = lost(chosen(true, true));
        let relaunch = pod.relaunch(900).expect("it is lost");
        let again = pod.clone().relaunched(&relaunch.new.id, at(501)).expect("a change").pod;
        assert_eq!(again.relaunched_as, Some(relaunch.new.id.clone()));
        assert_eq!(again.relaunch(900), None);
        assert_eq!(again.relaunched(&relaunch.new.id, at(502)), None);
        // Whoever asks later, after other writes to the pod, gets the same.
        let later = pod.changed("pod.machine_ended", "x", at(700)).pod;
        assert_eq!(later.relaunch(900), Some(relaunch));
    }

    #[test]
    fn what_takes_its_place_is_the_same_at_the_same_price_and_has_names_of_its_own() {
        let pod = lost(chosen(true, true));
        let Relaunch { new, quote } = pod.relaunch(900).expect("it is lost");
        assert_eq!((&new.name, new.scenario), (&pod.name, None));
        assert_eq!(
            (&quote.price, &quote.configuration),
            (&pod.quote.price, &pod.quote.configuration)
        );
        assert_eq!((quote.created_at, quote.expires_at), (at(500), at(1_400)));
        assert!(quote.pod_id.is_none() && quote.id != pod.quote.id && new.id != pod.id);
        let other = Pod { id: sample::pod(2).id, ..pod.clone() };
        let other = other.relaunch(900).expect("it is lost");
        assert!(other.new.id != new.id && other.quote.id != quote.id);
    }

    #[test]
    fn it_is_opened_with_money_and_keeps_the_place_that_was_lost() {
        let pod = lost(chosen(true, true));
        let Relaunch { new, quote } = pod.relaunch(900).expect("it is lost");
        let rules = sample::parameters();
        let opened = |wallet: &Wallet, quote: Quote, secs| {
            open_again(&pod, new.clone(), (wallet, &rules), facts(quote), at(secs))
        };
        let poor = Wallet::default();
        assert_eq!(code(opened(&poor, quote.clone(), 600)), "insufficient_funds");
        let rich = sample::wallet(UsdMicros(50_000_000), at(0));
        assert_eq!(code(opened(&rich, quote.clone(), 1_400)), "quote_expired");
        let next = opened(&rich, quote, 600).expect("there is money").transition.pod;
        assert_eq!(next.relaunch_of, Some(pod.id.clone()));
        assert_eq!(next.state, PodState::Pending);
        assert!(next.activation_reserve.is_some());
    }

    #[test]
    fn its_owner_is_told_why_nothing_takes_its_place() {
        let told = lost(chosen(true, true)).not_relaunched("Add money.", at(501)).pod;
        let reason = told.reason.expect("a reason");
        assert_eq!(reason.code, "preempted");
        assert!(reason.message.ends_with("could not be deployed again: Add money."), "{reason:?}");
        let vanished = lost(chosen(true, false)).not_relaunched("Add money.", at(501)).pod;
        assert_eq!(vanished.reason.expect("a reason").code, "machine_vanished");
    }

    #[test]
    fn only_what_takes_a_lost_pods_place_runs_without_another_activation() {
        assert_eq!(ready().activate_relaunched(at(4)).ok(), Some(None));
        let next = Pod { relaunch_of: Some(sample::pod(2).id), ..ready() };
        let running = next.activate_relaunched(at(4)).expect("in time").expect("a change").pod;
        assert_eq!((running.state, running.running_at), (PodState::Running, Some(at(4))));
        assert_eq!(running.activate_relaunched(at(5)).ok(), Some(None));
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
        assert!(gone.relaunch(900).is_some());
        pod.scenario = None;
        assert!(!pod.pretends_loss(minute));
    }
}
