//! Who may deploy or start a pod, and what they are told when they may not.

use super::*;
use crate::money::UsdMicros;
use crate::pod::PodState;
use crate::pod::Reason;
use crate::pod::limits::ACTIVATION_EXPIRED;
use crate::sample;

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn new() -> NewPod {
    NewPod { id: PodId::new(at(0), [1; 10]), name: "first".into(), scenario: None }
}

fn facts() -> OpeningFacts {
    let (quote, tally) = (sample::quote(at(0)), Tally::default());
    OpeningFacts { quote, tally, reserved: Reserved::default() }
}

/// What comes of a deploy at `secs` with exactly the money that the quote holds, less `short`.
fn opened_with(
    new: NewPod,
    facts: OpeningFacts,
    short: i64,
    secs: i64,
) -> Result<Opening, &'static str> {
    let wallet = sample::wallet(UsdMicros(facts.quote.hold_usd_micros.0 - short), at(0));
    let (plan, rules) = (sample::plan(1), sample::parameters());
    let allowance = Allowance { wallet: &wallet, plan: &plan, rules: &rules };
    open(new, allowance, facts, at(secs)).map_err(|error| error.code)
}

fn refused(facts: OpeningFacts) -> Option<&'static str> {
    opened_with(new(), facts, 0, 10).err()
}

#[test]
fn a_pod_is_opened_with_its_reserve_and_the_room_the_budget_must_have() {
    let opening = opened_with(new(), facts(), 0, 59).expect("nothing speaks against it");
    let pod = opening.transition.pod;
    assert_eq!((pod.state, pod.version), (PodState::Pending, 1));
    assert_eq!(pod.activation_reserve, Some(opening.reserve));
    assert_eq!(opening.reserve.usd_micros, UsdMicros(833_334));
    assert_eq!(opening.reserved_max.tenant_usd_micros, UsdMicros(10_000_000 - 833_334));
    assert_eq!(pod.quote.pod_id, Some(pod.id));
}

#[test]
fn a_pod_opens_on_an_open_quote_only() {
    assert_eq!(opened_with(new(), facts(), 0, 60).err(), Some("quote_expired"));
    let used = Quote { pod_id: Some(PodId::new(at(0), [2; 10])), ..sample::quote(at(0)) };
    assert_eq!(refused(OpeningFacts { quote: used, ..facts() }), Some("quote_used"));
    let live = Quote { mode: Mode::Live, ..sample::quote(at(0)) };
    let pretending = NewPod { scenario: Some(Scenario::NeverReady), ..new() };
    let live = OpeningFacts { quote: live, ..facts() };
    assert_eq!(opened_with(pretending.clone(), live, 0, 1).err(), Some("scenario_sandbox_only"));
    assert!(opened_with(pretending, facts(), 0, 1).is_ok());
    let live = Quote { mode: Mode::Live, ..sample::quote(at(0)) };
    assert!(opened_with(new(), OpeningFacts { quote: live, ..facts() }, 0, 1).is_ok());
}

#[test]
fn a_wallet_one_micro_short_cannot_open_a_pod() {
    assert!(opened_with(new(), facts(), 0, 1).is_ok());
    assert_eq!(opened_with(new(), facts(), 1, 1).err(), Some("insufficient_funds"));
}

#[test]
fn a_users_other_pods_speak_against_a_new_one() {
    let with = |pod: &Pod| OpeningFacts { tally: Tally::default().with(pod), ..facts() };
    assert_eq!(refused(with(&sample::pod(2))), Some("pod_unactivated"));
    let running = Pod { running_at: Some(at(1)), state: PodState::Running, ..sample::pod(2) };
    assert_eq!(refused(with(&running)), Some("pod_limit_reached"));
    let reason = || Reason::new(ACTIVATION_EXPIRED, "Late.");
    let lapsed = |number| {
        let mailed = Pod {
            ready_at: Some(at(0)),
            activation_until: Some(at(900)),
            activation_mailed_at: Some(at(1)),
            ..sample::pod(number)
        };
        mailed.fail(reason(), at(i64::from(number)))
    };
    let tally = [2, 3].into_iter().fold(Tally::default(), |tally, number| {
        tally.with(&lapsed(number).expect("a pod that never ran").pod)
    });
    assert_eq!(refused(OpeningFacts { tally, ..facts() }), Some("deploys_paused"));
}

#[test]
fn a_spent_budget_speaks_against_a_new_pod() {
    let reserved = |micros| {
        let reserved = Reserved { tenant_usd_micros: UsdMicros(micros), ..Reserved::default() };
        OpeningFacts { reserved, ..facts() }
    };
    assert_eq!(refused(reserved(10_000_000 - 833_334)), None);
    assert_eq!(refused(reserved(10_000_000 - 833_333)), Some("activation_budget_spent"));
}

#[test]
fn a_stopped_pod_is_started_with_money_and_a_place_and_a_running_one_stays() {
    let (rules, hold) = (sample::parameters(), sample::quote(at(0)).hold_usd_micros);
    let start = |pod: Pod, short: i64, places: u32, other: u32| {
        let (wallet, plan) =
            (sample::wallet(UsdMicros(hold.0 - short), at(0)), sample::plan(places));
        let allowance = Allowance { wallet: &wallet, plan: &plan, rules: &rules };
        let running =
            |n: u8| Pod { running_at: Some(at(1)), state: PodState::Running, ..sample::pod(n) };
        let others = u8::try_from(other).expect("a small number");
        let tally = (2..2 + others).fold(Tally::default(), |it, n| it.with(&running(n)));
        pod.start(allowance, &tally, at(100)).map_err(|error| error.code)
    };
    let stopped = || Pod {
        running_at: Some(at(1)),
        state: PodState::Stopped,
        wanted: Wanted::Stopped,
        ..sample::pod(1)
    };
    let running = || Pod { running_at: Some(at(1)), state: PodState::Running, ..sample::pod(1) };
    let started = start(stopped(), 0, 1, 0).expect("it may").expect("a change").pod;
    assert_eq!((started.state, started.wanted), (PodState::Provisioning, Wanted::Running));
    assert_eq!(started.deadline_at, Some(at(100 + 600)));
    assert_eq!(start(stopped(), 1, 1, 0), Err("insufficient_funds"));
    assert_eq!(start(stopped(), 0, 1, 1), Err("pod_limit_reached"));
    assert_eq!(start(running(), 1, 1, 1), Ok(None), "nothing is needed for what runs already");
    assert_eq!(start(sample::pod(1), 0, 1, 0), Err("pod_state"));
}
