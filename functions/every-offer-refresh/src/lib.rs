//! `every-offer-refresh`: has each connected GPU cloud asked what it sells and publishes the LIVE
//! market; and publishes the SANDBOX market, which is shipped, whenever its prices have moved.

mod live;

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::aws::queue::Queue;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::clouds::CloudAccounts;
use adapters::tables::connections::Connections;
use contracts::market::{OffersDueV1, PriceFallV1, PricesFellV1};
use domain::id::SnapshotId;
use domain::market::alert;
use domain::market::offer::Snapshot;
use domain::{Error, Mode};
use jiff::Timestamp;
use providers::{Accounts, sandbox, shipped};
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the schedule works with.
#[derive(Debug)]
pub struct App {
    accounts: JsonSecret<Accounts>,
    due: Queue<OffersDueV1>,
    falls: Queue<PricesFellV1>,
    market: MarketStore,
    records: CloudAccounts,
    connections: Connections,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let due = config.required("ON_OFFERS_DUE_QUEUE_URL")?;
        let falls = config.required("ON_PRICE_FALL_QUEUE_URL")?;
        Ok(Self {
            accounts: JsonSecret::new(aws, config.required("GPU_CLOUDS_SECRET_ARN")?),
            due: Queue::new(aws, due, "the queue of the clouds to be asked"),
            falls: Queue::new(aws, falls, "the queue of falling prices"),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
            records: CloudAccounts::new(aws, config.required("PODS_TABLE")?),
            connections: Connections::new(aws, config.required("CONNECTIONS_TABLE")?),
        })
    }
}

/// What one run did.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Status {
    /// The snapshot that is the newest now; `None` where no cloud is connected.
    pub snapshot_id: Option<SnapshotId>,
    /// Clouds that were asked.
    pub clouds: usize,
    /// Clouds that did not answer.
    pub silent: Vec<String>,
    /// Offers published.
    pub offers: usize,
    /// Offers that are in doubt, and not sold.
    pub quarantined: usize,
    /// Offers of the SANDBOX market, if a new one was published.
    pub sandbox_offers: Option<usize>,
}

impl Status {
    /// That so many clouds were asked.
    fn asked(clouds: usize) -> Self {
        let (snapshot_id, silent, sandbox_offers) = (None, Vec::new(), None);
        Self { snapshot_id, clouds, silent, offers: 0, quarantined: 0, sandbox_offers }
    }
}

impl App {
    /// Publishes the markets of `now`. Without a connected cloud there is no LIVE one.
    ///
    /// # Errors
    ///
    /// `unavailable`, also when a cloud could not be asked, after all else was done; `internal` when
    /// the accounts or the shipped catalogue cannot be read. A cloud that does not answer is not an
    /// error: its offers stay for a while.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let clouds = self.clouds(now).await?;
        let asked = self.ask(&clouds, now).await;
        // While the clouds are being asked.
        let sandbox_offers = self.sandbox(now).await?;
        let status = self.publish_live(clouds, now).await?;
        asked?;
        Ok(Status { sandbox_offers, ..status })
    }

    /// Publishes the shipped market at the prices of `now` unless the last one has them; returns how
    /// many offers it has.
    async fn sandbox(&self, now: Timestamp) -> Result<Option<usize>, Error> {
        let last = self.market.last(Mode::Sandbox).await?;
        if last.as_ref().is_some_and(|last| !sandbox::market::has_moved(last.taken_at, now)) {
            return Ok(None);
        }
        let shipped = shipped()?;
        let id = SnapshotId::new(now, runtime::ids::entropy()?);
        let snapshot = sandbox::market::snapshot_at(id, now, &shipped);
        self.tell_falls(Mode::Sandbox, last.as_ref(), &snapshot).await?;
        self.market.publish(Mode::Sandbox, &snapshot, now).await?;
        self.connections.announce_snapshot(Mode::Sandbox, &snapshot.id).await?;
        Ok(Some(snapshot.offers.len()))
    }

    /// Has those told whose price alerts wait for what machines cost now; before that is published,
    /// since only the next fall would show again that it was not done.
    async fn tell_falls(
        &self,
        mode: Mode,
        before: Option<&Snapshot>,
        now: &Snapshot,
    ) -> Result<(), Error> {
        let falls = before.map(|before| alert::falls(before, now)).unwrap_or_default();
        let falls = falls.into_iter().map(|(machine, provider_rate_usd_micros_per_hour)| {
            PriceFallV1 { machine, provider_rate_usd_micros_per_hour }
        });
        let falls: Vec<_> = falls.collect();
        let message = |falls: &[PriceFallV1]| PricesFellV1 { mode, falls: falls.to_vec() };
        let messages: Vec<_> = falls.chunks(PricesFellV1::FALLS_MAX).map(message).collect();
        self.falls.send_all(&messages).await
    }
}

fn shipped() -> Result<shipped::Shipped, Error> {
    shipped::read(shipped::CATALOGUE)
        .map_err(|error| Error::broken("the shipped catalogue cannot be read", error))
}
