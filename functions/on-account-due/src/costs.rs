//! What an account costs each day, by our books and by its cloud.

use std::time::Duration;

use domain::Error;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::sweep::{CostDay, day_of};
use jiff::{SignedDuration, Timestamp, Unit};
use providers::Provider;
use runtime::telemetry::{Metric, report};

use crate::App;

/// How long a cloud may take to tell its bill: the machines come first.
const BILL_WITHIN: Duration = Duration::from_secs(20);
/// Days of a gap between two lists that are counted.
const DAYS_MAX: i64 = 3;

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
        let days =
            (0..DAYS_MAX).map(|after| day_of(since + SignedDuration::from_hours(24 * after)));
        let days = days.chain([day_of(now)]).take_while(|day| *day <= day_of(now));
        for day in days {
            let count = |it: CostDay| it.counted(hourly, since, now);
            if let Err(error) = self.accounts.note_costs(cloud, day, count).await {
                tracing::warn!(cloud, error = ?error, "what its machines cost was not counted");
            }
        }
    }

    /// Asks the cloud, in the first minute of an hour, what it charged for yesterday, and tells the
    /// operator of a difference.
    pub(crate) async fn check_costs(&self, account: (&str, &dyn Provider), now: Timestamp) {
        let is_hour = now.round(Unit::Minute).is_ok_and(|it| it.as_second() % 3_600 == 0);
        if !is_hour {
            return;
        }
        let cloud = account.0;
        let compared = tokio::time::timeout(BILL_WITHIN, self.compare_costs(account, now)).await;
        let compared = compared.unwrap_or_else(|late| Err(Error::unavailable("the bill", late)));
        if let Err(error) = compared {
            // The next hour asks again.
            tracing::error!(cloud, error = ?error, "its bill was not compared");
            let is_late =
                CostDay::new(day_of(now - SignedDuration::from_hours(24))).is_complete(now);
            report(Metric::CostsDiffer, u32::from(is_late), now);
        }
    }

    async fn compare_costs(
        &self,
        (cloud, provider): (&str, &dyn Provider),
        now: Timestamp,
    ) -> Result<(), Error> {
        let yesterday = day_of(now - SignedDuration::from_hours(24));
        let known = self.accounts.costs(cloud, yesterday).await?;
        if !known.is_to_be_asked(now) {
            return Ok(());
        }
        let charged = provider.charged(yesterday).await?;
        // Told before it is noted: who dies in between tells it twice.
        let news = known.charged(charged, now).news(now);
        if let Some(UsdMicros(difference)) = news {
            let (day, counted) = (known.day, known.counted_usd_micros.0);
            let charged = charged.map(|it| it.0);
            tracing::error!(cloud, %day, counted, ?charged, difference, "the cloud's bill differs");
        }
        report(Metric::CostsDiffer, u32::from(news.is_some()), now);
        let note = |day: CostDay| {
            let day = day.charged(charged, now);
            if news.is_some() { day.told(now) } else { day }
        };
        self.accounts.note_costs(cloud, yesterday, note).await.map(drop)
    }
}
