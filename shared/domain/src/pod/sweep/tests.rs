//! What a sweep sees and what it leaves alone.

use super::*;
use crate::money::UsdMicros;
use crate::pod::Address;
use crate::sample;

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn pending() -> Pod {
    sample::pod(9)
}

fn look<'a>(provider: &'a str, machines: &'a [Seen]) -> Look<'a> {
    Look { provider, stack: "stack", machines }
}

fn launching() -> Pod {
    let pod = pending().funds_held(UsdMicros(1), at(1)).expect("pending").pod;
    pod.begin_attempt(sample::offer("off_quoted"), "stack", at(2)).expect("provisioning").pod
}

fn ready() -> Pod {
    let address = Address {
        host: "h".into(),
        ssh_port: 22,
        ssh_user: "root".into(),
        simulated: true,
        ports: Vec::new(),
    };
    let pod = launching().attempt_launched("m".into(), at(3)).expect("an open attempt").pod;
    pod.reached(address, at(4)).expect("launched").pod.answered(900, at(4)).expect("reached").pod
}

fn running() -> Pod {
    ready().activate(at(5)).expect("ready").pod
}

fn needs(pod: &Pod, secs: i64) -> Mend {
    mend(pod, &sample::parameters(), at(secs))
}

fn ended(pod: Pod, secs: i64) -> Option<(PodState, String)> {
    let change = pod.overdue(&sample::parameters(), at(secs)).expect("no refusal");
    change.map(|it| (it.pod.state, it.pod.reason.map(|why| why.code).unwrap_or_default()))
}

#[test]
fn a_deploy_is_looked_after_until_its_deadline_and_then_ended() {
    assert_eq!(needs(&pending(), 3_599), Mend::CheckExecution);
    assert_eq!(ended(pending(), 3_599), None);
    let failed = |code: &str| Some((PodState::Failed, code.to_owned()));
    assert_eq!(ended(pending(), 3_600), failed("launch_timed_out"));
    assert_eq!(needs(&ready(), 903), Mend::CheckExecution);
    assert_eq!(ended(ready(), 904), failed(ACTIVATION_EXPIRED));
}

#[test]
fn nothing_is_started_beside_a_launch_that_may_be_under_way() {
    assert_eq!(needs(&launching(), 36), Mend::Nothing);
    assert_eq!(needs(&launching(), 37), Mend::CheckExecution);
}

#[test]
fn a_running_pod_is_stopped_a_minute_before_its_money_ends() {
    let funded_until = 5 + 3_600;
    assert_eq!(needs(&running(), funded_until - 61), Mend::Nothing);
    let stopping = Some((PodState::Stopping, "funds_exhausted".to_owned()));
    assert_eq!(ended(running(), funded_until - 60), stopping);
}

#[test]
fn what_is_on_its_way_is_driven_on() {
    let stopping = running().want_stop(None, at(9)).expect("running").expect("a change").pod;
    assert_eq!(needs(&stopping, 10), Mend::Drive);
}

#[test]
fn a_vanished_machine_is_charged_until_it_was_missed() {
    let gone = running().vanished(at(65), at(125)).expect("fine").expect("a change").pod;
    assert_eq!(gone.clock.until(at(200)).running, 60);
    // Missed for long: the meter captured up to a minute ago, and that stays.
    let gone = running().vanished(at(65), at(185)).expect("fine").expect("a change").pod;
    assert_eq!(gone.clock.until(at(200)).running, 120);
    let failed = ready().vanished(at(65), at(125)).expect("fine").expect("a change").pod;
    assert_eq!(failed.state, PodState::Failed);
}

fn names(of: &[&str]) -> Vec<Seen> {
    of.iter().map(|name| Seen { id: "m".into(), name: (*name).to_owned() }).collect()
}

#[test]
fn another_machine_of_the_same_name_is_a_duplicate() {
    let pods = [running()];
    let own = pods[0].attempts[0].machine_name.clone();
    let machines =
        [Seen { id: "m".into(), name: own.clone() }, Seen { id: "second".into(), name: own }];
    let seen = compare(look("lambda", &machines), &pods, at(500));
    assert_eq!((seen.orphans.len(), seen.duplicates), (0, vec!["second"]));
}

#[test]
fn only_machines_of_this_stack_without_a_pod_are_orphans() {
    let pods = [running()];
    let own = pods[0].attempts[0].machine_name.clone();
    let foreign = ["gpb-other-stray-1", "gpb-stack-eu-stray-1", "gpb-stack-stray", "mine"];
    let machines = names(&[&[own.as_str(), "gpb-stack-stray-1"], foreign.as_slice()].concat());
    let seen = compare(look("lambda", &machines), &pods, at(500));
    assert_eq!(seen.orphans, ["gpb-stack-stray-1"]);
    assert!(seen.missing.is_empty());
}

#[test]
fn a_launch_under_way_owns_its_machine_and_a_failed_one_no_more() {
    let name = launching().attempts[0].machine_name.clone();
    assert!(launching().owns(&name));
    let why = || Reason { code: "x".into(), message: "x".into() };
    let failed = launching().fail(why(), at(9)).expect("deploying").pod;
    assert!(failed.owns(&name), "its end is under way");
    assert!(!failed.ended(at(10)).expect("unsettled").pod.owns(&name));
    assert!(!running().owns("gpb-stack-stray-1"));
}

#[test]
fn a_machine_is_missed_only_once_it_must_be_listed() {
    let pods = [Pod { mode: Mode::Live, ..running() }];
    let missing = |secs| compare(look("lambda", &[]), &pods, at(secs)).missing.len();
    assert_eq!((missing(121), missing(122)), (0, 1));
    assert!(compare(look("other", &[]), &pods, at(500)).missing.is_empty());
    assert!(compare(look("lambda", &[]), &[running()], at(500)).missing.is_empty());
}

#[test]
fn the_brake_holds_past_three_or_a_twentieth() {
    assert!(!exceeds_brake(3, 0) && exceeds_brake(4, 0) && exceeds_brake(4, 60));
    assert!(!exceeds_brake(5, 100) && exceeds_brake(6, 100));
}

#[test]
fn a_sweep_that_comes_late_judges_no_further_back_than_the_meter_lags() {
    assert_eq!(judged_at(at(100), at(160)), at(100));
    assert_eq!(judged_at(at(100), at(161)), at(101));
    assert_eq!(judged_at(at(100), at(90)), at(100));
}

#[test]
fn an_execution_is_started_where_none_runs_and_counted_once() {
    let needs = |pod: Pod, state| pod.restart(state);
    assert_eq!(needs(pending(), ExecutionState::Running), Restart::Nothing);
    assert_eq!(needs(pending(), ExecutionState::NeverStarted), Restart::Same);
    assert_eq!(needs(pending(), ExecutionState::Ended), Restart::Next);
    assert_eq!(needs(running(), ExecutionState::Ended), Restart::Nothing);
    let next = pending().redeploy_after(1, at(9)).expect("no refusal").expect("a change").pod;
    assert_eq!(next.execution, 2);
    assert_eq!(next.redeploy_after(1, at(10)).ok(), Some(None));
}

#[test]
fn only_the_machine_that_is_missing_closes_its_pod() {
    let pod = Pod { mode: Mode::Live, ..running() };
    let machine = pod.attempts[0].machine_name.clone();
    let close = |machine_name: &str, provider: &str| {
        let missing = Missing { provider, machine_name, since: at(500) };
        pod.clone().close_missing(&missing, at(510)).expect("no refusal").map(|it| it.pod.state)
    };
    assert_eq!(close(&machine, "lambda"), Some(PodState::Terminating));
    assert_eq!(close(&machine, "other"), None);
    assert_eq!(close("gpb-stack-stray-1", "lambda"), None);
}
