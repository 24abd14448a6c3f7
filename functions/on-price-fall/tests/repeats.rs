//! Falling prices that are told twice, or whose function died before it was done, against the local
//! AWS that `make test` brings up.

use std::collections::BTreeSet;

use adapters::tables::notifications::Reader;
use adapters::tables::price_alerts::PriceAlerts;
use contracts::market::{PriceFallV1, PricesFellV1};
use contracts::notice::NoticeV1;
use domain::Mode;
use domain::id::UserId;
use domain::market::alert::PriceAlert;
use domain::market::browse::MachineId;
use domain::market::price::Margins;
use domain::money::UsdMicrosPerHour;
use on_price_fall::App;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{Outcome, OwnQueue, Site, fresh_key, samples};

const RATE: UsdMicrosPerHour = UsdMicrosPerHour(1_000_000);

/// The function with queues of its own, and a machine that nobody else watches.
struct Desk {
    site: Site,
    app: App,
    alerts: PriceAlerts,
    notices: OwnQueue,
    further: OwnQueue,
    machine: MachineId,
}

impl Desk {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let (notices, further) = (site.queue().await?, site.queue().await?);
        let config = site.config().with("ON_NOTICE_QUEUE_URL", &notices.url);
        let config = config.with("ON_PRICE_FALL_QUEUE_URL", &further.url);
        let app = App::new(site.aws(), &config)?;
        let alerts = PriceAlerts::new(site.aws(), config.required("ACCOUNTS_TABLE")?);
        let machine = MachineId(format!("h100-{}", fresh_key()?));
        Ok(Self { site, app, alerts, notices, further, machine })
    }

    /// An alert of somebody new for what the machine costs now.
    async fn alert(&self) -> Outcome<PriceAlert> {
        let alert = PriceAlert {
            tenant_id: self.site.tenant_id.clone(),
            user_id: UserId::new(now(), entropy()?),
            mode: Mode::Live,
            machine: self.machine.clone(),
            name: "H100".to_owned(),
            rate_max_usd_micros_per_hour: RATE,
            provider_rate_max_usd_micros_per_hour: RATE,
            margins: Margins::default(),
            created_at: now(),
        };
        self.alerts.set(&alert, |_| Ok(())).await?;
        Ok(alert)
    }

    async fn fall(&self) -> Outcome<usize> {
        let fall =
            PriceFallV1 { machine: self.machine.clone(), provider_rate_usd_micros_per_hour: RATE };
        let message = PricesFellV1 { mode: Mode::Live, falls: vec![fall] };
        Ok(self.app.handle(message, now()).await?)
    }
}

#[tokio::test]
async fn who_was_told_is_not_told_again_and_a_crash_in_between_mails_the_same_notice() -> Outcome<()>
{
    let desk = Desk::new().await?;
    let alert = desk.alert().await?;
    assert_eq!((desk.fall().await?, desk.fall().await?), (1, 0));
    let reader = Reader { tenant_id: alert.tenant_id.clone(), user_id: alert.user_id.clone() };
    assert_eq!(desk.alerts.list(&reader).await?, []);
    // As if the function had died after the mail was queued: the alert is still there.
    desk.alerts.set(&alert, |_| Ok(())).await?;
    assert_eq!(desk.fall().await?, 1);
    let told: Vec<NoticeV1> = desk.notices.take().await?;
    let keys: BTreeSet<_> = told.iter().map(|notice| &notice.key).collect();
    assert_eq!((told.len(), keys.len()), (2, 1));
    Ok(())
}

#[tokio::test]
async fn a_hundred_are_told_at_a_time_and_a_further_message_tells_the_others() -> Outcome<()> {
    let desk = Desk::new().await?;
    for _ in 0..101 {
        desk.alert().await?;
    }
    assert_eq!(desk.fall().await?, 100);
    let further: Vec<PricesFellV1> = desk.further.take().await?;
    let [further] = further.as_slice() else { return Err(format!("{further:?}").into()) };
    assert_eq!(desk.app.handle(further.clone(), now()).await?, 1);
    assert_eq!(desk.further.take::<PricesFellV1>().await?, []);
    Ok(())
}
