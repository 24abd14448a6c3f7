//! What a wallet's owner is told of its past.

use jiff::SignedDuration;

use super::*;
use crate::money::ledger::Entry;
use crate::money::metering::PodCapture;

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH
        .saturating_add(SignedDuration::from_hours(hour))
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn pod(number: u8) -> PodId {
    PodId::new(Timestamp::UNIX_EPOCH, [number; 10])
}

fn captured(number: u8, micros: i64) -> PodCapture {
    PodCapture {
        pod: pod(number),
        user_usd_micros: UsdMicros(micros),
        provider_usd_micros: UsdMicros(micros),
        waived_usd_micros: UsdMicros::ZERO,
    }
}

/// A wallet and its transactions, the oldest first.
fn posted(entries: &[(i64, Entry)]) -> (Wallet, Vec<Transaction>) {
    let (mut wallet, mut all) = (Wallet::default(), Vec::new());
    for (hour, entry) in entries {
        let (after, transaction) = wallet.post(entry, at(*hour)).expect("it posts");
        wallet = after;
        all.push(transaction);
    }
    (wallet, all)
}

fn month() -> (Wallet, Vec<Transaction>) {
    let grant = GrantId::new("signup").expect("a name");
    let (amount_usd_micros, expires_at) = (UsdMicros(100), at(40));
    let hold = |number, micros| Entry::Hold { pod: pod(number), amount_usd_micros: micros };
    posted(&[
        (1, Entry::Grant { grant, amount_usd_micros, expires_at }),
        (2, hold(1, UsdMicros(30))),
        (3, Entry::Capture { captures: vec![captured(1, 4)] }),
        (4, hold(2, UsdMicros(20))),
        (5, Entry::Capture { captures: vec![captured(1, 6), captured(2, 5)] }),
        (25, Entry::Capture { captures: vec![captured(2, 7)] }),
        (26, Entry::Release { pod: pod(1) }),
        (50, Entry::Deposit { amount_usd_micros: UsdMicros(1_000) }),
        (51, Entry::Capture { captures: vec![captured(2, 3)] }),
    ])
}

/// Kind, amount, balance and entries of each line.
fn told(lines: &[Charge]) -> Vec<(ChargeKind, i64, i64, u32)> {
    let one = |line: &Charge| {
        (line.kind, line.amount_usd_micros.0, line.balance_usd_micros.0, line.entries)
    };
    lines.iter().map(one).collect()
}

fn walked(mut walk: ChargeWalk, newest_first: &[Transaction]) -> ChargeWalk {
    for transaction in newest_first {
        walk.step(transaction).expect("it sums");
    }
    walk
}

#[test]
fn each_line_tells_what_was_left_and_the_usage_of_a_day_is_one() {
    let (wallet, mut all) = month();
    all.reverse();
    let lines = walked(ChargeWalk::begin(&wallet, at(60)).expect("it sums"), &all).lines(9);
    let expected = [
        (ChargeKind::Usage, -3, 1_005, 1),
        (ChargeKind::Deposit, 1_000, 1_008, 1),
        (ChargeKind::Expiry, -70, 8, 1),
        (ChargeKind::Usage, -7, 78, 1),
        (ChargeKind::Usage, -15, 85, 2),
        (ChargeKind::Grant, 100, 100, 1),
    ];
    assert_eq!(told(&lines), expected);
    let first_day = [(pod(1), UsdMicros(10)), (pod(2), UsdMicros(5))];
    assert_eq!(lines[4].pods, first_day.into());
    assert_eq!((lines[4].since, lines[4].at), (at(3), at(5)));
    assert_eq!(lines[2].grant, GrantId::new("signup"));
    assert_eq!(wallet.balance_at(at(60)).ok(), Some(UsdMicros(1_005)));
}

#[test]
fn credit_that_has_not_expired_yet_is_no_line() {
    let (wallet, mut all) = month();
    all.reverse();
    let lines = walked(ChargeWalk::begin(&wallet, at(39)).expect("it sums"), &all).lines(9);
    assert!(lines.iter().all(|line| line.kind != ChargeKind::Expiry), "{lines:?}");
    assert_eq!(lines.last().map(|line| line.balance_usd_micros), Some(UsdMicros(100)));
}

#[test]
fn a_walk_that_is_resumed_anywhere_tells_the_same() {
    let (wallet, mut all) = month();
    all.reverse();
    let now = at(60);
    let whole = walked(ChargeWalk::begin(&wallet, now).expect("it sums"), &all);
    for cut in 1..all.len() {
        let (newer, older) = all.split_at(cut);
        let first = walked(ChargeWalk::begin(&wallet, now).expect("it sums"), newer);
        let from = newer.last().map_or(now, |last| last.at);
        let rest = ChargeWalk::resume(&wallet, first.balance(), from, now);
        let lines = [first.lines(99), walked(rest, older).lines(99)].concat();
        let sum =
            |lines: &[Charge]| -> i64 { lines.iter().map(|line| line.amount_usd_micros.0).sum() };
        assert_eq!(sum(&lines), sum(&whole.charges), "cut at {cut}");
        for line in &lines {
            let same = whole.charges.iter().any(|one| {
                one.balance_usd_micros == line.balance_usd_micros
                    || (one.since..=one.at).contains(&line.at)
            });
            assert!(same, "{line:?} after a cut at {cut}");
        }
        let last = lines.last().expect("a line");
        assert_eq!(last.balance_usd_micros, last.amount_usd_micros, "cut at {cut}");
    }
}

#[test]
fn credit_ends_before_what_happens_in_the_second_it_expires() {
    let grant = GrantId::new("signup").expect("a name");
    let (wallet, mut all) = posted(&[
        (1, Entry::Grant { grant, amount_usd_micros: UsdMicros(100), expires_at: at(40) }),
        (40, Entry::Deposit { amount_usd_micros: UsdMicros(1_000) }),
    ]);
    all.reverse();
    let lines = walked(ChargeWalk::begin(&wallet, at(60)).expect("it sums"), &all).lines(9);
    let expected = [
        (ChargeKind::Deposit, 1_000, 1_000, 1),
        (ChargeKind::Expiry, -100, 0, 1),
        (ChargeKind::Grant, 100, 100, 1),
    ];
    assert_eq!(told(&lines), expected);
    assert_eq!((&lines[2].grant, &lines[0].grant), (&GrantId::new("signup"), &None));
}

#[test]
fn credit_that_was_spent_in_time_does_not_expire() {
    let grant = GrantId::new("signup").expect("a name");
    let (wallet, mut all) = posted(&[
        (1, Entry::Grant { grant, amount_usd_micros: UsdMicros(100), expires_at: at(40) }),
        (2, Entry::Hold { pod: pod(1), amount_usd_micros: UsdMicros(100) }),
        (3, Entry::Capture { captures: vec![captured(1, 100)] }),
        (50, Entry::Deposit { amount_usd_micros: UsdMicros(1_000) }),
    ]);
    all.reverse();
    let lines = walked(ChargeWalk::begin(&wallet, at(60)).expect("it sums"), &all).lines(9);
    let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [ChargeKind::Deposit, ChargeKind::Usage, ChargeKind::Grant]);
}

#[test]
fn a_walk_counts_the_lines_it_has_so_far() {
    let (wallet, mut all) = month();
    all.reverse();
    let start = ChargeWalk::begin(&wallet, at(60)).expect("it sums");
    assert_eq!((start.len(), start.is_empty()), (0, true));
    let whole = walked(start, &all);
    assert_eq!((whole.len(), whole.is_empty()), (6, false));
    assert_eq!(whole.lines(2).len(), 2);
}
