//! The current LIVE market: what every connected cloud answered last.
//!
//! A cloud that does not answer keeps the offers it had; once they are older than [`KEPT_SECS`] they
//! count as sold out, since a launch from them would be a guess. A cloud that is
//! no longer connected sells nothing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::id::SnapshotId;
use crate::market::offer::{Offer, Snapshot, Stock};

/// How long a silent cloud's offers count as in stock: ten refreshes.
pub const KEPT_SECS: i64 = 600;

/// What came of asking one cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The cloud, as its offers name it.
    pub cloud: String,
    /// Its offers; `None` when it did not answer.
    pub offers: Option<Vec<Offer>>,
}

/// The snapshot that follows `previous` once every connected cloud was asked at `now`.
#[must_use]
pub fn snapshot(
    previous: Option<&Snapshot>,
    readings: Vec<Reading>,
    id: SnapshotId,
    now: Timestamp,
) -> Snapshot {
    let (mut offers, mut read_at) = (Vec::new(), BTreeMap::new());
    for Reading { cloud, offers: answer } in readings {
        let known_at = previous.and_then(|previous| previous.read_at.get(&cloud).copied());
        match (answer, known_at, previous) {
            (Some(fresh), _, _) => {
                offers.extend(fresh);
                read_at.insert(cloud, now);
            }
            (None, Some(known_at), Some(previous)) => {
                let of_cloud = previous.offers.iter().filter(|offer| offer.provider == cloud);
                offers.extend(of_cloud.cloned().map(|offer| aged(offer, known_at, now)));
                read_at.insert(cloud, known_at);
            }
            (None, _, _) => {}
        }
    }
    let launches = previous.map(|previous| previous.launches.clone()).unwrap_or_default();
    Snapshot { id, taken_at: now, offers, read_at, launches }
}

fn aged(offer: Offer, read_at: Timestamp, now: Timestamp) -> Offer {
    let fresh = now < read_at + SignedDuration::from_secs(KEPT_SECS);
    let stock = if fresh { offer.stock } else { Stock::None };
    Offer { stock, ..offer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn offer(cloud: &str, id: &str) -> Offer {
        Offer { provider: cloud.to_owned(), ..sample::offer(id) }
    }

    fn reading(cloud: &str, offers: Option<Vec<Offer>>) -> Reading {
        Reading { cloud: cloud.to_owned(), offers }
    }

    fn after(previous: Option<&Snapshot>, secs: i64, readings: Vec<Reading>) -> Snapshot {
        snapshot(previous, readings, SnapshotId::new(at(secs), [0; 10]), at(secs))
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
        let second = silent(KEPT_SECS - 1, &first);
        assert_eq!(stocks(&second), [("off_a", Stock::High), ("off_c", Stock::High)]);
        let third = silent(KEPT_SECS, &second);
        assert_eq!(stocks(&third), [("off_a", Stock::None), ("off_c", Stock::High)]);
        assert_eq!(third.read_at["lambda"], at(0));
        let back = vec![reading("lambda", Some(vec![offer("lambda", "off_a")]))];
        assert_eq!(stocks(&after(Some(&third), 900, back)), [("off_a", Stock::High)]);
    }

    #[test]
    fn a_cloud_that_never_answered_or_is_gone_sells_nothing() {
        assert_eq!(after(None, 0, vec![reading("lambda", None)]).offers, []);
        let first = after(None, 0, vec![reading("lambda", Some(vec![offer("lambda", "off_a")]))]);
        let gone = after(Some(&first), 60, Vec::new());
        assert_eq!((gone.offers, gone.read_at), (Vec::new(), BTreeMap::new()));
    }
}
