//! The current LIVE market: what every connected cloud answered last.
//!
//! A cloud that does not answer keeps the offers it had; once they are older than [`crate::market::offer::ANSWER_SECS`] they
//! count as sold out, since a launch from them would be a guess. A cloud that is no longer connected
//! sells nothing, and an offer in doubt ([`crate::market::guard`]) is not sold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::SnapshotId;
use crate::market::guard::Guard;
use crate::market::offer::{CloudReading, Offer, OfferId, Quarantined, Snapshot, Stock};
use crate::money::UsdMicrosPerHour;

/// How long what a cloud answered counts as its answer: this refresh and the one before.
pub const CURRENT_SECS: i64 = 90;

/// What came of asking one cloud.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Reading {
    /// The cloud, as its offers name it.
    pub cloud: String,
    /// The refresh that it was asked for.
    pub due_at: Timestamp,
    /// How long it took, in milliseconds.
    pub millis: u32,
    /// Its offers; `None` when it did not answer.
    pub offers: Option<Vec<Offer>>,
}

impl Reading {
    /// That a cloud told nothing.
    #[must_use]
    pub fn none(cloud: String, due_at: Timestamp) -> Self {
        Self { cloud, due_at, millis: 0, offers: None }
    }

    /// It, or that its cloud told nothing if it is too old to be an answer at `now`.
    #[must_use]
    pub fn current(self, now: Timestamp) -> Self {
        let is_current = now < self.due_at + SignedDuration::from_secs(CURRENT_SECS);
        if is_current { self } else { Self::none(self.cloud, now) }
    }
}

/// The snapshot that follows `previous` once every connected cloud was asked at `now`.
#[must_use]
pub fn snapshot(
    previous: Option<&Snapshot>,
    readings: Vec<Reading>,
    guard: &Guard<'_>,
    id: SnapshotId,
    now: Timestamp,
) -> Snapshot {
    let past = Past::of(previous);
    let launches = previous.map(|previous| previous.launches.clone()).unwrap_or_default();
    let next = Snapshot { launches, ..Snapshot::new(id, now, Vec::new()) };
    readings.into_iter().fold(next, |next, Reading { cloud, due_at, millis, offers }| {
        match (offers, past.clouds.get(&cloud)) {
            (Some(fresh), _) => {
                let (silent, resting_until) = (false, None);
                let reading = CloudReading { read_at: due_at, millis, silent, resting_until };
                past.judged(next, (cloud, reading), fresh, guard, now)
            }
            (None, Some(known)) => past.silent(next, (cloud, *known), now),
            (None, None) => next,
        }
    })
}

/// Whether two snapshots sell the same: a day on which a price was read is no difference.
#[must_use]
pub fn sells_the_same(one: &Snapshot, other: &Snapshot) -> bool {
    let sold = |snapshot: &Snapshot| {
        let undated =
            |offer: &Offer| (offer.id.clone(), Offer { as_of: String::new(), ..offer.clone() });
        snapshot.offers.iter().map(undated).collect::<HashMap<_, _>>()
    };
    one.offers.len() == other.offers.len() && sold(one) == sold(other)
}

/// What was known before.
struct Past<'a> {
    offers: &'a [Offer],
    clouds: BTreeMap<String, CloudReading>,
    quarantined: HashMap<&'a OfferId, &'a Quarantined>,
    sold_at: HashMap<&'a OfferId, UsdMicrosPerHour>,
}

impl<'a> Past<'a> {
    fn of(previous: Option<&'a Snapshot>) -> Self {
        let offers = previous.map_or(&[][..], |previous| previous.offers.as_slice());
        let quarantined = previous.map_or(&[][..], |previous| previous.quarantined.as_slice());
        let sold_before = quarantined.iter().filter_map(|it| Some((&it.offer.id, it.sold_at?)));
        let sold = offers.iter().map(|it| (&it.id, it.provider_rate_usd_micros_per_hour));
        Self {
            offers,
            clouds: previous.map(|previous| previous.clouds.clone()).unwrap_or_default(),
            quarantined: quarantined.iter().map(|it| (&it.offer.id, it)).collect(),
            sold_at: sold_before.chain(sold).collect(),
        }
    }

    /// The snapshot with what a cloud answered; of offers with the same identifier only the first.
    fn judged(
        &self,
        mut next: Snapshot,
        (cloud, reading): (String, CloudReading),
        fresh: Vec<Offer>,
        guard: &Guard<'_>,
        now: Timestamp,
    ) -> Snapshot {
        let mut seen = BTreeSet::new();
        for offer in fresh.into_iter().filter(|offer| offer.provider == cloud) {
            if !seen.insert(offer.id.clone()) {
                continue;
            }
            let sold_at = self.sold_at.get(&offer.id).copied();
            match guard.doubt(&offer, sold_at) {
                None => next.offers.push(offer),
                Some(doubt) => {
                    let since = self.quarantined.get(&offer.id).map_or(now, |it| it.since);
                    next.quarantined.push(Quarantined { offer, doubt, since, sold_at });
                }
            }
        }
        next.clouds.insert(cloud, reading);
        next
    }

    /// The snapshot with what a cloud sold before it fell silent.
    fn silent(
        &self,
        mut next: Snapshot,
        (cloud, known): (String, CloudReading),
        now: Timestamp,
    ) -> Snapshot {
        let of_cloud = self.offers.iter().filter(|offer| offer.provider == cloud);
        let stock = |offer: &Offer| if known.is_old(now) { Stock::None } else { offer.stock };
        next.offers.extend(of_cloud.map(|offer| Offer { stock: stock(offer), ..offer.clone() }));
        let doubted = self.quarantined.values().filter(|it| it.offer.provider == cloud);
        next.quarantined.extend(doubted.map(|it| (*it).clone()));
        next.clouds.insert(cloud, CloudReading { silent: true, ..known });
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::guard::UsualPrices;
    use crate::market::launches::LaunchRecord;
    use crate::market::offer::{ANSWER_SECS, Doubt};
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn offer(cloud: &str, id: &str) -> Offer {
        Offer { provider: cloud.to_owned(), ..sample::offer(id) }
    }

    fn priced(id: &str, rate: i64) -> Offer {
        Offer { provider_rate_usd_micros_per_hour: UsdMicrosPerHour(rate), ..offer("lambda", id) }
    }

    fn reading(cloud: &str, offers: Option<Vec<Offer>>) -> Reading {
        Reading { offers, ..Reading::none(cloud.to_owned(), at(0)) }
    }

    fn after(previous: Option<&Snapshot>, secs: i64, readings: Vec<Reading>) -> Snapshot {
        let (usual, accepted) = (UsualPrices::default(), BTreeMap::new());
        let guard = Guard { usual: &usual, accepted: &accepted };
        let due_at = at(secs);
        let readings = readings.into_iter().map(|it| Reading { due_at, ..it }).collect();
        snapshot(previous, readings, &guard, SnapshotId::new(at(secs), [0; 10]), at(secs))
    }

    fn stocks(snapshot: &Snapshot) -> Vec<(&str, Stock)> {
        snapshot.offers.iter().map(|offer| (offer.id.0.as_str(), offer.stock)).collect()
    }

    #[test]
    fn a_silent_cloud_keeps_its_offers_for_ten_minutes_and_is_then_sold_out() {
        let both = vec![
            reading("lambda", Some(vec![offer("lambda", "off_a")])),
            reading("runpod", Some(vec![offer("runpod", "off_b")])),
        ];
        let first = after(None, 0, both);
        let silent = |at, previous: &Snapshot| {
            let again = reading("runpod", Some(vec![offer("runpod", "off_c")]));
            after(Some(previous), at, vec![reading("lambda", None), again])
        };
        let second = silent(ANSWER_SECS - 1, &first);
        assert_eq!(stocks(&second), [("off_a", Stock::High), ("off_c", Stock::High)]);
        let third = silent(ANSWER_SECS, &second);
        assert_eq!(stocks(&third), [("off_a", Stock::None), ("off_c", Stock::High)]);
        let known = |cloud: &str| third.clouds.get(cloud).map(|it| (it.read_at, it.silent));
        assert_eq!(known("lambda"), Some((at(0), true)));
        assert_eq!(known("runpod"), Some((at(ANSWER_SECS), false)));
        let back = vec![reading("lambda", Some(vec![offer("lambda", "off_a")]))];
        assert_eq!(stocks(&after(Some(&third), 900, back)), [("off_a", Stock::High)]);
    }

    #[test]
    fn a_cloud_that_never_answered_or_is_gone_sells_nothing() {
        assert_eq!(after(None, 0, vec![reading("lambda", None)]).offers, []);
        let first = after(None, 0, vec![reading("lambda", Some(vec![offer("lambda", "off_a")]))]);
        let gone = after(Some(&first), 60, Vec::new());
        assert_eq!((gone.offers, gone.clouds), (Vec::new(), BTreeMap::new()));
    }

    #[test]
    fn an_answer_is_current_until_the_next_but_one_refresh() {
        let answer = reading("lambda", Some(Vec::new()));
        assert_eq!(answer.clone().current(at(CURRENT_SECS - 1)), answer);
        assert_eq!(answer.current(at(CURRENT_SECS)).offers, None);
    }

    #[test]
    fn an_offer_in_doubt_is_kept_and_not_sold_until_its_price_is_what_it_was() {
        let answer = |rate| vec![reading("lambda", Some(vec![priced("off_a", rate)]))];
        let first = after(None, 0, answer(2_000_000));
        let jumped = after(Some(&first), 60, answer(200_000));
        assert_eq!(jumped.offers, []);
        // Though it is sold at nothing now, what it was sold at is not forgotten.
        let still = after(Some(&jumped), 120, answer(200_000));
        let silent = after(Some(&still), 180, vec![reading("lambda", None)]);
        for snapshot in [&jumped, &still, &silent] {
            let held: Vec<_> = snapshot.quarantined.iter().map(|it| (it.doubt, it.since)).collect();
            let from = UsdMicrosPerHour(2_000_000);
            assert_eq!(held, [(Doubt::Jumped { from }, at(60))]);
        }
        let back = after(Some(&silent), 240, answer(2_100_000));
        assert_eq!((back.offers.len(), back.quarantined.len()), (1, 0));
    }

    #[test]
    fn what_a_cloud_tells_twice_or_of_another_is_sold_once_or_not_at_all() {
        let told = vec![priced("off_a", 1), priced("off_a", 2), offer("runpod", "off_b")];
        let snapshot = after(None, 0, vec![reading("lambda", Some(told))]);
        assert_eq!(snapshot.offers, [priced("off_a", 1)]);
    }

    #[test]
    fn our_record_of_launches_is_kept() {
        let first = after(None, 0, Vec::new());
        assert_eq!(first.launches, BTreeMap::new());
        let record = LaunchRecord { launches: 3, succeeded: 2, start_secs: Some(60) };
        let launches = BTreeMap::from([("lambda".to_owned(), record)]);
        let known = Snapshot { launches: launches.clone(), ..first };
        assert_eq!(after(Some(&known), 60, Vec::new()).launches, launches);
    }

    #[test]
    fn only_what_is_sold_makes_two_snapshots_differ() {
        let told = |offers| after(None, 0, vec![reading("lambda", Some(offers))]);
        let (a, b) = (offer("lambda", "off_a"), offer("lambda", "off_b"));
        let one = told(vec![a.clone(), b.clone()]);
        let dated = Offer { as_of: "2026-11-21".into(), ..a.clone() };
        assert!(sells_the_same(&one, &told(vec![b.clone(), dated])));
        let sold_out = Offer { stock: Stock::None, ..a };
        assert!(!sells_the_same(&one, &told(vec![sold_out, b.clone()])));
        assert!(!sells_the_same(&one, &told(vec![b])));
    }
}
