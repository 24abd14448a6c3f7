//! Every transition of a pod, and every state it is refused from.

use super::*;
use crate::code::Pepper;
use crate::money::UsdMicros;
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
