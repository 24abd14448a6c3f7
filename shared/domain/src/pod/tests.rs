//! Every transition of a pod, and every state it is refused from.

use jiff::SignedDuration;

use super::*;
use crate::money::UsdMicros;
use crate::money::metering::{Phase, Seconds};
use crate::people::code::Pepper;
use crate::sample;

pub(super) fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

pub(super) fn pending() -> Pod {
    sample::pod(9)
}

pub(super) fn address() -> Address {
    let (host, ssh_user) = ("h".into(), "root".into());
    Address { host, ssh_port: 22, ssh_user, simulated: true, ports: Vec::new() }
}

pub(super) fn provisioning() -> Pod {
    pending().funds_held(UsdMicros(2_160_000), at(1)).expect("pending").pod
}

pub(super) fn launched() -> Pod {
    let pod = provisioning().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), at(2));
    pod.expect("provisioning")
        .pod
        .attempt_launched("m-1".into(), at(3))
        .expect("an open attempt")
        .pod
}

pub(super) fn ready() -> Pod {
    let reached = launched().reached(address(), at(4)).expect("launched").pod;
    reached.answered(900, at(4)).expect("reached").pod
}

pub(super) fn running() -> Pod {
    ready().activate(at(5)).expect("ready").pod
}

pub(super) fn failed() -> Pod {
    let reason = Reason { code: "no_capacity".into(), message: "None.".into() };
    ready().fail(reason, at(6)).expect("ready").pod
}

pub(super) fn code<T: std::fmt::Debug>(refused: Result<T, Error>) -> &'static str {
    refused.expect_err("a refusal").code
}

#[test]
fn a_deploy_goes_from_pending_to_running_and_notes_each_step() {
    let running = running();
    assert_eq!(running.state, PodState::Running);
    assert_eq!((running.ready_at, running.running_at), (Some(at(4)), Some(at(5))));
    assert_eq!(running.funded_until, Some(at(5 + 3_600)));
    assert_eq!(running.deadline_at, None);
    assert_eq!(running.version, 7);
    let held = pending().funds_held(UsdMicros(2_160_000), at(1));
    let Transition { pod, event } = held.expect("pending");
    assert_eq!((event.sequence, event.message.as_str()), (pod.version, "$2.16 is held."));
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
        let failed = pod.fail(reason.clone(), at(9)).expect("a pod that never ran").pod;
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
    // Where the cloud publishes that port under another number, the link has this one.
    let ports = [(8_000, 41_235), (8_888, 41_234)];
    let ports = ports.map(|(port, public)| PublicPort { port, public }).to_vec();
    jupyter.address = Some(Address { ports, ..address() });
    let url = jupyter.connection(&pepper).and_then(|c| c.jupyter_url).unwrap_or_default();
    assert_eq!(url, format!("http://h:41234/?token={token}"));
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

pub(super) fn changed(change: Result<Option<Transition>, Error>) -> Pod {
    change.expect("no refusal").expect("a change").pod
}

pub(super) fn stopping() -> Pod {
    changed(running().want_stop(None, at(65)))
}

pub(super) fn stopped() -> Pod {
    stopping()
        .stopped(at(70))
        .expect("stopping")
        .pod
        .kept(Some(at(90_000)), at(70))
        .expect("stopped")
        .pod
}

pub(super) fn resuming() -> Pod {
    changed(stopped().want_start(600, at(100)))
}

#[test]
fn charging_ends_when_the_stop_is_wanted_and_not_with_the_machine() {
    let stopping = stopping();
    assert_eq!((stopping.state, stopping.wanted), (PodState::Stopping, Wanted::Stopped));
    assert_eq!(stopping.clock.until(at(1_000)), Seconds { running: 60, stopped: 0 });
    assert_eq!(stopping.machine.and_then(|time| time.running_until), Some(at(65)));
    assert_eq!((stopping.next_act(), stopping.funded_until), (NextAct::Stop, None));
    let ending = changed(Ok(running().want_gone(None, at(65))));
    assert_eq!(ending.clock.until(at(1_000)), Seconds { running: 60, stopped: 0 });
    assert_eq!((ending.state, ending.next_act()), (PodState::Terminating, NextAct::End));
}

#[test]
fn a_stopped_pod_stands_and_a_started_one_runs_again() {
    let stopped = stopped();
    assert_eq!(stopped.next_act(), NextAct::Nothing);
    assert_eq!(stopped.clock.present().map(|it| it.phase), Some(Phase::Stopped));
    let resuming = resuming();
    assert_eq!((resuming.next_act(), resuming.deadline_at), (NextAct::Resume, Some(at(700))));
    assert_eq!(resuming.clock.until(at(1_000)), Seconds { running: 60, stopped: 30 });
    let again = resuming.resumed(address(), at(110)).expect("resuming").pod;
    assert_eq!((again.state, again.next_act()), (PodState::Running, NextAct::Nothing));
    assert_eq!((again.running_at, again.funded_until), (Some(at(5)), Some(at(110 + 3_600))));
    assert_eq!(again.clock.until(at(120)), Seconds { running: 70, stopped: 30 });
}

#[test]
fn wanting_the_same_again_changes_nothing() {
    assert_eq!(stopping().want_stop(None, at(66)).ok(), Some(None));
    assert_eq!(stopped().want_stop(None, at(80)).ok(), Some(None));
    assert_eq!(resuming().want_start(600, at(101)).ok(), Some(None));
    assert_eq!(running().want_start(600, at(6)).ok(), Some(None));
    let ending = changed(Ok(running().want_gone(None, at(65))));
    assert_eq!(ending.clone().want_gone(None, at(66)), None);
    let over = ending.ended(at(70)).expect("ending").pod;
    assert_eq!(over.want_gone(None, at(71)), None);
    assert_eq!(failed().want_gone(None, at(71)), None);
}

#[test]
fn what_makes_no_sense_cannot_be_wanted() {
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
        let ending = changed(Ok(pod.want_gone(None, at(200))));
        assert!(ending.attempts.iter().all(|attempt| !attempt.is_launched()));
        let over = ending.ended(at(210)).expect("ending").pod;
        assert_eq!((over.state, over.ended_at), (PodState::Terminated, Some(at(210))));
        assert_eq!(over.next_act(), NextAct::Nothing);
    }
}

#[test]
fn a_failed_pod_is_over_at_once_and_settled_later() {
    let failed = failed();
    assert_eq!(failed.next_act(), NextAct::End);
    let settled = failed.ended(at(20)).expect("unsettled").pod;
    assert_eq!((settled.state, settled.ended_at), (PodState::Failed, Some(at(6))));
    assert_eq!(settled.next_act(), NextAct::Nothing);
}

/// The pod once its cloud confirmed that its machine is off.
pub(super) fn machine_ended(pod: Pod, secs: i64) -> Option<Transition> {
    let errand = pod.errand();
    pod.machine_ended(errand, at(secs))
}

#[test]
fn money_that_ends_stops_what_can_be_stopped_and_ends_the_rest() {
    let reason = || Reason { code: "funds_exhausted".into(), message: "No money.".into() };
    let halted = changed(running().want_no_more(reason(), at(9)));
    assert_eq!((halted.state, halted.reason), (PodState::Stopping, Some(reason())));
    let mut ends_only = running();
    ends_only.attempts[0].offer.stoppable = false;
    assert_eq!(changed(ends_only.want_no_more(reason(), at(9))).state, PodState::Terminating);
    assert_eq!(changed(stopped().want_no_more(reason(), at(99))).state, PodState::Terminating);
}

#[test]
fn only_a_deploy_that_goes_on_gets_another_execution() {
    let again = launched().redeployed(at(9)).expect("deploying").pod;
    assert_eq!(again.execution, 2);
    assert_eq!(code(failed().redeployed(at(9))), "pod_over");
}

#[test]
fn a_pod_that_is_wanted_otherwise_meanwhile_is_not_kept() {
    let standing = stopping().stopped(at(70)).expect("stopping").pod;
    let ending = changed(Ok(standing.clone().want_gone(None, at(71))));
    assert_eq!(code(ending.kept(None, at(72))), "pod_state");
    let starting = changed(standing.want_start(600, at(71)));
    assert_eq!(code(starting.kept(None, at(72))), "pod_state");
}

pub(super) fn answered() -> Pod {
    launched().reached(address(), at(4)).expect("launched").pod
}

#[test]
fn a_step_that_comes_again_changes_nothing() {
    let held = |pod: Pod| pod.note_hold(UsdMicros(2_160_000), at(9)).map(|it| it.is_some());
    assert_eq!(held(pending()).ok(), Some(true));
    assert_eq!(held(provisioning()).ok(), Some(false));
    let noted = |pod: Pod| pod.note_answer(address(), at(9)).map(|it| it.is_some());
    assert_eq!(noted(launched()).ok(), Some(true));
    assert_eq!(noted(answered()).ok(), Some(false));
    let marked = |pod: Pod| pod.mark_ready(900, at(9)).map(|it| it.is_some());
    assert_eq!(marked(answered()).ok(), Some(true));
    assert_eq!(marked(ready()).ok(), Some(false));
    let unwound = |pod: Pod| pod.unwind(Reason::new("internal", "x"), at(9)).map(|it| it.is_some());
    assert_eq!(unwound(ready()).ok(), Some(true));
    assert_eq!(unwound(failed()).ok(), Some(false));
    assert_eq!(unwound(running()).ok(), Some(false));
}

#[test]
fn a_deploy_that_ended_refuses_every_step() {
    assert_eq!(code(failed().deploy_hold()), "pod_over");
    assert_eq!(code(failed().note_hold(UsdMicros(1), at(9))), "pod_over");
    assert_eq!(code(failed().probe()), "pod_over");
    assert_eq!(code(failed().note_answer(address(), at(9))), "pod_over");
    assert_eq!(code(failed().mark_ready(900, at(9))), "pod_over");
    assert_eq!(code(launched().mark_ready(900, at(9))), "pod_state");
}

#[test]
fn a_disk_is_kept_for_as_long_as_the_money_lasts_and_ten_minutes_at_least() {
    let rules = sample::parameters().funding();
    let hold = |available| {
        let held = stopped().keep_hold(rules, UsdMicros(available)).expect("small");
        held.amount_usd_micros.0
    };
    let rate = stopped().quote.price.stopped_rate_usd_micros_per_hour;
    let worth = |secs| rate.over_secs_rounded_up(secs).expect("small").0;
    assert_eq!(hold(50_000_000), worth(86_400));
    assert_eq!(hold(worth(3_600)), worth(3_600));
    assert_eq!(hold(0), worth(600), "which an empty wallet refuses");
    let mut free = stopped();
    free.quote.price.stopped_rate_usd_micros_per_hour = crate::money::UsdMicrosPerHour(0);
    assert_eq!(free.keep_hold(rules, UsdMicros(0)).ok().map(|it| it.amount_usd_micros.0), Some(0));
}

#[test]
fn a_stopped_pod_is_kept_on_money_and_ended_without() {
    let standing = stopping().stopped(at(70)).expect("stopping").pod;
    let rules = sample::parameters().funding();
    let hold = standing.keep_hold(rules, UsdMicros(50_000_000)).expect("small");
    let keep = |pod: &Pod, keeping| pod.clone().keep(hold, keeping, at(71)).expect("no refusal");
    let kept = keep(&standing, Keeping::Paid(Some(at(90_000)))).expect("a change").pod;
    assert_eq!((kept.state, kept.funded_until), (PodState::Stopped, Some(at(90_000))));
    let ended = keep(&standing, Keeping::Unpaid).expect("a change").pod;
    assert_eq!(ended.state, PodState::Terminating);
    assert_eq!(ended.reason.map(|why| why.code), Some("funds_exhausted".to_owned()));
    for otherwise in [kept, changed(standing.want_start(600, at(71)))] {
        assert_eq!(keep(&otherwise, Keeping::Unpaid), None);
    }
}

#[test]
fn a_start_goes_on_until_its_deadline_and_is_given_up_with_its_reason() {
    let resuming = resuming();
    let goes_on = resuming.resuming(at(699)).expect("a machine").expect("in time");
    assert_eq!((goes_on.since, goes_on.attempt.number), (at(100), 1));
    assert_eq!(resuming.resuming(at(700)).ok(), Some(None));
    let failures = [
        (StartFailure::TimedOut, "probe_timed_out"),
        (StartFailure::NoFunds("Too little.".into()), "insufficient_funds"),
        (StartFailure::PriceRaised, "price_raised"),
        (StartFailure::NoCapacity, "no_capacity"),
    ];
    for (failure, code) in failures {
        let given_up = resuming.clone().give_up_start(failure.clone(), at(110));
        let stopping = changed(given_up);
        assert_eq!(stopping.state, PodState::Stopping);
        assert_eq!(stopping.reason.as_ref().map(|why| why.code.as_str()), Some(code));
        assert_eq!(stopping.give_up_start(failure, at(111)).ok(), Some(None));
    }
    let machineless = Pod { machine: None, ..resuming };
    assert_eq!(code(machineless.resuming(at(110))), "internal");
}

#[test]
fn every_attempt_but_a_refused_one_is_ended() {
    let refused =
        provisioning().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), at(2));
    let refused = refused.expect("it").pod.attempt_refused(at(3)).expect("open").pod;
    assert_eq!(refused.attempts_to_end().count(), 0);
    let open =
        refused.begin_attempt(sample::offer("off_same"), &sample::prefix(), at(4)).expect("it").pod;
    assert_eq!(open.attempts_to_end().map(|it| it.number).collect::<Vec<_>>(), [2]);
}

#[test]
fn usage_is_captured_up_to_the_last_instant_that_was_charged() {
    assert_eq!(stopping().captured_until(at(60)), at(65), "charged by a clock that is ahead");
    assert_eq!(stopping().captured_until(at(66)), at(66));
    assert_eq!(pending().captured_until(at(9)), at(9));
}
