//! Price alerts, in their owners' lists and among those who watch a machine.

use adapters::tables::notifications::Reader;
use adapters::tables::price_alerts::PriceAlerts;
use domain::Mode;
use domain::id::UserId;
use domain::market::alert::{PriceAlert, check_room};
use domain::market::browse::MachineId;
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use futures_util::future::join_all;
use jiff::SignedDuration;
use runtime::ids::entropy;

use crate::world::{Outcome, World, now, tenant_id};

/// The alerts, and one of somebody new for a machine that nobody else watches.
async fn alert() -> Outcome<(PriceAlerts, PriceAlert)> {
    let world = World::from_env().await?;
    let alerts = PriceAlerts::new(&world.aws, world.output("AccountsTable")?);
    let (tenant_id, user_id) = (tenant_id()?, UserId::new(now(), entropy()?));
    let machine = MachineId(format!("h100-{}", user_id.body()));
    let alert = PriceAlert {
        tenant_id,
        user_id,
        mode: Mode::Live,
        machine,
        name: "H100".into(),
        rate_max_usd_micros_per_hour: UsdMicrosPerHour(2_000_000),
        provider_rate_max_usd_micros_per_hour: UsdMicrosPerHour(2_000_000),
        margins: Margins::default(),
        created_at: now(),
    };
    Ok((alerts, alert))
}

fn at_most(alert: &PriceAlert, rate: i64) -> PriceAlert {
    let provider_rate_max_usd_micros_per_hour = UsdMicrosPerHour(rate);
    PriceAlert { provider_rate_max_usd_micros_per_hour, ..alert.clone() }
}

fn reader(alert: &PriceAlert) -> Reader {
    Reader { tenant_id: alert.tenant_id.clone(), user_id: alert.user_id.clone() }
}

/// The prices that alerts of the same machine wait for, once it costs `rate`.
async fn due(alerts: &PriceAlerts, alert: &PriceAlert, rate: i64) -> Outcome<Vec<i64>> {
    let due = alerts.due((Mode::Live, &alert.machine), UsdMicrosPerHour(rate), 10).await?;
    let most = |alert: &PriceAlert| alert.provider_rate_max_usd_micros_per_hour.0;
    Ok(due.iter().map(|due| most(due.alert())).collect())
}

#[tokio::test]
async fn an_alert_is_due_when_its_price_has_come_and_over_when_it_was_told() -> Outcome<()> {
    let (alerts, mine) = alert().await?;
    let user_id = UserId::new(now(), entropy()?);
    let other = at_most(&PriceAlert { user_id, ..mine.clone() }, 10_000_000);
    alerts.set(&mine, |_| Ok(())).await?;
    alerts.set(&other, |_| Ok(())).await?;
    assert_eq!(due(&alerts, &mine, 10_000_001).await?, Vec::<i64>::new());
    assert_eq!(due(&alerts, &mine, 2_000_001).await?, [10_000_000]);
    assert_eq!(due(&alerts, &mine, 2_000_000).await?, [2_000_000, 10_000_000]);
    let first = alerts.due((Mode::Live, &mine.machine), UsdMicrosPerHour(0), 1).await?;
    let first = first.first().ok_or("nothing is due")?;
    alerts.told(first).await?;
    assert_eq!(due(&alerts, &mine, 0).await?, [10_000_000]);
    assert_eq!(alerts.list(&reader(&mine)).await?, []);
    assert_eq!(alerts.told(first).await.map_err(|error| error.code), Err("unavailable"));
    Ok(())
}

#[tokio::test]
async fn an_alert_that_was_changed_since_it_was_due_still_waits() -> Outcome<()> {
    let (alerts, mine) = alert().await?;
    alerts.set(&mine, |_| Ok(())).await?;
    let first = alerts.due((Mode::Live, &mine.machine), UsdMicrosPerHour(0), 1).await?;
    let first = first.first().ok_or("nothing is due")?;
    let lower = at_most(&mine, 1_000_000);
    alerts.set(&lower, |_| Ok(())).await?;
    assert!(alerts.told(first).await.is_err());
    assert_eq!(due(&alerts, &mine, 0).await?, [1_000_000]);
    // Nor does one that takes its place after it was removed end with it.
    alerts.remove(&reader(&mine), &mine.machine).await?;
    assert_eq!(due(&alerts, &mine, 0).await?, Vec::<i64>::new());
    let later = mine.created_at + SignedDuration::from_millis(1);
    alerts.set(&PriceAlert { created_at: later, ..mine.clone() }, |_| Ok(())).await?;
    assert!(alerts.told(first).await.is_err());
    assert_eq!(due(&alerts, &mine, 0).await?, [2_000_000]);
    let missing = alerts.remove(&reader(&mine), &MachineId("none".into())).await;
    assert_eq!(missing.map_err(|error| error.code), Err("not_found"));
    Ok(())
}

#[tokio::test]
async fn however_many_are_set_at_once_nobody_has_more_than_twenty() -> Outcome<()> {
    let (alerts, mine) = alert().await?;
    let of = |number: usize| PriceAlert {
        machine: MachineId(format!("{}-{number}", mine.machine.0)),
        ..mine.clone()
    };
    for number in 0..18 {
        alerts.set(&of(number), |_| Ok(())).await?;
    }
    let more: Vec<_> = (18..24).map(of).collect();
    let set = more.iter().map(|alert| alerts.set(alert, |kept| check_room(kept, &alert.machine)));
    let outcomes = join_all(set).await;
    let refused = outcomes.iter().filter_map(|it| it.as_ref().err()).map(|error| error.code);
    assert_eq!(refused.collect::<Vec<_>>(), ["too_many_alerts"; 4]);
    assert_eq!(alerts.list(&reader(&mine)).await?.len(), 20);
    Ok(())
}
