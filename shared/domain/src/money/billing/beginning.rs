//! How a subscription begins.
//!
//! A request to subscribe becomes an *attempt*, which is written before the payment provider is
//! asked, so that two requests never make two subscriptions. What the provider then shows decides
//! what comes next: an answer that was lost is given again, a subscription that waits for its
//! first payment is looked at, and only where there is neither a new one is made.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::subscription::{Subscription, SubscriptionStatus, current, plan_free};
use crate::Error;
use crate::money::interval::Interval;
use crate::money::plan::PlanId;

/// How long an unanswered attempt to subscribe keeps others away: longer than any request lives.
const ATTEMPT_SECS: i64 = 60;

/// What somebody asks to subscribe to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubscriptionRequest {
    /// Any but FREE, which needs no subscription.
    pub plan: PlanId,
    /// How often it is paid.
    pub interval: Interval,
    /// The card to charge; without one the default card is charged.
    pub payment_method_id: Option<String>,
}

/// A request to subscribe, as it was written before the payment provider was asked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubscriptionAttempt {
    /// The caller's idempotency key.
    pub key: String,
    /// What a repetition under the same key has to ask for as well.
    #[serde(rename = "wish")]
    pub request: SubscriptionRequest,
    /// From then on it keeps others away for a minute.
    pub begun_at: Timestamp,
    /// Whether the provider answered, even with a refusal; it keeps nobody away after that.
    pub answered: bool,
    /// Whether its card is stored for it, and so forgotten again if it is declined; none until
    /// that is known, which is just before it is stored.
    #[serde(default)]
    pub stores_card: Option<bool>,
}

impl SubscriptionAttempt {
    /// Whether `other` is this attempt, however far each of them had come.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.key, &self.request, self.begun_at) == (&other.key, &other.request, other.begun_at)
    }

    /// The attempt with what its card needs; what was noted first stays.
    ///
    /// # Errors
    ///
    /// 409 `subscription_in_progress` when `known` is another attempt, which took its place.
    pub fn with_card(&self, known: Option<&Self>, stores_card: bool) -> Result<Self, Error> {
        let known = known.filter(|known| known.is_same(self)).ok_or_else(in_progress)?;
        let stores_card = Some(known.stores_card.unwrap_or(stores_card));
        Ok(Self { stores_card, ..known.clone() })
    }
}

fn in_progress() -> Error {
    let message = "Your subscription is already being set up. Please wait a minute.";
    Error::conflict("subscription_in_progress", message)
}

/// What to do with a request to subscribe, given the attempt before it.
///
/// # Errors
///
/// 400 `plan_free`; 409 `idempotency_mismatch` when the key stands for another request,
/// `subscription_in_progress` when another attempt is on its way.
pub fn attempt(
    known: Option<&SubscriptionAttempt>,
    key: &str,
    request: SubscriptionRequest,
    now: Timestamp,
) -> Result<SubscriptionAttempt, Error> {
    if request.plan == PlanId::Free {
        return Err(plan_free());
    }
    match known {
        Some(known) if known.key == key && known.request == request => Ok(known.clone()),
        Some(known) if known.key == key => Err(Error::idempotency_mismatch()),
        Some(known) if !known.answered && now < begun_until(known) => Err(in_progress()),
        _ => {
            let key = key.to_owned();
            Ok(SubscriptionAttempt {
                key,
                request,
                begun_at: now,
                answered: false,
                stores_card: None,
            })
        }
    }
}

fn begun_until(attempt: &SubscriptionAttempt) -> Timestamp {
    let until = attempt.begun_at.checked_add(SignedDuration::from_secs(ATTEMPT_SECS));
    until.unwrap_or(attempt.begun_at)
}

/// What comes next for an attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Beginning {
    /// This very attempt made it before, and the answer was lost: give it again.
    Answer(Subscription),
    /// Another attempt made it, and it waits for its first payment: look where that stands, then
    /// ask [`after_look`].
    Look(Subscription),
    /// There is none that counts: make a new one.
    Make,
}

/// What comes next for `attempt`, given `all` subscriptions of its customer at the provider.
///
/// # Errors
///
/// 409 `already_subscribed`.
pub fn begin(attempt: &SubscriptionAttempt, all: &[Subscription]) -> Result<Beginning, Error> {
    let is_ours = |one: &&Subscription| one.attempt_key.as_ref() == Some(&attempt.key);
    if let Some(ours) = all.iter().find(is_ours) {
        return Ok(Beginning::Answer(ours.clone()));
    }
    match current(all.to_vec()).filter(|one| one.status.is_open()) {
        None => Ok(Beginning::Make),
        Some(one) if one.status == SubscriptionStatus::Incomplete => Ok(Beginning::Look(one)),
        Some(_) => {
            let message = "You already have a subscription. Change it instead.";
            Err(Error::conflict("already_subscribed", message))
        }
    }
}

/// Where the first payment of a subscription stands that was waiting for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FirstPayment {
    /// Through, or on its way.
    UnderWay,
    /// The card's owner has to confirm it.
    NeedsOwner,
    /// The card was declined, which ended the subscription.
    Declined,
}

/// What to do with a waiting subscription once its payment was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AfterLook {
    /// It is what was asked for: answer with it.
    Answer,
    /// End it and make a new one.
    Replace,
    /// It is over: make a new one.
    Make,
}

/// What to do about `request` with the subscription that `waiting` showed, now that its `payment`
/// was looked at.
///
/// # Errors
///
/// 409 `subscription_in_progress` while the payment for another plan is on its way: a second one
/// would be taken besides.
pub fn after_look(
    request: &SubscriptionRequest,
    waiting: &Subscription,
    payment: FirstPayment,
) -> Result<AfterLook, Error> {
    let same = (waiting.plan, waiting.interval) == (request.plan, request.interval);
    match payment {
        FirstPayment::Declined => Ok(AfterLook::Make),
        FirstPayment::UnderWay if same => Ok(AfterLook::Answer),
        FirstPayment::UnderWay => {
            let message = "A payment for another plan is still being processed. Please wait for \
                           it to finish.";
            Err(Error::conflict("subscription_in_progress", message))
        }
        FirstPayment::NeedsOwner if same && request.payment_method_id.is_none() => {
            Ok(AfterLook::Answer)
        }
        // A card that is named is the one to be charged, not the one of the waiting payment.
        FirstPayment::NeedsOwner => Ok(AfterLook::Replace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn request() -> SubscriptionRequest {
        let (plan, interval) = (PlanId::Pro, Interval::Month);
        SubscriptionRequest { plan, interval, payment_method_id: None }
    }

    fn shown(id: &str, status: SubscriptionStatus) -> Subscription {
        Subscription {
            id: id.to_owned(),
            item_id: format!("si_{id}"),
            plan: PlanId::Pro,
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

    fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
        outcome.expect_err("a refusal").code
    }

    #[test]
    fn an_attempt_is_repeated_under_its_key_and_kept_apart_from_others() {
        let first = attempt(None, "key-one", request(), at(0)).unwrap();
        assert_eq!(attempt(Some(&first), "key-one", request(), at(500)).unwrap(), first);
        let yearly = SubscriptionRequest { interval: Interval::Year, ..request() };
        let refused = attempt(Some(&first), "key-one", yearly, at(1));
        assert_eq!(code(refused), "idempotency_mismatch");
        let refused = attempt(Some(&first), "key-two", request(), at(59));
        assert_eq!(code(refused), "subscription_in_progress");
        assert_eq!(attempt(Some(&first), "key-two", request(), at(60)).unwrap().key, "key-two");
        let answered = SubscriptionAttempt { answered: true, ..first };
        assert_eq!(attempt(Some(&answered), "key-two", request(), at(1)).unwrap().key, "key-two");
        let free = SubscriptionRequest { plan: PlanId::Free, ..request() };
        assert_eq!(code(attempt(None, "key-one", free, at(0))), "plan_free");
    }

    #[test]
    fn whether_an_attempt_stores_its_card_is_said_once_and_by_no_other_attempt() {
        let first = attempt(None, "key-one", request(), at(0)).unwrap();
        let noted = first.with_card(Some(&first), true).unwrap();
        assert_eq!(noted.stores_card, Some(true));
        // At its repetition the card is stored already.
        assert_eq!(first.with_card(Some(&noted), false).unwrap(), noted);
        let other = attempt(Some(&first), "key-two", request(), at(60)).unwrap();
        for known in [Some(&other), None] {
            assert_eq!(code(first.with_card(known, true)), "subscription_in_progress");
        }
    }

    #[test]
    fn an_attempt_is_stored_under_the_names_it_always_had() {
        let attempt = attempt(None, "key-one", request(), at(0)).unwrap();
        let stored = serde_json::to_value(&attempt).unwrap();
        assert_eq!(stored["wish"]["plan"], "pro");
    }

    #[test]
    fn an_answer_that_was_lost_is_given_again_whatever_else_there_is() {
        let attempt = attempt(None, "key-one", request(), at(0)).unwrap();
        let attempt_key = Some("key-one".to_owned());
        let ours = Subscription { attempt_key, ..shown("1", SubscriptionStatus::Canceled) };
        let all = [shown("2", SubscriptionStatus::Active), ours.clone()];
        assert_eq!(begin(&attempt, &all).unwrap(), Beginning::Answer(ours));
    }

    #[test]
    fn nobody_subscribes_twice() {
        let attempt = attempt(None, "key-one", request(), at(0)).unwrap();
        assert_eq!(begin(&attempt, &[]).unwrap(), Beginning::Make);
        let over = shown("1", SubscriptionStatus::Canceled);
        assert_eq!(begin(&attempt, std::slice::from_ref(&over)).unwrap(), Beginning::Make);
        let waiting = shown("2", SubscriptionStatus::Incomplete);
        let all = [over.clone(), waiting.clone()];
        assert_eq!(begin(&attempt, &all).unwrap(), Beginning::Look(waiting.clone()));
        for status in
            [SubscriptionStatus::Active, SubscriptionStatus::PastDue, SubscriptionStatus::Unpaid]
        {
            let refused = begin(&attempt, &[over.clone(), shown("3", status)]);
            assert_eq!(code(refused), "already_subscribed", "{status:?}");
        }
    }

    #[test]
    fn a_payment_that_is_on_its_way_is_never_taken_twice() {
        let waiting = shown("1", SubscriptionStatus::Incomplete);
        let look = |request: &SubscriptionRequest, payment| after_look(request, &waiting, payment);
        let card = SubscriptionRequest { payment_method_id: Some("pm_1".into()), ..request() };
        let yearly = SubscriptionRequest { interval: Interval::Year, ..request() };
        for same in [&request(), &card] {
            assert_eq!(look(same, FirstPayment::UnderWay).unwrap(), AfterLook::Answer);
        }
        let refused = look(&yearly, FirstPayment::UnderWay);
        assert_eq!(code(refused), "subscription_in_progress");
    }

    #[test]
    fn a_waiting_payment_is_confirmed_or_replaced_and_a_declined_one_is_out_of_the_way() {
        let waiting = shown("1", SubscriptionStatus::Incomplete);
        let look = |request: &SubscriptionRequest, payment| after_look(request, &waiting, payment);
        let card = SubscriptionRequest { payment_method_id: Some("pm_1".into()), ..request() };
        let yearly = SubscriptionRequest { interval: Interval::Year, ..request() };
        assert_eq!(look(&request(), FirstPayment::NeedsOwner).unwrap(), AfterLook::Answer);
        for other in [&card, &yearly] {
            assert_eq!(look(other, FirstPayment::NeedsOwner).unwrap(), AfterLook::Replace);
        }
        for any in [&request(), &card, &yearly] {
            assert_eq!(look(any, FirstPayment::Declined).unwrap(), AfterLook::Make);
        }
    }
}
