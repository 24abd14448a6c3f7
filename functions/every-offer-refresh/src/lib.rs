//! `every-offer-refresh`: asks each connected GPU cloud what it sells and publishes the LIVE market;
//! and publishes the SANDBOX market, which is shipped, whenever its prices have moved.

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::clouds::ConnectedClouds;
use adapters::tables::connections::Connections;
use domain::id::SnapshotId;
use domain::market::offer::Snapshot;
use domain::market::refresh::{self, Reading};
use domain::{Error, Mode};
use futures_util::future::join_all;
use jiff::Timestamp;
use providers::{Provider, sandbox, shipped};
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the schedule works with.
#[derive(Debug)]
pub struct App {
    clouds: ConnectedClouds,
    market: MarketStore,
    connections: Connections,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            clouds: ConnectedClouds::new(
                aws,
                config.required("GPU_CLOUDS_SECRET_ARN")?,
                config.required("PODS_TABLE")?,
                runtime::clock::now,
            ),
            market: MarketStore::new(aws, config.required("MARKET_BUCKET")?),
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
    /// Offers of the SANDBOX market, if a new one was published.
    pub sandbox_offers: Option<usize>,
}

impl App {
    /// Publishes the markets of `now`. Without a connected cloud there is no LIVE one.
    ///
    /// # Errors
    ///
    /// `unavailable`; `internal` when the accounts or the shipped catalogue cannot be read. A cloud
    /// that does not answer is not an error: its offers stay for a while.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let live = self.live(now).await?;
        Ok(Status { sandbox_offers: self.sandbox(now).await?, ..live })
    }

    /// Publishes the shipped market at the prices of `now` unless the last one has them; returns how
    /// many offers it has.
    async fn sandbox(&self, now: Timestamp) -> Result<Option<usize>, Error> {
        let last = self.market.last(Mode::Sandbox).await?;
        if last.is_some_and(|last| !sandbox::market::has_moved(last.taken_at, now)) {
            return Ok(None);
        }
        let shipped = shipped::read(shipped::CATALOGUE)
            .map_err(|error| Error::broken("the shipped catalogue cannot be read", error))?;
        let id = SnapshotId::new(now, runtime::ids::entropy()?);
        let snapshot = sandbox::market::snapshot_at(id, now, &shipped);
        self.publish(Mode::Sandbox, &snapshot, now).await?;
        Ok(Some(snapshot.offers.len()))
    }

    async fn publish(&self, mode: Mode, snapshot: &Snapshot, now: Timestamp) -> Result<(), Error> {
        self.market.publish(mode, snapshot, now).await?;
        self.connections.announce_snapshot(mode, &snapshot.id).await
    }

    async fn live(&self, now: Timestamp) -> Result<Status, Error> {
        let clouds = self.clouds.get(now).await?;
        let reading = async |(cloud, provider): (&str, &dyn Provider)| {
            let offers = provider.offers(now).await.inspect_err(|error| {
                tracing::error!(cloud, code = error.code, error = ?error, "the cloud gave no offers");
            });
            Reading { cloud: cloud.to_owned(), offers: offers.ok() }
        };
        // All at once, so that the slowest of them is all there is to wait for.
        let readings = join_all(clouds.live().map(reading)).await;
        let silent: Vec<_> = readings.iter().filter(|reading| reading.offers.is_none()).collect();
        let silent: Vec<_> = silent.into_iter().map(|reading| reading.cloud.clone()).collect();
        let clouds = readings.len();
        let sandbox_offers = None;
        if clouds == 0 {
            return Ok(Status { snapshot_id: None, clouds, silent, offers: 0, sandbox_offers });
        }
        let last = if silent.is_empty() { None } else { self.market.last(Mode::Live).await? };
        let id = SnapshotId::new(now, runtime::ids::entropy()?);
        let snapshot = refresh::snapshot(last.as_ref(), readings, id, now);
        self.publish(Mode::Live, &snapshot, now).await?;
        let offers = snapshot.offers.len();
        Ok(Status { snapshot_id: Some(snapshot.id), clouds, silent, offers, sandbox_offers })
    }
}
