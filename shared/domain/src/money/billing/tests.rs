use jiff::Timestamp;

use super::*;
use crate::id::TopUpId;
use crate::money::UsdMicros;
use crate::money::interval::Interval;
use crate::money::ledger::Entry;
use crate::money::plan::PlanId;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn subscription(id: &str, plan: PlanId, status: SubscriptionStatus) -> Subscription {
    Subscription {
        id: id.to_owned(),
        item_id: format!("si_{id}"),
        plan,
        interval: Interval::Month,
        status,
        current_period_start: Some(at(1_000)),
        current_period_end: at(2_000),
        cancel_at_period_end: false,
        created_at: at(1_000),
        attempt_key: None,
        card_id: None,
        latest_invoice_id: None,
    }
}

fn pro(status: SubscriptionStatus) -> Subscription {
    subscription("sub_1", PlanId::Pro, status)
}

#[test]
fn a_plan_is_granted_until_the_last_payment_failed() {
    for status in
        [SubscriptionStatus::Active, SubscriptionStatus::Trialing, SubscriptionStatus::PastDue]
    {
        assert_eq!(pro(status).granted(), PlanId::Pro, "{status:?}");
    }
    for status in
        [SubscriptionStatus::Incomplete, SubscriptionStatus::Unpaid, SubscriptionStatus::Canceled]
    {
        assert_eq!(pro(status).granted(), PlanId::Free, "{status:?}");
    }
}

#[test]
fn the_subscription_that_grants_most_counts_in_whatever_order_they_come() {
    let over = pro(SubscriptionStatus::Canceled);
    let waiting = subscription("sub_2", PlanId::Enterprise, SubscriptionStatus::Incomplete);
    let paid = subscription("sub_3", PlanId::Pro, SubscriptionStatus::Active);
    let better = subscription("sub_4", PlanId::Enterprise, SubscriptionStatus::PastDue);
    let id = |all: &[&Subscription]| current(all.iter().copied().cloned().collect()).map(|s| s.id);
    assert_eq!(id(&[]), None);
    assert_eq!(id(&[&waiting, &over]).as_deref(), Some("sub_2"));
    assert_eq!(id(&[&paid, &waiting, &over]).as_deref(), Some("sub_3"));
    assert_eq!(id(&[&waiting, &over, &paid]).as_deref(), Some("sub_3"));
    assert_eq!(id(&[&better, &paid]).as_deref(), Some("sub_4"));
}

#[test]
fn a_person_is_told_once_of_what_matters_to_them() {
    let active = pro(SubscriptionStatus::Active);
    let late = pro(SubscriptionStatus::PastDue);
    let over = pro(SubscriptionStatus::Canceled);
    let waiting = pro(SubscriptionStatus::Incomplete);
    assert_eq!(notable_change(None, &waiting), None);
    assert_eq!(notable_change(None, &active), Some(SubscriptionChange::Changed));
    assert_eq!(notable_change(Some(&waiting), &active), Some(SubscriptionChange::Changed));
    assert_eq!(notable_change(Some(&active), &active), None);
    let renewed = Subscription { current_period_end: at(3_000), ..active.clone() };
    assert_eq!(notable_change(Some(&active), &renewed), None);
    let ending = Subscription { cancel_at_period_end: true, ..active.clone() };
    assert_eq!(notable_change(Some(&active), &ending), Some(SubscriptionChange::Changed));
    assert_eq!(notable_change(Some(&active), &late), Some(SubscriptionChange::PaymentFailed));
    assert_eq!(notable_change(Some(&late), &active), Some(SubscriptionChange::Changed));
    assert_eq!(notable_change(Some(&late), &over), Some(SubscriptionChange::Changed));
    assert_eq!(notable_change(Some(&waiting), &over), None);
    assert_eq!(notable_change(None, &over), None);
}

#[test]
fn nobody_changes_what_is_not_paid_for() {
    assert!(changeable(Some(pro(SubscriptionStatus::PastDue))).is_ok());
    assert_eq!(changeable(None).unwrap_err().code, "not_subscribed");
    let unpaid = changeable(Some(pro(SubscriptionStatus::Unpaid)));
    assert_eq!(unpaid.unwrap_err().code, "not_subscribed");
}

#[test]
fn a_top_up_is_five_to_ten_thousand_dollars_in_whole_cents() {
    assert_eq!(cents(TOP_UP_MIN).unwrap(), 500);
    assert_eq!(cents(TOP_UP_MAX).unwrap(), 1_000_000);
    for micros in [0, -5_000_000, 4_999_999, 4_990_000, 5_000_001, 10_000_010_000, i64::MAX] {
        assert_eq!(cents(UsdMicros(micros)).unwrap_err().code, "amount_invalid", "{micros}");
    }
    assert_eq!(from_cents(500).unwrap(), TOP_UP_MIN);
    assert!(from_cents(i64::MAX).is_err());
}

#[test]
fn what_is_paid_stays_paid_whatever_is_seen_later() {
    let id = TopUpId::new(at(0), [0; 10]);
    let asked = TopUp::new(id, TOP_UP_MIN, None, at(0)).unwrap();
    let waiting = asked.seen("pi_1", TopUpStatus::RequiresAction);
    assert_eq!(waiting.status, TopUpStatus::RequiresAction);
    let paid = waiting.seen("pi_1", TopUpStatus::Succeeded);
    assert_eq!(paid.seen("pi_1", TopUpStatus::Declined), paid);
}

#[test]
fn a_change_to_the_present_plan_only_takes_back_a_cancellation() {
    let known = pro(SubscriptionStatus::Active);
    let change = |plan, interval| plan_change(Some(known.clone()), plan, interval);
    let (keep, moves) = (PlanChange::Keep(known.clone()), PlanChange::Move(known.clone()));
    assert_eq!(change(PlanId::Pro, Interval::Month).unwrap(), keep);
    assert_eq!(change(PlanId::Pro, Interval::Year).unwrap(), moves);
    assert_eq!(change(PlanId::Enterprise, Interval::Month).unwrap(), moves);
    assert_eq!(change(PlanId::Free, Interval::Month).unwrap_err().code, "plan_free");
    let nothing = |plan| plan_change(None, plan, Interval::Month).unwrap_err().code;
    assert_eq!((nothing(PlanId::Pro), nothing(PlanId::Free)), ("not_subscribed", "plan_free"));
}

#[test]
fn a_declined_card_is_not_tried_again_and_a_payment_is_not_made_twice() {
    let asked = TopUp::new(TopUpId::new(at(0), [0; 10]), TOP_UP_MIN, None, at(0)).unwrap();
    assert_eq!(asked.act().unwrap(), TopUpAct::Charge);
    assert_eq!(asked.declined().act().unwrap_err().code, "card_declined");
    let seen = asked.seen("pi_1", TopUpStatus::Pending);
    assert_eq!(seen.act().unwrap(), TopUpAct::Show { payment_id: "pi_1".into() });
    assert_eq!(seen.payment_to_look_at(), Some("pi_1"));
    let paid = seen.seen("pi_1", TopUpStatus::Succeeded);
    assert_eq!(paid.payment_to_look_at(), Some("pi_1"), "the wallet may not have it yet");
    assert_eq!(paid.settled().payment_to_look_at(), None);
}

#[test]
fn what_was_asked_for_first_is_asked_for_again_and_looked_for_before() {
    let asked = TopUp::new(TopUpId::new(at(0), [0; 10]), TOP_UP_MIN, None, at(0)).unwrap();
    let charge = |card: &str| CardCharge {
        customer_id: "cus_1".into(),
        card_id: card.into(),
        keeps_card: false,
    };
    let asking = asked.asking(&charge("pm_1"));
    assert_eq!(asking.act().unwrap(), TopUpAct::Look { charge: charge("pm_1") });
    assert_eq!(asking.asking(&charge("pm_2")), asking);
    assert_eq!(asking.declined().act().unwrap_err().code, "card_declined");
    assert_eq!(asking.given_up().act().unwrap_err().code, "top_up_expired");
    let seen = asking.seen("pi_1", TopUpStatus::Pending);
    assert_eq!(seen.act().unwrap(), TopUpAct::Show { payment_id: "pi_1".into() });
}

#[test]
fn a_top_up_is_charged_for_a_day_less_an_hour_and_looked_after_longer() {
    const HOUR: i64 = 3_600;
    let asked = TopUp::new(TopUpId::new(at(0), [0; 10]), TOP_UP_MIN, None, at(0)).unwrap();
    assert!(asked.check_chargeable(at(23 * HOUR - 1)).is_ok());
    assert_eq!(asked.check_chargeable(at(23 * HOUR)).unwrap_err().code, "top_up_expired");
    assert_eq!(asked.look_after(at(24 * HOUR - 1)), LookedAfter::Wait);
    assert_eq!(asked.look_after(at(24 * HOUR)), LookedAfter::GiveUp);
    let waiting = asked.seen("pi_1", TopUpStatus::RequiresAction);
    assert_eq!(waiting.look_after(at(7 * 24 * HOUR - 1)), LookedAfter::Wait);
    assert_eq!(waiting.look_after(at(7 * 24 * HOUR)), LookedAfter::GiveUp);
    assert_eq!(waiting.given_up(), waiting, "its owner may still confirm it");
}

#[test]
fn a_top_up_is_over_once_the_wallet_has_it_or_nobody_will_pay_it() {
    let asked = TopUp::new(TopUpId::new(at(0), [0; 10]), TOP_UP_MIN, None, at(0)).unwrap();
    let seen = |status| asked.seen("pi_1", status).settled();
    for status in [TopUpStatus::Succeeded, TopUpStatus::Declined, TopUpStatus::Canceled] {
        assert!(seen(status).is_over(), "{status:?}");
    }
    for status in [TopUpStatus::Pending, TopUpStatus::RequiresAction] {
        assert!(!seen(status).is_over() && !seen(status).is_settled, "{status:?}");
    }
    assert!(!asked.seen("pi_1", TopUpStatus::Succeeded).is_over());
    assert!(seen(TopUpStatus::Succeeded).seen("pi_1", TopUpStatus::Succeeded).is_settled);
}

#[test]
fn the_same_click_twice_is_one_move_and_every_other_click_another() {
    let known = pro(SubscriptionStatus::Active);
    let key = |one: &Subscription, price, second| one.move_key(price, at(600), at(second));
    let first = key(&known, "price_1", 600);
    assert_eq!(key(&known, "price_1", 659), first);
    let moved = Subscription { latest_invoice_id: Some("in_2".into()), ..known.clone() };
    let paid_anew = Subscription { card_id: Some("pm_2".into()), ..known.clone() };
    for other in [
        key(&known, "price_2", 600),
        key(&known, "price_1", 660),
        key(&moved, "price_1", 600),
        key(&paid_anew, "price_1", 600),
        known.move_key("price_1", at(601), at(600)),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn only_a_payment_that_succeeded_is_deposited() {
    let entry = Entry::Deposit { amount_usd_micros: TOP_UP_MIN };
    assert_eq!(deposit(TopUpStatus::Succeeded, TOP_UP_MIN), Some(entry));
    for status in [TopUpStatus::Pending, TopUpStatus::RequiresAction, TopUpStatus::Declined] {
        assert_eq!(deposit(status, TOP_UP_MIN), None);
    }
}

#[test]
fn a_failed_payment_is_told_once_and_another_change_meanwhile_as_what_it_is() {
    for status in [SubscriptionStatus::PastDue, SubscriptionStatus::Unpaid] {
        let late = pro(status);
        let ending = Subscription { cancel_at_period_end: true, ..late.clone() };
        assert_eq!(notable_change(Some(&late), &late), None);
        assert_eq!(notable_change(Some(&late), &ending), Some(SubscriptionChange::Changed));
    }
    let given_up =
        notable_change(Some(&pro(SubscriptionStatus::PastDue)), &pro(SubscriptionStatus::Unpaid));
    assert_eq!(given_up, Some(SubscriptionChange::PaymentFailed));
}

#[test]
fn a_top_up_asks_the_same_with_the_same_amount_card_and_consent() {
    let asked = |amount, card: Option<&str>, keeps_card| {
        let id = TopUpId::new(at(0), [0; 10]);
        let top_up = TopUp::new(id, amount, card.map(str::to_owned), at(0)).unwrap();
        TopUp { keeps_card, ..top_up }
    };
    let known = asked(TOP_UP_MIN, Some("pm_1"), false);
    let seen = known.seen("pi_1", TopUpStatus::Declined);
    assert!(seen.asks_the_same(&known), "whatever came of it");
    for other in [
        asked(TOP_UP_MAX, Some("pm_1"), false),
        asked(TOP_UP_MIN, Some("pm_2"), false),
        asked(TOP_UP_MIN, None, false),
        asked(TOP_UP_MIN, Some("pm_1"), true),
    ] {
        assert!(!known.asks_the_same(&other), "{other:?}");
    }
}
