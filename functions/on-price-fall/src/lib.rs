//! `on-price-fall`: tells those whose price alerts waited for what machines cost now.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::price_alerts::{DueAlert, PriceAlerts};
use contracts::market::{PriceFallV1, PricesFellV1};
use contracts::notice::NoticeV1;
use domain::{Error, Mode};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// Alerts of one machine that are dealt with at a time; if there are more, a further message deals
/// with them.
const ALERTS_AT_ONCE: i32 = 100;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    alerts: PriceAlerts,
    notices: Queue<NoticeV1>,
    falls: Queue<PricesFellV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let (notices, falls) =
            (config.required("ON_NOTICE_QUEUE_URL")?, config.required("ON_PRICE_FALL_QUEUE_URL")?);
        Ok(Self {
            alerts: PriceAlerts::new(aws, config.required("ACCOUNTS_TABLE")?),
            notices: Queue::new(aws, notices, "the mail queue"),
            falls: Queue::new(aws, falls, "the queue of falling prices"),
        })
    }

    /// Tells everybody whose alert waited for one of these prices; returns how many were told.
    ///
    /// # Errors
    ///
    /// `unavailable`. Whoever has been told by then is not told again.
    pub async fn handle(&self, fell: PricesFellV1, _: Timestamp) -> Result<usize, Error> {
        let mut told = 0;
        for fall in &fell.falls {
            told += self.tell(fell.mode, fall).await?;
        }
        Ok(told)
    }

    async fn tell(&self, mode: Mode, fall: &PriceFallV1) -> Result<usize, Error> {
        let PriceFallV1 { machine, provider_rate_usd_micros_per_hour: rate } = fall;
        let due = self.alerts.due((mode, machine), *rate, ALERTS_AT_ONCE).await?;
        for alert in &due {
            self.tell_one(alert, fall).await?;
        }
        if due.len() >= usize::try_from(ALERTS_AT_ONCE).unwrap_or(usize::MAX) {
            self.falls.send(&PricesFellV1 { mode, falls: vec![fall.clone()] }).await?;
        }
        Ok(due.len())
    }

    /// The mail first: told twice it is mailed once, and not told at all it would be lost.
    async fn tell_one(&self, due: &DueAlert, fall: &PriceFallV1) -> Result<(), Error> {
        let alert = due.alert();
        let rate = alert.margins.rate(fall.provider_rate_usd_micros_per_hour)?;
        self.notices.send(&NoticeV1::price_fell(alert, rate)).await?;
        self.alerts.told(due).await
    }
}
