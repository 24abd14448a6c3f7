//! Which offer is tried when, and what an attempt may become.

use jiff::Timestamp;

use super::*;
use crate::id::SnapshotId;
use crate::money::UsdMicros;
use crate::pod::Reason;
use crate::sample;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn pod() -> Pod {
    sample::pod(9).funds_held(UsdMicros(1), NOW).expect("pending").pod
}

fn market(offers: Vec<Offer>) -> Snapshot {
    Snapshot::new(SnapshotId::new(NOW, [0; 10]), NOW, offers)
}

fn tried(pod: Pod, id: &str) -> Pod {
    let pod =
        pod.begin_attempt(sample::offer(id), &sample::prefix(), NOW).expect("provisioning").pod;
    pod.attempt_refused(NOW).expect("an open attempt").pod
}

/// The offer that would be tried next.
fn next(pod: &Pod, offers: Vec<Offer>, tries_max: u32) -> Result<String, &'static str> {
    match pod.launch_step(&market(offers), tries_max) {
        Ok(LaunchStep::Try(next)) => Ok(next.offer.id.0),
        Ok(_) => Err("no try"),
        Err(error) => Err(error.code),
    }
}

#[test]
fn the_quoted_offer_comes_first_and_then_the_cheapest_that_can_stand_in() {
    let cheap = Offer {
        provider_rate_usd_micros_per_hour: UsdMicrosPerHour(1_900_000),
        ..sample::offer("off_cheap")
    };
    let offers = vec![sample::offer("off_quoted"), sample::offer("off_same"), cheap];
    assert_eq!(next(&pod(), offers.clone(), 4), Ok("off_quoted".into()));
    let pod = tried(pod(), "off_quoted");
    assert_eq!(next(&pod, offers.clone(), 4), Ok("off_cheap".into()));
    let pod = tried(pod, "off_cheap");
    assert_eq!(next(&pod, offers.clone(), 4), Ok("off_same".into()));
    assert_eq!(next(&pod, offers.clone(), 2), Err("no_capacity"));
    let pod = tried(pod, "off_same");
    assert_eq!(next(&pod, offers, 4), Err("no_capacity"));
}

#[test]
fn nothing_below_the_floor_or_above_the_cap_stands_in() {
    let quoted = sample::offer("off_x");
    let worse = [
        Offer { provider_rate_usd_micros_per_hour: UsdMicrosPerHour(2_000_001), ..quoted.clone() },
        Offer { gpu: "H100 PCIe".into(), ..quoted.clone() },
        Offer { vcpus: 25, ..quoted.clone() },
        Offer { ram_gib: 199, ..quoted.clone() },
        Offer { gpu_memory_gib: 79, ..quoted.clone() },
        Offer { spot: true, ..quoted.clone() },
        Offer { stock: Stock::None, ..quoted.clone() },
        Offer {
            disk: crate::market::offer::DiskLimits { max_gib: 99, ..quoted.disk.clone() },
            ..quoted
        },
    ];
    let pod = tried(pod(), "off_quoted");
    for offer in worse {
        assert_eq!(next(&pod, vec![offer.clone()], 4), Err("no_capacity"), "{offer:?}");
    }
    assert_eq!(next(&pod, vec![sample::offer("off_x")], 4), Ok("off_x".into()));
}

#[test]
fn an_open_attempt_is_resumed_and_a_launched_one_is_done() {
    let open =
        pod().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), NOW).expect("it").pod;
    let step = open.launch_step(&market(Vec::new()), 4).expect("a step");
    assert!(matches!(step, LaunchStep::Resume(attempt) if attempt.number == 1));
    let second = open.clone().begin_attempt(sample::offer("off_same"), &sample::prefix(), NOW);
    assert!(second.is_err(), "two machines for one pod");
    let done = open.attempt_launched("m".into(), NOW).expect("an open attempt").pod;
    assert_eq!(done.launch_step(&market(Vec::new()), 4).ok(), Some(LaunchStep::Done));
    assert!(done.attempt_refused(NOW).is_err(), "closed twice");
}

#[test]
fn a_pod_that_ended_is_not_launched() {
    let reason = Reason { code: "x".into(), message: "x".into() };
    let open =
        pod().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), NOW).expect("it").pod;
    let failed = open.fail(reason, NOW).expect("it never ran").pod;
    let step = failed.launch_step(&market(Vec::new()), 4);
    assert_eq!(step.err().map(|error| error.code), Some("pod_over"));
    assert!(failed.attempt_launched("m".into(), NOW).is_err());
}

#[test]
fn a_machine_one_micro_dearer_breaks_the_promise() {
    let pod = pod();
    assert!(!pod.breaks_price(UsdMicrosPerHour(2_000_000)));
    assert!(pod.breaks_price(UsdMicrosPerHour(2_000_001)));
}

#[test]
fn a_try_is_begun_once_and_closed_once() {
    let step = pod().launch_step(&market(Vec::new()), 4).expect("a step");
    let LaunchStep::Try(next) = step else { unreachable!("a new pod tries the quoted offer") };
    let code = |refused: Result<Transition, Error>| refused.err().map(|error| error.code);
    let open = pod().begin_try(&next, &sample::prefix(), NOW).expect("provisioning").pod;
    assert_eq!(code(open.clone().begin_try(&next, &sample::prefix(), NOW)), Some("unavailable"));
    let launched = open.clone().close_try(1, Some("m"), NOW).expect("open").expect("a change").pod;
    assert_eq!(launched.outcome_of(1), Some(AttemptOutcome::Launched));
    assert_eq!(launched.clone().close_try(1, None, NOW).ok(), Some(None));
    assert_eq!(launched.outcome_of(2), None);
    let refused = open.clone().close_try(1, None, NOW).expect("open").expect("a change").pod;
    assert_eq!(refused.outcome_of(1), Some(AttemptOutcome::Refused));
    let over = open.fail(Reason::new("x", "x"), NOW).expect("it never ran").pod;
    assert_eq!(over.clone().close_try(1, Some("m"), NOW).ok(), Some(None));
    assert_eq!(code(over.begin_try(&next, &sample::prefix(), NOW)), Some("pod_over"));
}

#[test]
fn an_attempt_tells_what_came_of_it() {
    let open = || {
        pod().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), NOW).expect("it").pod
    };
    let launched = open().attempt_launched("m".into(), NOW).expect("open");
    let refused = open().attempt_refused(NOW).expect("open");
    assert_eq!(launched.event.message, "Lambda started a machine. Waiting for it to come up.");
    assert_eq!(refused.event.message, "Lambda has no capacity at this price.");
    assert_eq!((launched.pod.machine.is_some(), refused.pod.machine), (true, None));
}
