//! Which offer is tried when, and what an attempt may become.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::id::SnapshotId;
use crate::market::offer::{BillingTerms, CloudReading, DiskLimits, GpuThousandths};
use crate::market::region::place;
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
    match pod.launch_step(&market(offers), tries_max, NOW) {
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
        Offer { disk: DiskLimits { max_gib: 99, ..quoted.disk.clone() }, ..quoted.clone() },
        Offer { region: "europe-central-1".into(), ..quoted.clone() },
        Offer { region: "unspecified".into(), ..quoted.clone() },
        Offer { stoppable: false, ..quoted.clone() },
        Offer {
            terms: BillingTerms { billing_increment_secs: 61, minimum_secs: 60 },
            ..quoted.clone()
        },
        Offer {
            terms: BillingTerms { billing_increment_secs: 60, minimum_secs: 61 },
            ..quoted.clone()
        },
        // No dearer while it runs, since all of the disk is included, but dearer while it is stopped.
        Offer {
            disk: DiskLimits { rate_usd_micros_per_gib_hour: 138, ..quoted.disk.clone() },
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
fn whoever_takes_any_region_gets_one_and_keeps_everything_else() {
    let mut pod = tried(pod(), "off_quoted");
    let elsewhere = Offer { region: "europe-central-1".into(), ..sample::offer("off_elsewhere") };
    assert_eq!(next(&pod, vec![elsewhere.clone()], 4), Err("no_capacity"));
    pod.quote.configuration.any_region = true;
    let unstoppable = Offer { stoppable: false, ..elsewhere.clone() };
    assert_eq!(next(&pod, vec![unstoppable], 4), Err("no_capacity"));
    assert_eq!(next(&pod, vec![elsewhere], 4), Ok("off_elsewhere".into()));
}

/// An offer that differs from the sample in anything that a stand-in has to keep.
fn any_offer() -> impl Strategy<Value = Offer> {
    let regions = ["unspecified", "us-east-1", "us-west-1", "europe-central-1", "moon-1", "moon-2"];
    let place =
        (prop::sample::select(vec!["lambda", "aws"]), prop::sample::select(regions.to_vec()));
    let size = (79_u32..=81, 25_u32..=27, 199_u32..=201, 99_u32..=101, 99_u32..=101);
    let price = (1_999_999_i64..=2_000_001, 136_i64..=138);
    let terms = (59_u32..=61, 59_u32..=61);
    let rest = (any::<[bool; 4]>(), prop::sample::select(vec![Stock::None, Stock::Low]));
    (place, size, price, terms, rest).prop_map(|(place, size, price, terms, rest)| {
        let ([spot, stoppable, other_gpu, two], stock) = rest;
        Offer {
            provider: place.0.into(),
            region: place.1.into(),
            gpu: if other_gpu { "H100 PCIe".into() } else { "H100 SXM".into() },
            gpu_count: GpuThousandths(if two { 2_000 } else { 1_000 }),
            gpu_memory_gib: size.0,
            vcpus: size.1,
            ram_gib: size.2,
            disk: DiskLimits {
                included_gib: size.3,
                max_gib: size.4,
                rate_usd_micros_per_gib_hour: price.1,
            },
            spot,
            stoppable,
            stock,
            provider_rate_usd_micros_per_hour: UsdMicrosPerHour(price.0),
            terms: BillingTerms { billing_increment_secs: terms.0, minimum_secs: terms.1 },
            ..sample::offer("off_any")
        }
    })
}

/// One that differs from `of` in a few fields only: two of [`any_offer`] hardly ever fit.
fn near(of: Offer) -> impl Strategy<Value = Offer> {
    (any_offer(), any::<[u8; 8]>()).prop_map(move |(other, dice)| {
        let mut offer = of.clone();
        let changes = dice.map(|die| die < 64);
        if changes[0] {
            (offer.provider, offer.region) = (other.provider, other.region);
        }
        if changes[1] {
            (offer.gpu, offer.gpu_count) = (other.gpu, other.gpu_count);
        }
        if changes[2] {
            offer.gpu_memory_gib = other.gpu_memory_gib;
            (offer.vcpus, offer.ram_gib) = (other.vcpus, other.ram_gib);
        }
        if changes[3] {
            offer.disk = other.disk;
        }
        if changes[4] {
            offer.provider_rate_usd_micros_per_hour = other.provider_rate_usd_micros_per_hour;
        }
        if changes[5] {
            offer.terms = other.terms;
        }
        if changes[6] {
            (offer.spot, offer.stoppable) = (other.spot, other.stoppable);
        }
        if changes[7] {
            offer.stock = other.stock;
        }
        offer
    })
}

/// What is promised of `quoted` and does not hold of `offer`; nothing, if it can stand in.
fn broken(offer: &Offer, quoted: &Offer, disk_gib: u32, any_region: bool) -> Vec<&'static str> {
    let running = |it: &Offer| {
        let extra = i64::from(disk_gib.saturating_sub(it.disk.included_gib));
        it.provider_rate_usd_micros_per_hour.0 + extra * it.disk.rate_usd_micros_per_gib_hour
    };
    let stopped = |it: &Offer| it.disk.rate_usd_micros_per_gib_hour;
    let steps = |it: &Offer| (it.terms.billing_increment_secs, it.terms.minimum_secs);
    let same_cloud = (&offer.provider, &offer.region) == (&quoted.provider, &quoted.region);
    let country = |it: &Offer| place(&it.provider, &it.region);
    let same_country = country(offer).is_some() && country(offer) == country(quoted);
    let promised = any_region || quoted.region == "unspecified" || same_cloud || same_country;
    let kept = [
        ("stock", offer.stock != Stock::None),
        ("gpu", offer.gpus() == quoted.gpus()),
        ("memory", offer.gpu_memory_gib >= quoted.gpu_memory_gib),
        ("vcpus", offer.vcpus >= quoted.vcpus),
        ("ram", offer.ram_gib >= quoted.ram_gib),
        ("disk", offer.disk.max_gib >= disk_gib),
        ("spot", offer.spot == quoted.spot),
        ("price", running(offer) <= running(quoted)),
        ("stopped price", stopped(offer) <= stopped(quoted)),
        ("increment", steps(offer).0 <= steps(quoted).0),
        ("minimum", steps(offer).1 <= steps(quoted).1),
        ("stop", offer.stoppable || !quoted.stoppable),
        ("place", promised),
    ];
    kept.into_iter().filter(|(_, kept)| !kept).map(|(name, _)| name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_stand_in_keeps_all_that_was_chosen_and_what_keeps_it_stands_in(
        (quoted, offer) in any_offer().prop_flat_map(|quoted| (Just(quoted.clone()), near(quoted))),
        disk_gib in 99_u32..=101,
        any_region: bool,
    ) {
        let mut quote = sample::quote(NOW);
        quote.configuration.offer = quoted.clone();
        quote.configuration.disk_gib = disk_gib;
        quote.configuration.any_region = any_region;
        let broken = broken(&offer, &quoted, disk_gib, any_region);
        prop_assert_eq!(can_stand_in(&offer, &quote), broken.is_empty(), "{:?}", broken);
    }
}

#[test]
fn nothing_is_launched_at_a_cloud_that_rests_while_another_can_stand_in() {
    let other = Offer { provider: "runpod".into(), ..sample::offer("off_other") };
    let rests = |secs| {
        let mut market = market(vec![sample::offer("off_quoted"), other.clone()]);
        let reading = CloudReading {
            read_at: NOW,
            millis: 1,
            silent: false,
            resting_until: Some(NOW + SignedDuration::from_secs(secs)),
        };
        market.clouds.insert("lambda".into(), reading);
        market
    };
    let next = |pod: &Pod, market: &Snapshot| match pod.launch_step(market, 4, NOW) {
        Ok(LaunchStep::Try(next)) => Some(next.offer.id.0),
        _ => None,
    };
    assert_eq!(next(&pod(), &rests(1)).as_deref(), Some("off_other"));
    assert_eq!(next(&pod(), &rests(0)).as_deref(), Some("off_quoted"));
    // Where nothing can stand in, the cloud is tried all the same: it may be back.
    let mut alone = rests(1);
    alone.offers.truncate(1);
    assert_eq!(next(&pod(), &alone).as_deref(), Some("off_quoted"));
    assert_eq!(next(&tried(pod(), "off_other"), &rests(1)), None);
}

#[test]
fn an_open_attempt_is_resumed_and_a_launched_one_is_done() {
    let open =
        pod().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), NOW).expect("it").pod;
    let step = open.launch_step(&market(Vec::new()), 4, NOW).expect("a step");
    assert!(matches!(step, LaunchStep::Resume(attempt) if attempt.number == 1));
    let second = open.clone().begin_attempt(sample::offer("off_same"), &sample::prefix(), NOW);
    assert!(second.is_err(), "two machines for one pod");
    let done = open.attempt_launched("m".into(), NOW).expect("an open attempt").pod;
    assert_eq!(done.launch_step(&market(Vec::new()), 4, NOW).ok(), Some(LaunchStep::Done));
    assert!(done.attempt_refused(NOW).is_err(), "closed twice");
}

#[test]
fn a_pod_that_ended_is_not_launched() {
    let reason = Reason { code: "x".into(), message: "x".into() };
    let open =
        pod().begin_attempt(sample::offer("off_quoted"), &sample::prefix(), NOW).expect("it").pod;
    let failed = open.fail(reason, NOW).expect("it never ran").pod;
    let step = failed.launch_step(&market(Vec::new()), 4, NOW);
    assert_eq!(step.err().map(|error| error.code), Some("pod_over"));
    assert!(failed.attempt_launched("m".into(), NOW).is_err());
}

#[test]
fn a_machine_one_micro_dearer_breaks_the_promise() {
    let pod = pod();
    assert!(!pod.breaks_price(UsdMicrosPerHour(2_000_000)));
    assert!(pod.breaks_price(UsdMicrosPerHour(2_000_001)));
    let code = |rate| pod.check_price(UsdMicrosPerHour(rate)).err().map(|error| error.code);
    assert_eq!([code(2_000_000), code(2_000_001)], [None, Some("price_raised")]);
}

#[test]
fn a_try_is_begun_once_and_closed_once() {
    let step = pod().launch_step(&market(Vec::new()), 4, NOW).expect("a step");
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
