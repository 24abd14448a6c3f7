//! All invoices together are what was captured, and a month is closed only when it is over.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow here fails the test")]

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::money::UsdMicrosPerHour;
use crate::money::ledger::{Source, WalletAccount};
use crate::money::metering::{METER_LAG_SECS, Phase, Rates, UsageClock};

/// Plenty.
const ALL: UsdMicros = UsdMicros(1_000_000_000_000);

fn period(text: &str) -> Period {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// Seconds after the last hour of October 2026 began.
fn at(secs: i64) -> Timestamp {
    period("2026-11").start() + SignedDuration::from_secs(secs - 3_600)
}

fn usage(clock: UsageClock, rate: i64) -> PodUsage {
    let rates =
        |rate: i64| Rates { running: UsdMicrosPerHour(rate), stopped: UsdMicrosPerHour(rate / 10) };
    let pod = PodId::new(Timestamp::UNIX_EPOCH, [1; 10]);
    PodUsage { pod, clock, user_rates: rates(rate), provider_rates: rates(rate) }
}

fn captured(before: Metered, usage: &PodUsage, held: UsdMicros, at: Timestamp) -> Metered {
    let capture = before.capture(usage, held, at);
    capture.unwrap_or_else(|error| panic!("{error}")).map_or(before, |(after, _)| after)
}

fn customer(mode: Mode) -> Customer {
    let (now, entropy) = (Timestamp::UNIX_EPOCH, [2; 10]);
    Customer { tenant_id: TenantId::new(now, entropy), user_id: UserId::new(now, entropy), mode }
}

fn label() -> PodLabel {
    PodLabel { pod_name: "trial".into(), gpu: "H100 SXM".into() }
}

fn invoice(metered: &Metered, period: Period) -> Result<Invoice, Error> {
    let accounts = [(metered.clone(), label())];
    Invoice::of(&customer(Mode::Sandbox), period, &Wallet::default(), &accounts)
}

#[test]
fn a_period_is_a_calendar_month_of_utc() {
    let november = period("2026-11");
    assert_eq!(november.start().to_string(), "2026-11-01T00:00:00Z");
    assert_eq!(november.end().to_string(), "2026-12-01T00:00:00Z");
    assert_eq!(november.previous().to_string(), "2026-10");
    assert_eq!(period("2026-12").next().to_string(), "2027-01");
    assert_eq!(period("2027-01").previous(), period("2026-12"));
    assert_eq!(Period::of(november.start()), november);
    assert_eq!(Period::of(november.end()), november.next());
    assert_eq!(Period::of(november.start() - SignedDuration::from_nanos(1)).next(), november);
    assert!(november.contains(november.first_day()));
    assert!(!november.contains(november.next().first_day()));
}

#[test]
fn only_a_month_spells_a_period() {
    for text in ["", "2026", "2026-13", "2026-00", "2026-1", "202-11", "2026-11-01", "2026-+1"] {
        assert_eq!(text.parse::<Period>(), Err(NoPeriod), "{text}");
    }
    for text in ["9999-01", "1969-12", "x026-11", "2026-1١"] {
        assert_eq!(text.parse::<Period>(), Err(NoPeriod), "{text}");
    }
    assert_eq!(serde_json::to_string(&period("2026-11")).ok().as_deref(), Some("\"2026-11\""));
}

#[test]
fn usage_across_the_end_of_a_month_is_divided_there() -> Result<(), Error> {
    let usage = usage(UsageClock::default().begin(Phase::Running, at(0)), 3_600_001);
    let metered = captured(Metered::new(usage.pod.clone()), &usage, ALL, at(3_600 + 5));
    let october = invoice(&metered, period("2026-10"))?;
    let november = invoice(&metered, period("2026-11"))?;
    assert_eq!(october.lines[0].running_secs, 3_600);
    assert_eq!(october.total_usd_micros, UsdMicros(3_600_001));
    assert_eq!(november.lines[0].running_secs, 5);
    assert_eq!(november.total_usd_micros, UsdMicros(5_000));
    Ok(())
}

#[test]
fn a_month_without_usage_makes_no_invoice() -> Result<(), Error> {
    let usage = usage(UsageClock::default().begin(Phase::Running, at(0)), 3_600_000);
    let metered = captured(Metered::new(usage.pod.clone()), &usage, ALL, at(60));
    let december = invoice(&metered, period("2026-12"))?;
    assert_eq!((december.lines.len(), december.total_usd_micros), (0, UsdMicros::ZERO));
    assert_eq!(december.issued(at(90)), None);
    let october = invoice(&metered, period("2026-10"))?.issued(at(90));
    let october = october.ok_or_else(|| Error::not_found("invoice"))?;
    assert_eq!((october.status, october.issued_at), (InvoiceStatus::Final, Some(at(90))));
    Ok(())
}

#[test]
fn nothing_is_due_when_prepaid_and_what_cash_owes_is_due_with_credit_terms() -> Result<(), Error> {
    let november = period("2026-11");
    let due_of = |cash: i64, limit: i64| {
        let wallet = Wallet {
            balances: [(WalletAccount::Free(Source::Cash), UsdMicros(cash))].into(),
            credit_limit_usd_micros: UsdMicros(limit),
            ..Wallet::default()
        };
        let invoice = Invoice::of(&customer(Mode::Live), november, &wallet, &[])?;
        Ok::<_, Error>(invoice.due_usd_micros.0)
    };
    assert_eq!((due_of(70, 0)?, due_of(70, 100)?, due_of(-70, 100)?), (0, 0, 70));
    Ok(())
}

#[test]
fn a_number_names_customer_month_and_mode() {
    let november = period("2026-11");
    let live = customer(Mode::Live).number(november);
    assert!(live.starts_with("INV-2026-11-") && live.len() == 22, "{live}");
    assert!(customer(Mode::Sandbox).number(november).starts_with("TEST-2026-11-"));
}

#[test]
fn a_month_can_be_closed_once_it_is_past_and_captured() {
    let (october, end) = (period("2026-10"), at(3_600));
    let past = end + SignedDuration::from_secs(METER_LAG_SECS);
    let usage_ = usage(UsageClock::default().begin(Phase::Running, at(0)), 3_600_000);
    let half = captured(Metered::new(usage_.pod.clone()), &usage_, ALL, at(1_800));
    let whole = captured(half.clone(), &usage_, ALL, end);
    assert!(!half.is_captured(&usage_, october, past));
    assert!(whole.is_captured(&usage_, october, past));
    assert!(!whole.is_captured(&usage_, october, past - SignedDuration::from_secs(1)));
    // One that ended before is done with its last capture, whenever that was.
    let ended = usage(usage_.clock.end(at(1_800)), 3_600_000);
    assert!(half.is_captured(&ended, october, past));
    // One that began only later has nothing to capture.
    let later = usage(UsageClock::default().begin(Phase::Running, end), 3_600_000);
    assert!(Metered::new(later.pod.clone()).is_captured(&later, october, past));
}

#[test]
fn no_month_is_closed_before_every_clock_has_seen_its_end() {
    let october = period("2026-10");
    let past = october.end() + SignedDuration::from_secs(METER_LAG_SECS);
    let before = past - SignedDuration::from_millis(1);
    assert_eq!([true, false].map(|all| october.closing(all, before)), [Closing::Wait; 2]);
    assert_eq!(october.closing(true, past), Closing::Issue);
    assert_eq!(october.closing(false, past), Closing::Capture);
}

/// A clock of alternating stretches of these lengths, and when it ended.
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
    fn the_invoices_of_all_months_sum_to_what_was_captured(
        lengths in prop::collection::vec(0_i64..4_000_000, 1..5),
        instants in prop::collection::vec(0_i64..16_000_000, 0..10),
        midnights in prop::collection::vec(0_i64..180, 0..6),
        held in 0_i64..2_000_000_000,
        rate in 0_i64..40_000_000,
    ) {
        let (clock, end) = clock_of(&lengths);
        let usage = usage(clock, rate);
        let midnights = midnights.iter().map(|day| 3_600 + day * 86_400);
        let mut all: Vec<i64> = instants.into_iter().chain(midnights).chain([end]).collect();
        all.sort_unstable();
        let mut metered = Metered::new(usage.pod.clone());
        let mut finals: Vec<Invoice> = Vec::new();
        for instant in all {
            // What is held shrinks by what was captured, as in a wallet.
            let left = UsdMicros(held).minus(metered.captured_usd_micros).unwrap();
            metered = captured(metered, &usage, left, at(instant));
            // Each month that is captured is closed, once.
            let open = finals.last().map_or(period("2026-10"), |last| last.period.next());
            if metered.is_captured(&usage, open, at(instant)) {
                finals.push(invoice(&metered, open).unwrap());
            }
        }
        let open = finals.last().map_or(period("2026-10"), |last| last.period.next());
        let rest = std::iter::successors(Some(open), |period| Some(period.next())).take(12);
        finals.extend(rest.map(|period| invoice(&metered, period).unwrap()));
        let total: i64 = finals.iter().map(|invoice| invoice.total_usd_micros.0).sum();
        prop_assert_eq!(UsdMicros(total), metered.captured_usd_micros);
        let lines = finals.iter().flat_map(|invoice| &invoice.lines);
        let amounts: i64 = lines.clone().map(|line| line.amount_usd_micros.0).sum();
        prop_assert_eq!(amounts, total);
        let running: i64 = lines.map(|line| line.running_secs).sum();
        prop_assert_eq!(running, metered.seconds.running);
        let periods: BTreeSet<_> = finals.iter().map(|invoice| invoice.period).collect();
        prop_assert_eq!(periods.len(), finals.len());
    }
}
