//! What an account costs each day, by our books and by its cloud.

use domain::money::UsdMicrosPerHour;
use domain::pod::sweep::{CostDay, day_of};
use domain::{Error, money::UsdMicros};
use jiff::{SignedDuration, Timestamp, Unit};
use providers::Provider;
use runtime::telemetry::{Metric, report};

use crate::App;

impl App {
    /// Counts what the account's machines cost since they were listed before. It is a figure to
    /// compare the cloud's bill with, and keeps nothing else from being done.
    pub(crate) async fn count_costs(
        &self,
        cloud: &str,
        hourly: UsdMicrosPerHour,
        listed_at: Option<Timestamp>,
        now: Timestamp,
    ) {
        let Some(since) = listed_at.filter(|_| hourly.0 > 0) else { return };
        let mut days = vec![day_of(since), day_of(now)];
        days.dedup();
        for day in days {
            let count = |it: CostDay| it.counted(hourly, since, now);
            if let Err(error) = self.accounts.note_costs(cloud, day, count).await {
                tracing::warn!(cloud, error = ?error, "what its machines cost was not counted");
            }
        }
    }

    /// Asks the cloud, in the first minute of an hour, what it charged for yesterday, if its bill may
    /// be whole by now and was not when it was asked before.
    pub(crate) async fn check_costs(
        &self,
        (cloud, provider): (&str, &dyn Provider),
        now: Timestamp,
    ) {
        let is_hour = now.round(Unit::Minute).is_ok_and(|it| it.as_second() % 3_600 == 0);
        if !is_hour {
            return;
        }
        match self.compare_costs((cloud, provider), now).await {
            Ok(None) => {}
            Ok(Some(day)) => tell(cloud, day, now),
            // The next hour asks again.
            Err(error) => tracing::warn!(cloud, error = ?error, "its costs were not compared"),
        }
    }

    /// Yesterday's costs, if the cloud was asked for them just now.
    async fn compare_costs(
        &self,
        (cloud, provider): (&str, &dyn Provider),
        now: Timestamp,
    ) -> Result<Option<CostDay>, Error> {
        let yesterday = day_of(now - SignedDuration::from_hours(24));
        let known = self.accounts.costs(cloud, yesterday).await?;
        if !known.is_to_be_asked(now) {
            return Ok(None);
        }
        let charged = provider.charged(yesterday).await?;
        let note = |day: CostDay| day.charged(charged, now);
        self.accounts.note_costs(cloud, yesterday, note).await.map(Some)
    }
}

/// Tells the operator of a day on which the cloud charged something else than we counted.
fn tell(cloud: &str, costs: CostDay, now: Timestamp) {
    let CostDay {
        day, counted_usd_micros: UsdMicros(counted), charged_usd_micros: charged, ..
    } = costs;
    let difference = costs.news(now);
    if let Some(UsdMicros(difference)) = difference {
        let charged = charged.map(|it| it.0);
        tracing::error!(cloud, %day, counted, ?charged, difference, "the cloud's bill differs");
    }
    report(Metric::CostsDiffer, u32::from(difference.is_some()), now);
}
