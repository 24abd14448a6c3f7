//! The ledger's rules over random histories, and its boundaries one micro-dollar either side.

#![expect(clippy::arithmetic_side_effects, reason = "an overflow here fails the test")]

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::id::PodId;
use crate::money::UsdMicros;
use crate::money::metering::{MachineBill, PodCapture};

fn at(secs: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
}

fn pod(number: u8) -> PodId {
    PodId::new(Timestamp::UNIX_EPOCH, [number; 10])
}

fn grant(name: &str) -> GrantId {
    GrantId::new(name).unwrap_or_else(|| unreachable!("a fixed name"))
}

fn posted(wallet: &Wallet, entry: &Entry, now: i64) -> Wallet {
    wallet.post(entry, at(now)).unwrap_or_else(|refusal| panic!("{entry:?}: {refusal}")).0
}

fn granted(wallet: &Wallet, name: &str, micros: i64, expires: i64) -> Wallet {
    let amount_usd_micros = UsdMicros(micros);
    posted(
        wallet,
        &Entry::Grant { grant: grant(name), amount_usd_micros, expires_at: at(expires) },
        0,
    )
}

fn hold(number: u8, micros: i64) -> Entry {
    Entry::Hold { pod: pod(number), amount_usd_micros: UsdMicros(micros) }
}

#[test]
fn a_hold_of_everything_fits_and_one_micro_more_does_not() {
    let wallet = granted(&Wallet::default(), "signup", 1_000, 100);
    assert!(wallet.post(&hold(1, 1_000), at(1)).is_ok());
    assert!(matches!(
        wallet.post(&hold(1, 1_001), at(1)),
        Err(Refusal::InsufficientFunds { needed: UsdMicros(1_001), available: UsdMicros(1_000) })
    ));
}

#[test]
fn grants_are_spent_before_cash_and_the_oldest_expiry_first() {
    let wallet = granted(&Wallet::default(), "late", 100, 200);
    let wallet = granted(&wallet, "early", 100, 100);
    let wallet = posted(&wallet, &Entry::Deposit { amount_usd_micros: UsdMicros(100) }, 1);
    let wallet = posted(&wallet, &hold(1, 250), 2);
    let parts: BTreeMap<_, _> = wallet.held_for(&pod(1)).into_iter().collect();
    assert_eq!(parts.get(&Source::Grant(grant("early"))), Some(&UsdMicros(100)));
    assert_eq!(parts.get(&Source::Grant(grant("late"))), Some(&UsdMicros(100)));
    assert_eq!(parts.get(&Source::Cash), Some(&UsdMicros(50)));
}

#[test]
fn an_expired_grant_pays_for_nothing_from_the_very_second() {
    let wallet = granted(&Wallet::default(), "signup", 1_000, 100);
    assert!(wallet.post(&hold(1, 1), at(99)).is_ok());
    assert!(wallet.post(&hold(1, 1), at(100)).is_err());
    assert_eq!(wallet.available(at(100)).ok(), Some(UsdMicros::ZERO));
}

#[test]
fn a_release_gives_each_part_back_to_where_it_came_from() {
    let before = granted(&Wallet::default(), "signup", 30, 100);
    let before = posted(&before, &Entry::Deposit { amount_usd_micros: UsdMicros(70) }, 1);
    let held = posted(&before, &hold(1, 60), 2);
    let after = posted(&held, &Entry::Release { pod: pod(1) }, 3);
    assert_eq!(after.balances, before.balances);
    assert!(matches!(
        after.post(&Entry::Release { pod: pod(1) }, at(4)),
        Err(Refusal::NothingHeld)
    ));
}

#[test]
fn credit_terms_are_used_to_the_limit_and_not_beyond() {
    let wallet = Wallet { credit_limit_usd_micros: UsdMicros(50), ..Wallet::default() };
    assert!(wallet.post(&hold(1, 50), at(0)).is_ok());
    assert!(wallet.post(&hold(1, 51), at(0)).is_err());
}

fn capture(number: u8, user: i64, provider: i64, waived: i64) -> PodCapture {
    PodCapture {
        pod: pod(number),
        user_usd_micros: UsdMicros(user),
        provider_usd_micros: UsdMicros(provider),
        waived_usd_micros: UsdMicros(waived),
    }
}

/// The lines on accounts of ours.
fn house(transaction: &Transaction) -> Vec<(House, i64)> {
    let of_house = |line: &Posting| match line.account {
        LedgerAccount::House(house) => Some((house, line.amount_usd_micros.0)),
        LedgerAccount::Wallet(_) => None,
    };
    transaction.postings.iter().filter_map(of_house).collect()
}

#[test]
fn a_capture_spends_held_grants_before_held_cash_and_splits_cost_from_margin() {
    let wallet = granted(&Wallet::default(), "signup", 100, 50);
    let wallet = posted(&wallet, &Entry::Deposit { amount_usd_micros: UsdMicros(100) }, 1);
    let wallet = posted(&wallet, &hold(1, 150), 2);
    // The grant expired meanwhile: what is held of it is still spent.
    let entry = Entry::Capture { captures: vec![capture(1, 120, 90, 0)] };
    let (after, transaction) = wallet.post(&entry, at(60)).expect("enough is held");
    assert_eq!(after.held_for(&pod(1)), [(Source::Cash, UsdMicros(30))]);
    assert_eq!(house(&transaction), [(House::ProviderCost, 90), (House::Margin, 30)]);
}

#[test]
fn more_than_is_held_for_the_very_pod_is_never_captured() {
    let wallet = granted(&Wallet::default(), "signup", 1_000, 50);
    let wallet = posted(&posted(&wallet, &hold(1, 100), 1), &hold(2, 100), 1);
    let entry = Entry::Capture { captures: vec![capture(1, 101, 90, 0)] };
    assert!(matches!(wallet.post(&entry, at(2)), Err(Refusal::Fault(_))));
}

#[test]
fn what_no_money_covers_is_our_overrun_and_not_a_negative_margin() {
    let wallet = granted(&Wallet::default(), "signup", 100, 50);
    let wallet = posted(&wallet, &hold(1, 100), 1);
    let entry = Entry::Capture { captures: vec![capture(1, 100, 130, 60)] };
    let (_, transaction) = wallet.post(&entry, at(2)).expect("enough is held");
    assert_eq!(house(&transaction), [(House::ProviderCost, 130), (House::Overrun, -30)]);
}

#[test]
fn what_we_earn_or_lose_on_what_was_paid_is_margin_and_never_overrun() {
    let wallet = granted(&Wallet::default(), "signup", 200, 50);
    let wallet = posted(&posted(&wallet, &hold(1, 100), 1), &hold(2, 100), 1);
    let of = |captures: Vec<PodCapture>| {
        let (_, transaction) = wallet.post(&Entry::Capture { captures }, at(2)).expect("held");
        house(&transaction)
    };
    let cost = House::ProviderCost;
    assert_eq!(of(vec![capture(1, 100, 90, 60)]), [(cost, 90), (House::Margin, 10)]);
    assert_eq!(of(vec![capture(1, 90, 91, 0)]), [(cost, 91), (House::Margin, -1)]);
    assert_eq!(of(vec![capture(1, 90, 90, 5)]), [(cost, 90)]);
    let both = of(vec![capture(1, 100, 130, 60), capture(2, 100, 80, 0)]);
    assert_eq!(both, [(cost, 210), (House::Margin, 20), (House::Overrun, -30)]);
}

#[test]
fn what_a_machine_cost_us_is_paid_by_the_account_that_each_part_belongs_to() {
    let bill = MachineBill {
        carry_usd_micros: UsdMicros(50),
        overrun_usd_micros: UsdMicros(7),
        rounding_usd_micros: UsdMicros(-2),
    };
    let wallet = granted(&Wallet::default(), "signup", 100, 50);
    let (after, transaction) =
        wallet.post(&Entry::Machine { pod: pod(1), bill }, at(2)).expect("it posts");
    let lines = [
        (House::ActivationCarry, -50),
        (House::Overrun, -7),
        (House::ProviderRounding, 2),
        (House::ProviderCost, 55),
    ];
    assert_eq!(house(&transaction), lines);
    assert_eq!(after.balances, wallet.balances);
}

#[test]
fn what_is_held_is_the_sum_over_its_sources_and_pods() {
    let wallet = granted(&Wallet::default(), "signup", 100, 50);
    let wallet = posted(&wallet, &Entry::Deposit { amount_usd_micros: UsdMicros(100) }, 1);
    let wallet = posted(&posted(&wallet, &hold(1, 150), 2), &hold(2, 20), 2);
    assert_eq!(wallet.total_held_for(&pod(1)).ok(), Some(UsdMicros(150)));
    assert_eq!(wallet.total_held_for(&pod(2)).ok(), Some(UsdMicros(20)));
    assert_eq!(wallet.total_held_for(&pod(3)).ok(), Some(UsdMicros::ZERO));
    assert_eq!(wallet.held().ok(), Some(UsdMicros(170)));
}

#[test]
fn a_grant_that_is_spent_leaves_the_next_hold_to_cash() {
    let wallet = granted(&Wallet::default(), "signup", 100, 50);
    let wallet = posted(&wallet, &Entry::Deposit { amount_usd_micros: UsdMicros(100) }, 1);
    let wallet = posted(&posted(&wallet, &hold(1, 100), 2), &hold(2, 40), 3);
    assert_eq!(wallet.held_for(&pod(2)), [(Source::Cash, UsdMicros(40))]);
}

#[test]
fn a_transaction_says_what_it_is_for() {
    let told =
        |wallet: &Wallet, entry: &Entry| wallet.post(entry, at(2)).expect("it posts").1.description;
    let given =
        Entry::Grant { grant: grant("signup"), amount_usd_micros: UsdMicros(1), expires_at: at(9) };
    assert_eq!(told(&Wallet::default(), &given), "Free credit \"signup\"");
    let wallet = posted(&granted(&Wallet::default(), "signup", 100, 50), &hold(1, 50), 1);
    let usage = |captures| told(&wallet, &Entry::Capture { captures });
    assert_eq!(usage(vec![capture(1, 1, 1, 0)]), format!("Usage of {}", pod(1)));
    let two = vec![capture(1, 1, 1, 0), capture(1, 1, 1, 0)];
    assert_eq!(usage(two), "Usage of 2 pods");
}

#[test]
fn nothing_and_less_than_nothing_cannot_be_entered() {
    let wallet = granted(&Wallet::default(), "signup", 1_000, 100);
    for micros in [0, -1, i64::MIN] {
        let amount_usd_micros = UsdMicros(micros);
        assert!(wallet.post(&hold(1, micros), at(0)).is_err());
        assert!(wallet.post(&Entry::Deposit { amount_usd_micros }, at(0)).is_err());
    }
}

#[test]
fn an_amount_past_64_bits_is_refused_not_wrapped() {
    let deposit = Entry::Deposit { amount_usd_micros: UsdMicros(i64::MAX) };
    let wallet = posted(&Wallet::default(), &deposit, 0);
    assert!(matches!(wallet.post(&deposit, at(1)), Err(Refusal::Fault(_))));
}

#[test]
fn a_wallet_account_reads_back_from_its_spelling() {
    for account in [
        WalletAccount::Free(Source::Cash),
        WalletAccount::Free(Source::Grant(grant("signup"))),
        WalletAccount::Held(pod(3), Source::Cash),
        WalletAccount::Held(pod(3), Source::Grant(grant("signup"))),
    ] {
        assert_eq!(account.to_string().parse::<WalletAccount>().ok(), Some(account.clone()));
        let stored = serde_json::to_string(&account).expect("a text");
        assert_eq!(stored, format!("\"{account}\""));
        assert_eq!(serde_json::from_str::<WalletAccount>(&stored).ok(), Some(account));
    }
    assert!("hold:pod_x:cash".parse::<WalletAccount>().is_err());
    assert!("grant:".parse::<WalletAccount>().is_err());
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let amount = (-5_i64..5_000).prop_map(UsdMicros);
    prop_oneof![
        (0_u8..4, amount.clone(), 0_i64..200).prop_map(|(n, amount_usd_micros, expires)| {
            Entry::Grant {
                grant: grant(&format!("g{n}")),
                amount_usd_micros,
                expires_at: at(expires),
            }
        }),
        amount.clone().prop_map(|amount_usd_micros| Entry::Deposit { amount_usd_micros }),
        (0_u8..4, amount)
            .prop_map(|(n, amount_usd_micros)| { Entry::Hold { pod: pod(n), amount_usd_micros } }),
        (0_u8..4).prop_map(|n| Entry::Release { pod: pod(n) }),
        proptest::collection::vec((0_u8..4, 0_i64..500, 0_i64..500, 0_i64..3), 0..4).prop_map(
            |parts| Entry::Capture {
                captures: parts
                    .into_iter()
                    .map(|(n, user, provider, waived)| capture(n, user, provider, waived))
                    .collect(),
            }
        ),
        (0_u8..4, 0_i64..9, 0_i64..9, -1_i64..9).prop_map(|(n, carry, overrun, rounding)| {
            let bill = MachineBill {
                carry_usd_micros: UsdMicros(carry),
                overrun_usd_micros: UsdMicros(overrun),
                rounding_usd_micros: UsdMicros(rounding),
            };
            Entry::Machine { pod: pod(n), bill }
        }),
    ]
}

fn check_history(entries: &[(Entry, i64)], credit: i64) -> Result<(), TestCaseError> {
    let mut wallet = Wallet { credit_limit_usd_micros: UsdMicros(credit), ..Wallet::default() };
    let mut sums: BTreeMap<LedgerAccount, i64> = BTreeMap::new();
    for (entry, now) in entries {
        let available =
            wallet.available(at(*now)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        match wallet.post(entry, at(*now)) {
            Ok((after, transaction)) => {
                let total: i64 = transaction.postings.iter().map(|p| p.amount_usd_micros.0).sum();
                prop_assert_eq!(total, 0);
                prop_assert!(transaction.postings.iter().all(|p| p.amount_usd_micros.0 != 0));
                for posting in transaction.postings {
                    *sums.entry(posting.account).or_default() += posting.amount_usd_micros.0;
                }
                if let Entry::Hold { amount_usd_micros, .. } = entry {
                    prop_assert!(*amount_usd_micros <= available);
                }
                prop_assert_eq!(after.version, wallet.version + 1);
                wallet = after;
            }
            Err(Refusal::InsufficientFunds { needed, available: told }) => {
                prop_assert_eq!(told, available);
                prop_assert!(needed > available);
            }
            Err(_) => {}
        }
        prop_assert!(wallet.cash().0 >= -credit);
    }
    for (account, sum) in sums {
        if let LedgerAccount::Wallet(account) = account {
            prop_assert_eq!(wallet.balances.get(&account).map_or(0, |b| b.0), sum);
        }
    }
    for number in 0..4 {
        if let Ok((after, _)) = wallet.post(&Entry::Release { pod: pod(number) }, at(0)) {
            wallet = after;
        }
    }
    prop_assert_eq!(wallet.held().ok(), Some(UsdMicros::ZERO));
    Ok(())
}

proptest! {
    #[test]
    fn every_history_sums_to_zero_and_never_overdraws(
        entries in proptest::collection::vec((any_entry(), 0_i64..200), 0..60),
        credit in prop_oneof![Just(0_i64), 0_i64..3_000],
    ) {
        check_history(&entries, credit)?;
    }
}
