//! Every transition of a pod, and every state it is refused from.

use super::*;
use crate::money::UsdMicros;
use crate::money::metering::{Phase, Seconds};
use crate::people::code::Pepper;
use crate::sample;

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn pending() -> Pod {
    let id = PodId::new(at(0), [9; 10]);
    let opened = Pod::open(id, "first".into(), sample::quote(at(0)), None, at(0));
    opened.expect("an open quote").0
}

fn address() -> Address {
    Address { host: "h".into(), ssh_port: 22, ssh_user: "root".into(), simulated: true }
}

fn provisioning() -> Pod {
    pending().funds_held(UsdMicros(2_160_000), at(1)).expect("pending").0
}

fn launched() -> Pod {
    let pod = provisioning().begin_attempt(sample::offer("off_quoted"), "stack", at(2));
    pod.expect("provisioning").0.attempt_launched("m-1".into(), at(3)).expect("an open attempt").0
}

fn ready() -> Pod {
    let reached = launched().reached(address(), at(4)).expect("launched").0;
    reached.answered(900, at(4)).expect("reached").0
}

fn running() -> Pod {
    ready().activate(at(5)).expect("ready").0
}

fn failed() -> Pod {
    let reason = Reason { code: "no_capacity".into(), message: "None.".into() };
    ready().fail(reason, at(6)).expect("ready").0
}

fn code<T: std::fmt::Debug>(refused: Result<T, Error>) -> &'static str {
    refused.expect_err("a refusal").code
}

#[test]
fn a_deploy_goes_from_pending_to_running_and_tells_of_each_step() {
    let running = running();
    assert_eq!(running.state, PodState::Running);
    assert_eq!((running.ready_at, running.running_at), (Some(at(4)), Some(at(5))));
    assert_eq!(running.funded_until, Some(at(5 + 3_600)));
    assert_eq!(running.deadline_at, None);
    assert_eq!(running.version, 7);
    let (pod, event) = pending().funds_held(UsdMicros(2_160_000), at(1)).expect("pending");
    assert_eq!((event.sequence, event.message.as_str()), (pod.version, "$2.16 is held."));
}

#[test]
fn a_pod_opens_on_an_open_quote_only() {
    let open = |quote, scenario, now| {
        Pod::open(PodId::new(at(0), [1; 10]), "p".into(), quote, scenario, now)
    };
    assert_eq!(code(open(sample::quote(at(0)), None, at(60))), "quote_expired");
    let used = pending().quote;
    assert_eq!(code(open(used, None, at(1))), "quote_used");
    let live = Quote { mode: Mode::Live, ..sample::quote(at(0)) };
    let scenario = Some(Scenario::NeverReady);
    assert_eq!(code(open(live, scenario, at(1))), "scenario_sandbox_only");
}

#[test]
fn money_is_held_only_while_pending() {
    for pod in [provisioning(), ready(), running(), failed()] {
        assert_eq!(code(pod.funds_held(UsdMicros(1), at(9))), "pod_state");
    }
}

#[test]
fn only_a_launched_machine_can_answer_and_only_one_that_answered_is_ready() {
    assert_eq!(code(provisioning().reached(address(), at(9))), "pod_state");
    assert_eq!(code(running().reached(address(), at(9))), "pod_state");
    assert_eq!(code(launched().answered(900, at(9))), "pod_state");
    assert_eq!(code(failed().answered(900, at(9))), "pod_state");
}

#[test]
fn activation_is_in_time_until_the_last_second_and_works_once() {
    assert!(ready().activate(at(4 + 899)).is_ok());
    assert_eq!(code(ready().activate(at(4 + 900))), "activation_expired");
    assert_eq!(code(running().activate(at(6))), "activation_used");
    assert_eq!(code(failed().activate(at(7))), "activation_expired");
    assert_eq!(code(launched().activate(at(7))), "pod_state");
    let unwanted = Pod { wanted: Wanted::Gone, ..ready() };
    assert_eq!(code(unwanted.activate(at(5))), "activation_expired");
}

#[test]
fn a_pod_fails_until_it_runs_and_never_after() {
    let reason = Reason { code: "internal".into(), message: "x".into() };
    for pod in [pending(), provisioning(), launched(), ready()] {
        let failed = pod.fail(reason.clone(), at(9)).expect("a pod that never ran").0;
        assert_eq!((failed.state, failed.wanted), (PodState::Failed, Wanted::Gone));
        assert!(failed.attempts.iter().all(|attempt| !attempt.is_launched()));
        assert_eq!(code(failed.check_deploying()), "pod_over");
    }
    assert_eq!(code(running().fail(reason.clone(), at(9))), "pod_state");
    assert_eq!(code(failed().fail(reason, at(9))), "pod_state");
}

#[test]
fn connection_details_exist_only_while_it_runs() {
    let pepper = Pepper::new("a pepper");
    for pod in [pending(), launched(), ready(), failed()] {
        assert_eq!(pod.connection(&pepper), None);
    }
    let connection = running().connection(&pepper).expect("a running pod");
    assert_eq!(connection.ssh_command, "ssh -p 22 root@h");
    assert_eq!(connection.jupyter_url, None);
    let mut jupyter = running();
    jupyter.quote.configuration.template.jupyter_port = Some(8_888);
    let url = jupyter.connection(&pepper).and_then(|c| c.jupyter_url).unwrap_or_default();
    let token = jupyter.jupyter_token(&pepper).expect("a token");
    assert_eq!(url, format!("http://h:8888/?token={token}"));
}

#[test]
fn the_token_of_one_pod_activates_no_other() {
    let pepper = Pepper::new("a pepper");
    let (one, other) = (PodId::new(at(0), [1; 10]), PodId::new(at(0), [2; 10]));
    let token = activation_token(&one, &pepper);
    assert!(is_activation_token(&token, &one, &pepper));
    assert!(!is_activation_token(&token, &other, &pepper));
    assert!(!is_activation_token("", &one, &pepper));
}

fn told(change: Result<Option<Change>, Error>) -> Pod {
    change.expect("no refusal").expect("a change").0
}

fn stopping() -> Pod {
    told(running().want_stop(None, at(65)))
}

fn stopped() -> Pod {
    stopping()
        .stopped(at(70))
        .expect("stopping")
        .0
        .kept(Some(at(90_000)), at(70))
        .expect("stopped")
        .0
}

fn resuming() -> Pod {
    told(stopped().want_start(600, at(100)))
}

#[test]
fn charging_ends_with_the_wish_and_not_with_the_machine() {
    let stopping = stopping();
    assert_eq!((stopping.state, stopping.wanted), (PodState::Stopping, Wanted::Stopped));
    assert_eq!(stopping.clock.until(at(1_000)), Seconds { running: 60, stopped: 0 });
    assert_eq!(stopping.machine.and_then(|time| time.running_until), Some(at(65)));
    assert_eq!((stopping.driver(), stopping.funded_until), (Driver::Stop, None));
    let ending = told(Ok(running().want_gone(None, at(65))));
    assert_eq!(ending.clock.until(at(1_000)), Seconds { running: 60, stopped: 0 });
    assert_eq!((ending.state, ending.driver()), (PodState::Terminating, Driver::End));
}

#[test]
fn a_stopped_pod_stands_and_a_started_one_runs_again() {
    let stopped = stopped();
    assert_eq!(stopped.driver(), Driver::Rest);
    assert_eq!(stopped.clock.present().map(|it| it.phase), Some(Phase::Stopped));
    let resuming = resuming();
    assert_eq!((resuming.driver(), resuming.deadline_at), (Driver::Resume, Some(at(700))));
    assert_eq!(resuming.clock.until(at(1_000)), Seconds { running: 60, stopped: 30 });
    let again = resuming.resumed(address(), at(110)).expect("resuming").0;
    assert_eq!((again.state, again.driver()), (PodState::Running, Driver::Rest));
    assert_eq!((again.running_at, again.funded_until), (Some(at(5)), Some(at(110 + 3_600))));
    assert_eq!(again.clock.until(at(120)), Seconds { running: 70, stopped: 30 });
}

#[test]
fn the_same_wish_again_changes_nothing() {
    assert_eq!(stopping().want_stop(None, at(66)).ok(), Some(None));
    assert_eq!(stopped().want_stop(None, at(80)).ok(), Some(None));
    assert_eq!(resuming().want_start(600, at(101)).ok(), Some(None));
    assert_eq!(running().want_start(600, at(6)).ok(), Some(None));
    let ending = told(Ok(running().want_gone(None, at(65))));
    assert_eq!(ending.clone().want_gone(None, at(66)), None);
    let over = ending.ended(at(70)).expect("ending").0;
    assert_eq!(over.want_gone(None, at(71)), None);
    assert_eq!(failed().want_gone(None, at(71)), None);
}

#[test]
fn a_wish_is_refused_where_it_makes_no_sense() {
    for pod in [pending(), launched(), ready(), failed()] {
        assert_eq!(code(pod.clone().want_stop(None, at(9))), "pod_state");
        assert_eq!(code(pod.want_start(600, at(9))), "pod_state");
    }
    assert_eq!(code(stopping().want_start(600, at(66))), "pod_state");
    let mut ends_only = running();
    ends_only.attempts[0].offer.stoppable = false;
    assert_eq!(code(ends_only.want_stop(None, at(9))), "stop_unsupported");
}

#[test]
fn every_pod_that_is_not_over_can_be_ended() {
    for pod in [
        pending(),
        provisioning(),
        launched(),
        ready(),
        running(),
        stopping(),
        stopped(),
        resuming(),
    ] {
        let ending = told(Ok(pod.want_gone(None, at(200))));
        assert!(ending.attempts.iter().all(|attempt| !attempt.is_launched()));
        let over = ending.ended(at(210)).expect("ending").0;
        assert_eq!((over.state, over.ended_at), (PodState::Terminated, Some(at(210))));
        assert_eq!(over.driver(), Driver::Rest);
    }
}

#[test]
fn a_failed_pod_is_over_at_once_and_settled_later() {
    let failed = failed();
    assert_eq!(failed.driver(), Driver::End);
    let settled = failed.ended(at(20)).expect("unsettled").0;
    assert_eq!((settled.state, settled.ended_at), (PodState::Failed, Some(at(6))));
    assert_eq!(settled.driver(), Driver::Rest);
}

#[test]
fn a_machines_end_is_noted_once() {
    let noted = stopping().machine_ended(at(68)).expect("a machine").0;
    assert_eq!(noted.machine.and_then(|time| time.until), Some(at(68)));
    assert!(noted.machine_ended(at(69)).is_none());
    assert!(told(Ok(pending().want_gone(None, at(9)))).machine_ended(at(10)).is_none());
}

#[test]
fn money_that_ends_stops_what_can_be_stopped_and_ends_the_rest() {
    let reason = || Reason { code: "funds_exhausted".into(), message: "No money.".into() };
    let halted = told(running().want_no_more(reason(), at(9)));
    assert_eq!((halted.state, halted.reason), (PodState::Stopping, Some(reason())));
    let mut ends_only = running();
    ends_only.attempts[0].offer.stoppable = false;
    assert_eq!(told(ends_only.want_no_more(reason(), at(9))).state, PodState::Terminating);
    assert_eq!(told(stopped().want_no_more(reason(), at(99))).state, PodState::Terminating);
}

#[test]
fn only_a_deploy_that_goes_on_gets_another_execution() {
    let again = launched().redeployed(at(9)).expect("deploying").0;
    assert_eq!(again.execution, 2);
    assert_eq!(code(failed().redeployed(at(9))), "pod_over");
}

#[test]
fn a_pod_that_is_wanted_otherwise_meanwhile_is_not_kept() {
    let standing = stopping().stopped(at(70)).expect("stopping").0;
    let ending = told(Ok(standing.clone().want_gone(None, at(71))));
    assert_eq!(code(ending.kept(None, at(72))), "pod_state");
    let starting = told(standing.want_start(600, at(71)));
    assert_eq!(code(starting.kept(None, at(72))), "pod_state");
}
