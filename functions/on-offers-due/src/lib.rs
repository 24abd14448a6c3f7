//! `on-offers-due`: asks one GPU cloud what it sells, and files its answer for
//! `every-offer-refresh`.
//!
//! Each cloud is asked by itself, so that one that is slow, or whose answer ends the function, is
//! missing from the market and takes no other with it.

use std::time::{Duration, Instant};

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::clouds::ConnectedClouds;
use contracts::market::OffersDueV1;
use domain::Error;
use domain::market::refresh::Reading;
use jiff::{SignedDuration, Timestamp};
use runtime::config::{Config, ConfigError};

/// How long a cloud may take. The function itself has a little more, to file what came of it.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);
/// After so many seconds the next refresh has asked, and what it is told is newer.
const DUE_SECS: i64 = 60;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    clouds: ConnectedClouds,
    market: MarketStore,
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
        })
    }

    /// Asks the cloud and files what it sells, or that it did not answer. `None` if there is nothing
    /// to ask any more: a later refresh has, or the cloud was disconnected.
    ///
    /// # Errors
    ///
    /// `unavailable` when the answer cannot be filed; `internal` when the accounts cannot be read. A
    /// cloud that does not answer is not an error.
    pub async fn handle(
        &self,
        OffersDueV1 { cloud, due_at }: OffersDueV1,
        now: Timestamp,
    ) -> Result<Option<usize>, Error> {
        if now >= due_at + SignedDuration::from_secs(DUE_SECS) {
            return Ok(None);
        }
        let clouds = self.clouds.get(now).await?;
        let Some((_, provider)) = clouds.live().find(|(name, _)| *name == cloud) else {
            return Ok(None);
        };
        let began = Instant::now();
        let answer = match tokio::time::timeout(ANSWER_WITHIN, provider.offers(now)).await {
            Ok(answer) => answer,
            Err(late) => Err(Error::unavailable("the GPU cloud", late)),
        };
        let offers = answer.inspect_err(|error| {
            tracing::error!(cloud, code = error.code, error = ?error, "the cloud gave no offers");
        });
        let millis = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        let reading = Reading { cloud, due_at, millis, offers: offers.ok() };
        self.market.file(&reading).await?;
        Ok(Some(reading.offers.map_or(0, |offers| offers.len())))
    }
}
