//! The LIVE market: what is asked of the clouds, and what is made of their answers.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use contracts::market::OffersDueV1;
use domain::id::SnapshotId;
use domain::market::guard::{Guard, UsualPrices, Voices};
use domain::market::offer::{Offer, OfferId, Snapshot};
use domain::market::refresh::{self, Reading};
use domain::money::UsdMicrosPerHour;
use domain::{Error, Mode};
use jiff::Timestamp;
use runtime::telemetry::{Metric, report};
use tokio::time::{Instant, sleep};

use crate::{App, Status, shipped};

/// How long the clouds' answers are waited for; one that comes later is in the next market.
const WAIT: Duration = Duration::from_secs(20);
/// Between two looks for them, at first and at most.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// In minutes that are multiples of this, a market is announced though it is as it was, so that
/// whoever looks at it sees that it is up to date.
const ANNOUNCED_MINUTES: i64 = 5;
/// In minutes that are multiples of this, launches are counted anew.
const RECORD_MINUTES: i64 = 5;

/// Whether this is one of so many minutes.
fn is_every(minutes: i64, now: Timestamp) -> bool {
    now.as_second().div_euclid(60) % minutes == 0
}

impl App {
    /// The connected clouds.
    pub(crate) async fn clouds(&self, now: Timestamp) -> Result<Vec<String>, Error> {
        let known = self.accounts.get(now).await?;
        Ok(known.accounts.iter().map(|account| account.cloud.clone()).collect())
    }

    /// Has each cloud asked what it sells.
    pub(crate) async fn ask(&self, clouds: &[String], due_at: Timestamp) -> Result<(), Error> {
        let due = |cloud: &String| OffersDueV1 { cloud: cloud.clone(), due_at };
        self.due.send_all(&clouds.iter().map(due).collect::<Vec<_>>()).await
    }

    /// Publishes what the clouds sell. Without a cloud there is nothing to publish.
    pub(crate) async fn publish_live(
        &self,
        clouds: Vec<String>,
        now: Timestamp,
    ) -> Result<Status, Error> {
        let mut status = Status::asked(clouds.len());
        if clouds.is_empty() {
            return Ok(status);
        }
        let readings = self.readings(clouds, now).await?;
        let silent = readings.iter().filter(|reading| reading.offers.is_none());
        status.silent = silent.map(|reading| reading.cloud.clone()).collect();
        let last = self.market.last(Mode::Live).await?;
        let usual = usual_prices(&readings)?;
        let accepted = self.market.accepted().await.unwrap_or_else(|error| {
            // What an operator mistyped must not end the market.
            tracing::error!(error = ?error, "the accepted prices cannot be read");
            BTreeMap::default()
        });
        let guard = Guard { usual: &usual, accepted: &accepted };
        let id = SnapshotId::new(now, runtime::ids::entropy()?);
        let mut snapshot = refresh::snapshot(last.as_ref(), readings, &guard, id, now);
        self.note_health(&mut snapshot, now).await?;
        self.note_prices(last.as_ref(), &snapshot, now).await?;
        self.tell_falls(Mode::Live, last.as_ref(), &snapshot).await?;
        self.market.publish(Mode::Live, &snapshot, now).await?;
        let is_new = last.is_none_or(|last| !refresh::sells_the_same(&last, &snapshot));
        if is_new || is_every(ANNOUNCED_MINUTES, now) {
            self.connections.announce_snapshot(Mode::Live, &snapshot.id).await?;
        }
        for held in &snapshot.quarantined {
            let (cloud, offer_id, doubt) = (&held.offer.provider, &held.offer.id.0, held.doubt);
            tracing::warn!(cloud, offer_id, ?doubt, "an offer is not sold");
        }
        status.quarantined = snapshot.quarantined.len();
        report(Metric::OffersInDoubt, u32::try_from(status.quarantined).unwrap_or(u32::MAX), now);
        status.offers = snapshot.offers.len();
        status.snapshot_id = Some(snapshot.id);
        Ok(status)
    }

    /// What each cloud answered, once all have or the time is up.
    async fn readings(&self, clouds: Vec<String>, now: Timestamp) -> Result<Vec<Reading>, Error> {
        let (until, mut pause) = (Instant::now() + WAIT, PAUSE);
        let mut readings: Vec<_> =
            clouds.into_iter().map(|cloud| Reading::none(cloud, Timestamp::UNIX_EPOCH)).collect();
        loop {
            let mut is_complete = true;
            for reading in readings.iter_mut().filter(|reading| reading.due_at < now) {
                if let Some(filed) = self.market.reading(&reading.cloud).await? {
                    *reading = filed;
                }
                is_complete &= reading.due_at >= now;
            }
            if is_complete || Instant::now() >= until {
                return Ok(readings.into_iter().map(|reading| reading.current(now)).collect());
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }

    /// Says with each cloud that sells something whether it rests, and now and then how its launches
    /// went.
    async fn note_health(&self, snapshot: &mut Snapshot, now: Timestamp) -> Result<(), Error> {
        let is_counted = is_every(RECORD_MINUTES, now) || snapshot.launches.is_empty();
        for (cloud, reading) in &mut snapshot.clouds {
            reading.resting_until = self.records.health(cloud).await?.resting_until;
            if is_counted {
                let record = self.records.launches(cloud, now).await?;
                snapshot.launches.remove(cloud);
                snapshot.launches.extend(record.map(|record| (cloud.clone(), record)));
            }
        }
        Ok(())
    }

    /// Notes the prices that have changed, before they are published: a change that was not noted
    /// would never be seen again.
    async fn note_prices(
        &self,
        last: Option<&Snapshot>,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<(), Error> {
        let before: HashMap<&OfferId, UsdMicrosPerHour> =
            last.into_iter().flat_map(|last| &last.offers).map(priced).collect();
        let mut changed: HashMap<&str, Vec<&Offer>> = HashMap::new();
        for offer in &snapshot.offers {
            if before.get(&offer.id) != Some(&offer.provider_rate_usd_micros_per_hour) {
                changed.entry(&offer.provider).or_default().push(offer);
            }
        }
        for (cloud, offers) in changed {
            let mut history = self.market.history(cloud).await?;
            let noted = offers.into_iter().filter(|offer| history.note(offer, now)).count();
            if noted > 0 {
                history.forget(now);
                self.market.keep_history(cloud, &history).await?;
            }
        }
        Ok(())
    }
}

fn priced(offer: &Offer) -> (&OfferId, UsdMicrosPerHour) {
    (&offer.id, offer.provider_rate_usd_micros_per_hour)
}

/// What GPUs usually cost: at the clouds that answered, and in the shipped catalogue.
fn usual_prices(readings: &[Reading]) -> Result<UsualPrices, Error> {
    let mut voices = Voices::default();
    for row in shipped()?.rows {
        let price = (row.gpu_count, row.provider_rate_usd_micros_per_hour);
        voices.hear(&row.provider, row.gpu.name, price);
    }
    for Offer { provider, gpu, gpu_count, provider_rate_usd_micros_per_hour: rate, .. } in
        readings.iter().flat_map(|reading| reading.offers.iter().flatten())
    {
        voices.hear(provider, gpu, (*gpu_count, *rate));
    }
    Ok(voices.usual())
}
