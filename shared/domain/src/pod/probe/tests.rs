//! When a machine is asked, and when it has had its time.

use super::MachineState::{Queued, Running, Starting};
use super::*;
use crate::id::SnapshotId;
use crate::market::offer::Snapshot;
use crate::pod::launch::LaunchStep;
use crate::pod::tests::{answered, at, code, failed, launched, provisioning, ready};
use crate::sample;

#[test]
fn a_machine_is_asked_until_its_time_is_up() {
    assert_eq!(code(provisioning().probe()), "pod_state");
    let asked = provisioning().begin_attempt(sample::offer("off"), &sample::prefix(), at(2));
    assert_eq!(code(asked.expect("provisioning").pod.probe()), "pod_state");
    assert!(matches!(launched().probe(), Ok(Probe::Ask(attempt)) if attempt.number == 1));
    assert_eq!(answered().probe().ok(), Some(Probe::Answered));
    assert_eq!(ready().probe().ok(), Some(Probe::Answered));
    let again = |secs| launched().probe_again_secs(&sample::parameters(), at(secs));
    assert_eq!(again(2 + 599).ok(), Some(5));
    assert_eq!(code(again(2 + 600)), "probe_timed_out");
}

#[test]
fn a_machine_without_a_place_is_given_up_after_half_of_its_time_and_the_next_offer_is_tried() {
    let waits = |state, secs| launched().has_no_place(state, &sample::parameters(), at(secs));
    assert!(!waits(Queued, 2 + 299) && waits(Queued, 2 + 300));
    assert!(!waits(Starting, 2 + 599) && !waits(Running, 2 + 599), "these have one");
    let gave_up = launched().give_up(1, at(400)).expect("deploying").expect("a change");
    assert_eq!(gave_up.event.kind, "pod.attempt_refused");
    let given_up = gave_up.pod;
    let last = given_up.attempts.last().map(|it| (it.outcome, it.machine_id.clone()));
    assert_eq!((last, given_up.machine), (Some((AttemptOutcome::Refused, None)), None));
    assert_eq!(given_up.probe().ok(), Some(Probe::GivenUp));
    let market = Snapshot::new(
        SnapshotId::new(at(400), [0; 10]),
        at(400),
        vec![sample::offer("off_quoted"), sample::offer("off_same")],
    );
    let next = given_up.launch_step(&market, 4, at(400));
    assert!(matches!(next, Ok(LaunchStep::Try(it)) if it.offer.id.0 == "off_same"));
    // What is done already, was reached meanwhile, or is another attempt's stays as it is.
    assert_eq!(given_up.give_up(1, at(401)).ok(), Some(None));
    assert_eq!(answered().give_up(1, at(401)).ok(), Some(None));
    assert_eq!(launched().give_up(2, at(401)).ok(), Some(None));
    assert_eq!(code(failed().give_up(1, at(401))), "pod_over");
}
