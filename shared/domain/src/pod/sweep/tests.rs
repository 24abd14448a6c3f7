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

fn launching() -> Pod {
    let pod = pending().funds_held(UsdMicros(1), at(1)).expect("pending").pod;
    pod.begin_attempt(sample::offer("off_quoted"), &sample::prefix(), at(2))
        .expect("provisioning")
        .pod
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
    assert_eq!(needs(&launching(), 51), Mend::Nothing);
    assert_eq!(needs(&launching(), 52), Mend::CheckExecution);
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
    let driven = (0..120).filter(|minute| needs(&stopping, 9 + minute * 60) == Mend::Drive);
    let driven: Vec<i64> = driven.collect();
    assert_eq!(driven[..12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15]);
    assert_eq!(driven[driven.len() - 5..], [55, 60, 75, 90, 105]);
}

#[test]
fn a_pod_whose_money_ends_while_its_machine_is_missing_waits_for_the_machine() {
    let missing = Pod { missing_since: Some(at(3_000)), ..running() };
    assert_eq!(needs(&running(), 5 + 3_600), Mend::FundOrEnd);
    assert_eq!(needs(&missing, 5 + 3_600), Mend::Nothing);
}

#[test]
fn what_is_not_settled_for_half_an_hour_needs_a_person() {
    let stopping = running().want_stop(None, at(9)).expect("running").expect("a change").pod;
    assert!(!stopping.is_stuck(at(1_808)) && stopping.is_stuck(at(1_809)));
    // Another wish does not begin the half hour anew.
    let ending = stopping.want_gone(None, at(1_000)).expect("a change").pod;
    assert!(ending.is_stuck(at(1_809)));
    assert!(!running().is_stuck(at(9_999)));
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
    assert_eq!(needs(pending(), ExecutionState::Died), Restart::Next);
    assert_eq!(needs(pending(), ExecutionState::Succeeded), Restart::Next);
    assert_eq!(needs(ready(), ExecutionState::Died), Restart::Next);
    assert_eq!(needs(ready(), ExecutionState::Succeeded), Restart::Nothing);
    assert_eq!(needs(running(), ExecutionState::Died), Restart::Nothing);
    let next = pending().redeploy_after(1, at(9)).expect("no refusal").expect("a change").pod;
    assert_eq!(next.execution, 2);
    assert_eq!(next.redeploy_after(1, at(10)).ok(), Some(None));
}
