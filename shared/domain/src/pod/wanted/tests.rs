//! What a change of what is wanted takes along, and what it leaves behind.

use super::*;
use crate::money::UsdMicros;
use crate::money::metering::MachineBill;
use crate::pod::Address;
use crate::pod::tests::{
    address, at, changed, failed, launched, machine_ended, pending, resuming, running, stopped,
    stopping,
};

fn why(code: &'static str) -> Reason {
    Reason::new(code, "Because.")
}

#[test]
fn a_start_forgets_why_the_pod_stood_still_and_how_its_machine_was_reached() {
    let halted = changed(running().want_stop(Some(why("funds_exhausted")), at(65)));
    let standing = halted.stopped(at(70)).expect("stopping").pod;
    assert_eq!(standing.reason, Some(why("funds_exhausted")));
    let starting = changed(standing.want_start(600, at(100)));
    assert_eq!((starting.reason, starting.address), (None, None));
    let reached = Pod { address: Some(address()), ..stopped() };
    assert_eq!(changed(reached.want_start(600, at(100))).address, None);
}

#[test]
fn a_machine_that_was_stopped_is_reached_no_more_and_one_that_was_started_anew() {
    assert_eq!(stopping().address, Some(address()));
    assert_eq!(stopping().stopped(at(70)).expect("stopping").pod.address, None);
    let elsewhere = Address { host: "elsewhere".into(), ..address() };
    let again = resuming().resumed(elsewhere.clone(), at(110)).expect("resuming").pod;
    assert_eq!((again.address, again.unsettled_since), (Some(elsewhere), None));
}

#[test]
fn a_pod_that_is_over_is_reached_no_more() {
    let ending = running().want_gone(None, at(65)).expect("a change").pod;
    assert_eq!(ending.ended(at(70)).expect("ending").pod.address, None);
}

#[test]
fn a_pod_that_ends_says_why_even_where_that_was_said_before() {
    let ended = |pod: Pod, reason| pod.want_gone(reason, at(70)).expect("a change").pod.reason;
    let halted = || changed(running().want_stop(Some(why("funds_exhausted")), at(65)));
    assert_eq!(ended(running(), None), None);
    assert_eq!(ended(running(), Some(why("machine_vanished"))), Some(why("machine_vanished")));
    assert_eq!(ended(halted(), None), Some(why("funds_exhausted")));
    assert_eq!(ended(halted(), Some(why("machine_vanished"))), Some(why("machine_vanished")));
}

#[test]
fn a_start_that_is_broken_off_has_no_deadline_and_never_ran() {
    assert_eq!(resuming().deadline_at, Some(at(700)));
    let stopping = changed(resuming().want_stop(None, at(110)));
    let ending = resuming().want_gone(None, at(110)).expect("a change").pod;
    for pod in [stopping, ending] {
        assert_eq!(pod.deadline_at, None);
        assert_eq!(pod.machine.and_then(|time| time.running_until), None);
    }
}

#[test]
fn an_extension_says_until_when_the_pod_is_paid_for() {
    let extended = running().funded(at(9_000), at(3_000));
    assert_eq!(extended.pod.funded_until, Some(at(9_000)));
    assert_eq!(extended.event.kind, "pod.funded");
}

#[test]
fn a_machine_costs_us_what_its_user_did_not_pay_once_its_end_is_confirmed() {
    assert_eq!(stopping().machine_cost().ok(), Some(None), "its end is not confirmed");
    let confirmed = machine_ended(stopping(), 68).expect("a machine").pod;
    // Of two minutes at two dollars an hour, its user pays for the one from 5 to 65.
    let bill = MachineBill {
        carry_usd_micros: UsdMicros(1_666),
        overrun_usd_micros: UsdMicros(1_666),
        rounding_usd_micros: UsdMicros(66_667 - 33_333 - 2 * 1_666),
    };
    assert_eq!(
        confirmed.machine_cost().ok(),
        Some(Some(MachineCost { since: at(2), until: at(68), bill }))
    );
}

#[test]
fn a_machine_that_its_user_paid_in_full_costs_us_nothing() {
    let time = MachineTime {
        since: at(5),
        running_since: Some(at(5)),
        running_until: Some(at(185)),
        until: Some(at(185)),
    };
    let paid = Pod { machine: Some(time), ..stopping() };
    assert_eq!(paid.machine_cost().ok(), Some(None));
    assert_eq!(pending().machine_cost().ok(), Some(None), "there was no machine");
}

#[test]
fn a_machines_end_is_never_before_its_beginning() {
    let noted = machine_ended(stopping(), 1).expect("a machine").pod;
    assert_eq!(noted.machine.and_then(|time| time.until), Some(at(2)));
}

#[test]
fn a_pods_history_goes_on_until_it_is_over_and_settled() {
    for pod in [pending(), running(), stopped(), failed()] {
        assert!(pod.is_live(), "{:?}", pod.state);
    }
    let ending = launched().want_gone(None, at(9)).expect("a change").pod;
    for over in [failed(), ending] {
        assert!(!over.ended(at(10)).expect("ending").pod.is_live());
    }
}

#[test]
fn what_happened_is_told_in_its_own_words() {
    let told = |change: Transition| (change.event.kind, change.event.message);
    let ending = |pod: Pod| pod.want_gone(None, at(9)).expect("a change").pod;
    let (kind, message) = told(ending(running()).ended(at(10)).expect("ending"));
    assert_eq!(kind, "pod.terminated");
    assert_eq!(message, "The machine is gone and all charges are settled.");
    assert_eq!(told(failed().ended(at(10)).expect("unsettled")).0, "pod.unwound");
    let halted = running().want_stop(Some(why("funds_exhausted")), at(9));
    assert_eq!(told(halted.expect("running").expect("a change")).1, "Because.");
}

#[test]
fn a_machines_end_is_noted_once_and_only_of_the_machine_it_was_asked_for() {
    let noted = machine_ended(stopping(), 68).expect("a machine").pod;
    assert_eq!(noted.machine.and_then(|time| time.until), Some(at(68)));
    assert!(machine_ended(noted, 69).is_none());
    assert!(machine_ended(changed(Ok(pending().want_gone(None, at(9)))), 10).is_none());
    // Who was stopping it comes back when it is stopped, started again and stopping once more.
    let late = stopping().errand();
    let again = changed(resuming().want_stop(None, at(120)));
    assert_eq!(again.next_act(), NextAct::Stop);
    assert!(again.machine_ended(late, at(121)).is_none());
}

#[test]
fn an_errand_that_is_not_next_any_more_is_left_alone() {
    let errand = stopping().errand();
    let stop = |pod: Pod| pod.if_still(errand, |pod| pod.stopped(at(70)));
    assert_eq!(changed(stop(stopping())).state, PodState::Stopped);
    let again = changed(resuming().want_stop(None, at(120)));
    for otherwise in [running(), stopped(), resuming(), again] {
        assert_eq!(stop(otherwise).ok(), Some(None));
    }
}
