//! Which machines and pods do not fit together, and what comes of it.

use super::*;
use crate::money::UsdMicros;
use crate::pod::Address;
use crate::pod::tests::address;
use crate::sample;

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn launching() -> Pod {
    let pod = Pod { mode: Mode::Live, ..sample::pod(9) };
    let pod = pod.funds_held(UsdMicros(1), at(1)).expect("pending").pod;
    pod.begin_attempt(sample::offer("off_quoted"), &sample::prefix(), at(2)).expect("it").pod
}

fn ready() -> Pod {
    let address = Address { simulated: false, ..address() };
    let pod = launching().attempt_launched("m".into(), at(3)).expect("an open attempt").pod;
    pod.reached(address, at(4)).expect("launched").pod.answered(900, at(4)).expect("reached").pod
}

fn running() -> Pod {
    ready().activate(at(5)).expect("ready").pod
}

fn stopping() -> Pod {
    running().want_stop(None, at(65)).expect("running").expect("a change").pod
}

fn stopped() -> Pod {
    stopping().stopped(at(70)).expect("stopping").pod.kept(None, at(70)).expect("stopped").pod
}

fn name() -> String {
    launching().attempts[0].machine_name.clone()
}

fn listed(id: &str, name: &str, state: MachineState) -> ListedMachine {
    ListedMachine { id: id.into(), name: name.into(), state }
}

/// What differs between `machines` and `pods`, as counts in the order of [`Differences`].
fn differ(machines: &[ListedMachine], pods: &[Pod], secs: i64) -> [usize; 5] {
    let filed: Vec<FiledMachine> = pods.iter().flat_map(Pod::filed_machines).collect();
    let prefix = sample::prefix();
    let seen = compare(Account { prefix: &prefix, listed: machines, filed: &filed }, at(secs));
    [
        seen.orphans.len(),
        seen.duplicates.len(),
        seen.runaways.len(),
        seen.missing.len(),
        seen.back.len(),
    ]
}

#[test]
fn machines_that_do_what_their_pods_want_are_left_alone() {
    use MachineState::{Running, Starting, Stopped, Stopping};
    for (pod, state) in [
        (running(), Running),
        (running(), Starting),
        (running(), Stopping),
        (stopped(), Stopped),
        (stopped(), Stopping),
        (stopping(), Running),
        (launching(), Starting),
    ] {
        assert_eq!(differ(&[listed("m", &name(), state)], &[pod], 500), [0; 5], "{state:?}");
    }
}

#[test]
fn another_machine_of_the_same_name_is_a_duplicate() {
    let machines = ["m", "second"].map(|id| listed(id, &name(), MachineState::Running));
    assert_eq!(differ(&machines, &[running()], 500), [0, 1, 0, 0, 0]);
}

#[test]
fn only_machines_of_this_deployment_without_a_pod_are_orphans() {
    let stray = sample::prefix().machine_name(&sample::pod(7).id, 1);
    let names = [name(), stray.clone(), format!("x{stray}"), "mine".to_owned()];
    let machines = names.map(|name| listed("m", &name, MachineState::Running));
    assert_eq!(differ(&machines, &[running()], 500), [1, 0, 0, 0, 0]);
    assert_eq!(differ(&machines, &[], 500), [2, 0, 0, 0, 0]);
}

#[test]
fn a_launch_under_way_owns_its_machine_and_a_failed_one_no_more() {
    let machine = [listed("m", &name(), MachineState::Running)];
    assert_eq!(differ(&machine, &[launching()], 500), [0; 5]);
    let failed = launching().fail(Reason::new("x", "X."), at(9)).expect("deploying").pod;
    assert_eq!(
        differ(&machine, std::slice::from_ref(&failed), 500),
        [0; 5],
        "its end is under way"
    );
    let over = failed.ended(at(10)).expect("unsettled").pod;
    assert_eq!(differ(&machine, &[over], 500), [1, 0, 0, 0, 0]);
}

#[test]
fn a_machine_has_to_do_something_only_while_its_pod_rests_in_a_state() {
    let filed = |pod: Pod| {
        let filed = pod.filed_machines();
        filed.first().map(|it| (it.expected, it.listed_from))
    };
    for pod in [launching(), ready().want_gone(None, at(9)).expect("a change").pod, stopping()] {
        assert_eq!(filed(pod), Some((Expected::Anything, None)));
    }
    assert_eq!(filed(running()), Some((Expected::Running, Some(at(122)))));
    assert_eq!(filed(stopped()), Some((Expected::Stopped, Some(at(122)))));
    let expects = |name: &str, expected, secs| running().expects(name, expected, at(secs));
    assert!(expects(&name(), Expected::Running, 122));
    assert!(!expects(&name(), Expected::Running, 121));
    assert!(!expects(&name(), Expected::Stopped, 122));
    assert!(!expects("gpb-another", Expected::Running, 122));
    assert!(running().owns(&name()) && !running().owns("gpb-another"));
}

#[test]
fn a_machine_was_seen_when_its_cloud_was_last_listed_or_it_was_launched() {
    let sandbox = Pod { mode: Mode::Sandbox, ..running() };
    assert_eq!((running().machine_cloud(), sandbox.machine_cloud()), (Some("lambda"), None));
    let never = AccountHealth::default();
    let seen_until = |health| running().seen_until(health);
    assert_eq!(seen_until(never), at(2));
    assert_eq!(seen_until(never.listed(at(1))), at(2), "before its launch");
    assert_eq!(seen_until(never.listed(at(60))), at(60));
}

#[test]
fn a_machine_that_runs_though_its_pod_is_stopped_is_a_runaway() {
    for state in [MachineState::Running, MachineState::Starting] {
        let machine = [listed("m", &name(), state)];
        assert_eq!(differ(&machine, &[stopped()], 500), [0, 0, 1, 0, 0]);
        assert_eq!(differ(&machine, &[stopped()], 121), [0; 5], "two minutes are not over");
    }
}

#[test]
fn a_machine_is_missed_only_once_it_must_be_listed() {
    assert_eq!(differ(&[], &[running()], 121), [0; 5]);
    assert_eq!(differ(&[], &[running()], 122), [0, 0, 0, 1, 0]);
    let halted = [listed("m", &name(), MachineState::Stopped)];
    assert_eq!(differ(&halted, &[running()], 122), [0, 0, 0, 1, 0]);
    assert_eq!(differ(&[], &[stopping()], 500), [0; 5]);
    let sandbox = Pod { mode: Mode::Sandbox, ..running() };
    assert_eq!(differ(&[], &[sandbox], 500), [0; 5]);
}

#[test]
fn a_missing_machine_is_not_charged_from_when_it_was_last_seen() {
    let missed = running().missed(&name(), at(440), at(500)).expect("a change").pod;
    assert_eq!(missed.missing_since, Some(at(440)));
    assert!(missed.clone().missed(&name(), at(450), at(560)).is_none(), "the first look counts");
    let gone = missed.close_missing(&name(), Missing::Gone, at(560)).expect("fine");
    let gone = gone.expect("a change").pod;
    assert_eq!(gone.reason.as_ref().map(|why| why.code.as_str()), Some("machine_vanished"));
    assert_eq!(gone.clock.until(at(999)).running, 435);
    assert_eq!(gone.machine.and_then(|time| time.running_until), Some(at(440)));
    // Its owner may be first.
    let missed = running().missed(&name(), at(440), at(500)).expect("a change").pod;
    let ended = missed.want_gone(None, at(530)).expect("a change").pod;
    assert_eq!(ended.clock.until(at(999)).running, 435);
}

#[test]
fn a_machine_that_comes_back_was_there_all_the_time() {
    let missed = running().missed(&name(), at(440), at(500)).expect("a change").pod;
    let machine = [listed("m", &name(), MachineState::Running)];
    assert_eq!(differ(&machine, std::slice::from_ref(&missed), 560), [0, 0, 0, 0, 1]);
    let back = missed.seen_again(&name(), at(560)).expect("a change").pod;
    assert_eq!(back.clock.until(at(600)).running, 595);
    assert!(back.clone().seen_again(&name(), at(620)).is_none());
    assert_eq!(back.close_missing(&name(), Missing::Gone, at(620)).ok(), Some(None));
}

#[test]
fn nothing_but_a_machine_that_must_be_there_is_missed() {
    for pod in [launching(), stopping()] {
        assert!(pod.missed(&name(), at(440), at(500)).is_none());
    }
    assert!(running().missed("gpb-another", at(440), at(500)).is_none());
    assert!(running().missed(&name(), at(60), at(121)).is_none());
}

#[test]
fn a_pod_whose_machine_its_cloud_stopped_is_stopped() {
    let missed = running().missed(&name(), at(440), at(500)).expect("a change").pod;
    let halted = missed.clone().close_missing(&name(), Missing::Halted, at(560));
    let halted = halted.expect("fine").expect("a change").pod;
    assert_eq!(halted.state, PodState::Stopping);
    assert_eq!(halted.reason.as_ref().map(|why| why.code.as_str()), Some("machine_stopped"));
    assert_eq!(halted.clock.until(at(999)).running, 435);
    let waiting = ready().missed(&name(), at(440), at(500)).expect("a change").pod;
    let failed = waiting.close_missing(&name(), Missing::Halted, at(560)).expect("fine");
    let failed = failed.map(|it| (it.pod.state, it.pod.missing_since));
    assert_eq!(failed, Some((PodState::Failed, None)));
    let mut kept = missed;
    kept.attempts[0].offer.stoppable = false;
    let ended = kept.close_missing(&name(), Missing::Halted, at(560)).expect("fine");
    assert_eq!(ended.map(|it| it.pod.state), Some(PodState::Terminating));
}

#[test]
fn the_brake_holds_past_three_or_a_twentieth() {
    assert!(!exceeds_brake(3, 0) && exceeds_brake(4, 0) && exceeds_brake(4, 60));
    assert!(!exceeds_brake(5, 100) && exceeds_brake(6, 100));
}
