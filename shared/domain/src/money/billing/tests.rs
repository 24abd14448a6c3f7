use super::*;

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
        current_period_end: at(2_000),
        cancel_at_period_end: false,
        created_at: at(1_000),
        attempt_key: None,
    }
}

fn pro(status: SubscriptionStatus) -> Subscription {
    subscription("sub_1", PlanId::Pro, status)
}

fn wish() -> Wish {
    Wish { plan: PlanId::Pro, interval: Interval::Month, payment_method_id: None }
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
    assert_eq!(change(None, &waiting), None);
    assert_eq!(change(None, &active), Some(Change::Changed));
    assert_eq!(change(Some(&waiting), &active), Some(Change::Changed));
    assert_eq!(change(Some(&active), &active), None);
    let renewed = Subscription { current_period_end: at(3_000), ..active.clone() };
    assert_eq!(change(Some(&active), &renewed), None);
    let ending = Subscription { cancel_at_period_end: true, ..active.clone() };
    assert_eq!(change(Some(&active), &ending), Some(Change::Changed));
    assert_eq!(change(Some(&active), &late), Some(Change::PaymentFailed));
    assert_eq!(change(Some(&late), &active), Some(Change::Changed));
    assert_eq!(change(Some(&late), &over), Some(Change::Changed));
    assert_eq!(change(Some(&waiting), &over), None);
    assert_eq!(change(None, &over), None);
}

#[test]
fn an_attempt_is_repeated_under_its_key_and_kept_apart_from_others() {
    let first = attempt(None, "key-one", wish(), at(0)).unwrap();
    assert_eq!(attempt(Some(&first), "key-one", wish(), at(500)).unwrap(), first);
    let yearly = Wish { interval: Interval::Year, ..wish() };
    let refused = attempt(Some(&first), "key-one", yearly, at(1)).unwrap_err();
    assert_eq!(refused.code, "idempotency_mismatch");
    let refused = attempt(Some(&first), "key-two", wish(), at(59)).unwrap_err();
    assert_eq!(refused.code, "subscription_in_progress");
    assert_eq!(attempt(Some(&first), "key-two", wish(), at(60)).unwrap().key, "key-two");
    let answered = Attempt { answered: true, ..first };
    assert_eq!(attempt(Some(&answered), "key-two", wish(), at(1)).unwrap().key, "key-two");
    let free = Wish { plan: PlanId::Free, ..wish() };
    assert_eq!(attempt(None, "key-one", free, at(0)).unwrap_err().code, "plan_free");
}

#[test]
fn nobody_subscribes_twice_or_changes_what_is_not_paid_for() {
    assert!(may_subscribe(None).is_ok());
    assert!(may_subscribe(Some(&pro(SubscriptionStatus::Canceled))).is_ok());
    assert!(may_subscribe(Some(&pro(SubscriptionStatus::Incomplete))).is_ok());
    for status in
        [SubscriptionStatus::Active, SubscriptionStatus::PastDue, SubscriptionStatus::Unpaid]
    {
        let refused = may_subscribe(Some(&pro(status))).unwrap_err();
        assert_eq!(refused.code, "already_subscribed");
    }
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
