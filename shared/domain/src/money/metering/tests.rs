//! Captures end at the same sum however often, late or seldom the meter runs.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow here fails the test")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::id::PodId;
use crate::money::{UsdMicros, UsdMicrosPerHour};

/// Plenty.
const ALL: UsdMicros = UsdMicros(1_000_000_000_000);
const RULES: FundingRules = FundingRules {
    hold_secs: 3_600,
    stopped_hold_secs: 86_400,
    extend_secs: 900,
    warning_secs: 1_800,
};

fn at(secs: i64) -> Timestamp {
    // 23:00 of a day, so that an hour on there is a midnight.
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(23 * 3_600 + secs)
}

fn usage(clock: UsageClock, rate: i64) -> PodUsage {
    let rates =
        |rate: i64| Rates { running: UsdMicrosPerHour(rate), stopped: UsdMicrosPerHour(rate / 10) };
    let pod = PodId::new(Timestamp::UNIX_EPOCH, [1; 10]);
    PodUsage { pod, clock, user_rates: rates(rate), provider_rates: rates(rate * 9 / 10) }
}

fn running_from(secs: i64) -> UsageClock {
    UsageClock::default().begin(Phase::Running, at(secs))
}

fn fresh(usage: &PodUsage) -> Metered {
    Metered::new(usage.pod.clone())
}

fn captured(
    before: &Metered,
    usage: &PodUsage,
    held: UsdMicros,
    secs: i64,
) -> Result<Metered, Error> {
    Ok(before.capture(usage, held, at(secs))?.map_or_else(|| before.clone(), |(after, _)| after))
}

#[test]
fn minutes_add_no_rounding() -> Result<(), Error> {
    let usage = usage(running_from(0), 1_000_001);
    let mut metered = fresh(&usage);
    for minute in 1..=60 {
        metered = captured(&metered, &usage, ALL, minute * 60)?;
    }
    assert_eq!(metered.captured_usd_micros, UsdMicros(1_000_001));
    assert_eq!(metered.provider_usd_micros, UsdMicros(900_000));
    Ok(())
}

#[test]
fn an_instant_already_captured_takes_nothing() -> Result<(), Error> {
    let usage = usage(running_from(0), 3_600_000);
    let metered = captured(&fresh(&usage), &usage, ALL, 60)?;
    assert_eq!(metered.captured_usd_micros, UsdMicros(60_000));
    for earlier_or_same in [60, 59, 1, 0] {
        assert_eq!(metered.capture(&usage, ALL, at(earlier_or_same))?, None);
    }
    Ok(())
}

#[test]
fn a_pod_that_never_ran_costs_nothing() -> Result<(), Error> {
    let usage = usage(UsageClock::default(), 3_600_000);
    assert_eq!(fresh(&usage).capture(&usage, ALL, at(1_000_000))?, None);
    Ok(())
}

#[test]
fn a_stretch_ends_where_it_began_when_clocks_disagree() {
    let clock = running_from(10).end(at(5));
    assert_eq!(clock.until(at(100)), Seconds::default());
}

#[test]
fn a_midnight_divides_the_days_and_no_second_is_lost() -> Result<(), Error> {
    let usage = usage(running_from(3_599), 3_600_000);
    let metered = captured(&fresh(&usage), &usage, ALL, 3_602)?;
    let days: Vec<_> = metered.days.values().map(|day| day.seconds.running).collect();
    assert_eq!(days, [1, 2]);
    Ok(())
}

#[test]
fn what_no_held_money_covers_is_waived_for_good() -> Result<(), Error> {
    let usage = usage(running_from(0), 3_600_000);
    let (metered, capture) = fresh(&usage)
        .capture(&usage, UsdMicros(60_000), at(61))?
        .ok_or_else(|| Error::not_found("capture"))?;
    assert_eq!(metered.captured_usd_micros, UsdMicros(60_000));
    assert_eq!(capture.waived_usd_micros, UsdMicros(1_000));
    let later = captured(&metered, &usage, ALL, 62)?;
    assert_eq!(later.captured_usd_micros, UsdMicros(61_000));
    Ok(())
}

#[test]
fn a_full_hold_pays_to_the_second() -> Result<(), Error> {
    let usage = usage(running_from(0), 3_600_000);
    let until = |held| funded_until(&usage, &fresh(&usage), UsdMicros(held));
    assert_eq!(until(3_600_000)?, Some(at(3_600)));
    assert_eq!(until(3_599_999)?, Some(at(3_599)));
    assert_eq!(until(0)?, Some(at(0)));
    // What was captured meanwhile changes nothing.
    let metered = captured(&fresh(&usage), &usage, UsdMicros(3_600_000), 600)?;
    assert_eq!(funded_until(&usage, &metered, UsdMicros(3_000_000))?, Some(at(3_600)));
    Ok(())
}

#[test]
fn a_stopped_pod_is_funded_by_its_own_rate() -> Result<(), Error> {
    let clock = running_from(0).begin(Phase::Stopped, at(100));
    let usage = usage(clock, 3_600_000);
    let metered = captured(&fresh(&usage), &usage, ALL, 100)?;
    assert_eq!(funded_until(&usage, &metered, UsdMicros(360_000))?, Some(at(100 + 3_600)));
    Ok(())
}

#[test]
fn a_pod_that_changes_to_and_fro_is_funded_by_what_each_phase_left() -> Result<(), Error> {
    let clock = running_from(0).begin(Phase::Stopped, at(100)).begin(Phase::Running, at(200));
    let running = usage(clock.clone(), 3_600_000);
    let metered = captured(&fresh(&running), &running, ALL, 200)?;
    assert_eq!(funded_until(&running, &metered, UsdMicros(3_600_000))?, Some(at(200 + 3_600)));
    let stopped = usage(clock.begin(Phase::Stopped, at(300)), 3_600_000);
    let metered = captured(&metered, &stopped, ALL, 300)?;
    assert_eq!(funded_until(&stopped, &metered, UsdMicros(360_000))?, Some(at(300 + 3_600)));
    Ok(())
}

#[test]
fn a_hold_pays_for_a_month_at_most_and_for_nothing_where_nothing_is_charged() -> Result<(), Error> {
    let until = |rate| {
        let usage = usage(running_from(0), rate);
        funded_until(&usage, &fresh(&usage), ALL)
    };
    assert_eq!(until(1)?, Some(at(31 * 86_400)));
    assert_eq!(until(0)?, None);
    let over = usage(running_from(0).end(at(60)), 3_600_000);
    assert_eq!(funded_until(&over, &fresh(&over), ALL)?, None);
    Ok(())
}

#[test]
fn no_instant_is_captured_twice_even_where_its_clock_tells_more_by_then() -> Result<(), Error> {
    let stopped = running_from(0).begin(Phase::Stopped, at(60));
    let before = usage(stopped.clone(), 3_600_000);
    let metered = captured(&fresh(&before), &before, ALL, 100)?;
    // The clock of the function that started it again is five seconds behind.
    let again = usage(stopped.begin(Phase::Running, at(95)), 3_600_000);
    assert_eq!(metered.capture(&again, ALL, at(100))?, None);
    assert!(metered.capture(&again, ALL, at(101))?.is_some());
    Ok(())
}

#[test]
fn stretches_are_counted_as_they_begin_and_the_last_one_is_known_when_it_ended() {
    assert_eq!(UsageClock::default().begun(), 0);
    assert_eq!(UsageClock::default().last(), None);
    let clock = running_from(0).begin(Phase::Stopped, at(100)).end(at(150));
    assert_eq!(clock.begun(), 2);
    let last = Stretch { phase: Phase::Stopped, since: at(100), until: Some(at(150)) };
    assert_eq!((clock.last(), clock.present()), (Some(last), None));
}

#[test]
fn a_clock_that_drops_old_stretches_loses_no_second() {
    let clock = (0..100).fold(UsageClock::default(), |clock, number| {
        let phase = if number % 2 == 0 { Phase::Running } else { Phase::Stopped };
        clock.begin(phase, at(number * 10))
    });
    assert_eq!(clock.until(at(1_000)), Seconds { running: 500, stopped: 500 });
    assert_eq!(clock.begun(), 100);
    assert_eq!(clock.began_at(), Some(at((100 - 32) * 10)));
}

/// A pod whose machine runs since the beginning and that is funded for an hour.
fn facts(usage: &PodUsage, available: i64, now_secs: i64) -> FundingFacts<'_> {
    FundingFacts {
        usage,
        machine_since: Some(at(0)),
        funded_until: at(3_600),
        available: UsdMicros(available),
        now: at(now_secs),
    }
}

#[test]
fn an_extension_is_named_by_what_it_extends() -> Result<(), Error> {
    let running = usage(running_from(0), 3_600_000);
    let hold = |usage: &PodUsage| {
        let extension = RULES.extension(&facts(usage, 50_000_000, 3_000))?;
        Ok::<_, Error>(extension.map(|extension| extension.hold))
    };
    assert_eq!(hold(&running)?, Some(HoldFor::More(at(0), at(3_600))));
    let stopped = usage(running_from(0).begin(Phase::Stopped, at(100)), 3_600_000);
    assert_eq!(hold(&stopped)?, Some(HoldFor::KeepMore(2, at(3_600))));
    let over = usage(running_from(0).end(at(100)), 3_600_000);
    assert_eq!(hold(&over)?, None);
    let unlaunched = FundingFacts { machine_since: None, ..facts(&running, 50_000_000, 3_000) };
    assert_eq!(RULES.extension(&unlaunched)?, None);
    Ok(())
}

#[test]
fn an_owner_is_warned_when_all_their_money_ends_soon_and_not_after_it_ended() {
    let usage = usage(running_from(0), 3_600_000);
    let warns = |available, now_secs| RULES.warns(&facts(&usage, available, now_secs));
    assert!(!warns(0, 1_799), "more than half an hour is left");
    assert!(warns(0, 1_800));
    assert!(warns(1_800_000, 1_800), "and half an hour more could be held");
    assert!(!warns(1_801_000, 1_800));
    assert!(warns(0, 3_599));
    assert!(!warns(0, 3_600), "it has ended");
    let over = PodUsage { clock: usage.clock.clone().end(at(100)), ..usage.clone() };
    assert!(!RULES.warns(&facts(&over, 0, 1_800)));
}

#[test]
fn a_hold_is_extended_in_time_and_by_what_there_is() -> Result<(), Error> {
    let usage = usage(running_from(0), 3_600_000);
    let more = |left: i64, available| {
        let facts = facts(&usage, available, 3_600 - left);
        let extension = RULES.extension(&facts)?;
        Ok::<_, Error>(extension.map(|extension| extension.amount_usd_micros))
    };
    assert_eq!(more(901, 50_000_000)?, None);
    assert_eq!(more(900, 50_000_000)?, Some(UsdMicros(3_600_000)));
    assert_eq!(more(900, 1_000_000)?, Some(UsdMicros(1_000_000)));
    assert_eq!(more(900, 59_999)?, None, "less than a minute is not worth a hold");
    assert_eq!(more(1_700, 100_000)?, Some(UsdMicros(100_000)), "all the money ends soon");
    assert_eq!(more(1_700, 101_000)?, None);
    Ok(())
}

#[test]
fn nothing_more_is_held_where_nothing_is_charged() -> Result<(), Error> {
    let free = usage(running_from(0), 0);
    assert_eq!(RULES.extension(&facts(&free, 50_000_000, 3_000))?, None);
    Ok(())
}

/// A clock of alternating stretches of these lengths.
fn clock_of(lengths: &[i64]) -> (UsageClock, i64) {
    let mut clock = UsageClock::default();
    let mut now = 0;
    for (number, length) in lengths.iter().enumerate() {
        let phase = if number % 2 == 0 { Phase::Running } else { Phase::Stopped };
        clock = clock.begin(phase, at(now));
        now += length;
    }
    (clock.end(at(now)), now)
}

proptest! {
    #[test]
    fn any_runs_of_the_meter_end_at_the_same_account(
        lengths in prop::collection::vec(0_i64..200_000, 1..7),
        mut instants in prop::collection::vec(0_i64..1_500_000, 0..12),
        rate in 0_i64..40_000_000,
    ) {
        let (clock, end) = clock_of(&lengths);
        let usage = usage(clock, rate);
        let once = captured(&fresh(&usage), &usage, ALL, end).unwrap();
        instants.push(end);
        let often = instants.iter().try_fold(fresh(&usage), |metered, instant| {
            captured(&metered, &usage, ALL, *instant)
        }).unwrap();
        prop_assert_eq!(&often.days, &once.days);
        prop_assert_eq!(often.captured_usd_micros, once.captured_usd_micros);
        let due = usage.user_rates.due_rounded_down(usage.clock.until(at(end))).unwrap();
        prop_assert_eq!(once.captured_usd_micros, due);
        let by_day: i64 = once.days.values().map(|day| day.captured_usd_micros.0).sum();
        prop_assert_eq!(UsdMicros(by_day), due);
    }

    #[test]
    fn no_more_is_taken_than_is_held_and_the_rest_is_waived(
        lengths in prop::collection::vec(0_i64..200_000, 1..5),
        held in 0_i64..5_000_000,
        rate in 0_i64..4_000_000,
    ) {
        let (clock, end) = clock_of(&lengths);
        let usage = usage(clock, rate);
        let metered = captured(&fresh(&usage), &usage, UsdMicros(held), end).unwrap();
        prop_assert!(metered.captured_usd_micros <= UsdMicros(held));
        let due = usage.user_rates.due_rounded_down(usage.clock.until(at(end))).unwrap();
        prop_assert_eq!(metered.captured_usd_micros.0 + metered.waived_usd_micros.0, due.0);
    }

    #[test]
    fn running_until_the_funded_instant_never_waives_anything(
        held in 1_i64..50_000_000,
        rate in 1_000_i64..40_000_000,
    ) {
        let usage = usage(running_from(0), rate);
        let until = funded_until(&usage, &fresh(&usage), UsdMicros(held)).unwrap().unwrap();
        let captured = fresh(&usage).capture(&usage, UsdMicros(held), until).unwrap();
        let Some((_, capture)) = captured else { return Ok(()) };
        prop_assert_eq!(capture.waived_usd_micros, UsdMicros(0));
    }
}
