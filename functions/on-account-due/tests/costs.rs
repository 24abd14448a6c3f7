//! What an account costs each day, on the local AWS and at the local GPU clouds that `make test`
//! brings up. No two tests share a cloud: what is charged for a day is set for all of it.

use adapters::tables::clouds::CloudAccounts;
use contracts::sweep::AccountDueV1;
use domain::Mode;
use domain::market::offer::Offer;
use domain::money::{UsdMicros, UsdMicrosPerHour};
use domain::pod::sweep::{CostDay, day_of};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use on_account_due::App;
use runtime::clock::now;
use testkit::site::{DEPLOYMENT, FIFTY_DOLLARS};
use testkit::{Fault, Outcome, Site, Stack, samples, until};

const DAY: Date = date(2026, 2, 28);
const TEN_DOLLARS: UsdMicros = UsdMicros(10_000_000);
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// An account, whose costs are kept in a table of the test's own.
struct Account {
    cloud: &'static str,
    accounts: CloudAccounts,
    site: Site,
    app: App,
}

/// So many minutes after the end of the day.
fn after(minutes: i64) -> Timestamp {
    CostDay::new(DAY).ends_at() + MINUTE * i32::try_from(minutes).unwrap_or_default()
}

impl Account {
    /// One whose machines cost ten dollars on the day by our count.
    async fn at(cloud: &'static str) -> Outcome<Self> {
        let site = Site::in_mode(Mode::Live, samples::market()).await?;
        let accounts = CloudAccounts::new(site.aws(), site.config().required("PODS_TABLE")?);
        let app = App::new(site.aws(), &site.config())?;
        let until = CostDay::new(DAY).ends_at();
        let since = until - SignedDuration::from_hours(10);
        let count = |day: CostDay| day.counted(UsdMicrosPerHour(1_000_000), since, until);
        let counted = accounts.note_costs(cloud, DAY, count).await?;
        assert_eq!(counted.counted_usd_micros, TEN_DOLLARS);
        Ok(Self { cloud, accounts, site, app })
    }

    /// The day after a comparison at this instant.
    async fn compared(&self, at: Timestamp) -> Outcome<CostDay> {
        let due = AccountDueV1 { cloud: self.cloud.to_owned(), due_at: at };
        let status = self.app.handle(due, at).await?;
        assert!(status.listed.is_some(), "{status:?}");
        Ok(self.accounts.costs(self.cloud, DAY).await?)
    }
}

#[tokio::test]
async fn a_day_is_compared_once_with_what_its_cloud_charged() -> Outcome<()> {
    let (account, clouds) = (Account::at("runpod").await?, Stack::from_env()?.clouds()?);
    clouds.charge("runpod", DAY, 15_000_000).await?;
    for too_soon_or_within_an_hour in [after(5 * 60), after(6 * 60 - 1), after(6 * 60 + 1)] {
        let day = account.compared(too_soon_or_within_an_hour).await?;
        assert_eq!((day.charged_usd_micros, day.asked_at), (None, None));
    }
    let asked_at = after(6 * 60);
    let day = account.compared(asked_at).await?;
    assert_eq!(day.counted_usd_micros, TEN_DOLLARS);
    assert_eq!(day.charged_usd_micros, Some(UsdMicros(15_000_000)));
    assert_eq!(day.difference(), Some(UsdMicros(5_000_000)));
    assert_eq!(day.asked_at, Some(asked_at));
    assert_eq!(day.told_at, Some(asked_at), "an operator is told once");
    clouds.charge("runpod", DAY, 99_000_000).await?;
    assert_eq!(account.compared(after(7 * 60)).await?, day);
    Ok(())
}

#[tokio::test]
async fn a_bill_as_we_counted_it_is_no_difference() -> Outcome<()> {
    let (account, clouds) = (Account::at("scaleway").await?, Stack::from_env()?.clouds()?);
    clouds.charge("scaleway", DAY, 11_000_000).await?;
    let day = account.compared(after(9 * 60)).await?;
    assert_eq!(day.charged_usd_micros, Some(UsdMicros(11_000_000)));
    assert_eq!(day.difference(), None);
    Ok(())
}

#[tokio::test]
async fn a_bill_that_cannot_be_had_is_asked_for_again_in_an_hour() -> Outcome<()> {
    let (account, clouds) = (Account::at("vast-ai").await?, Stack::from_env()?.clouds()?);
    clouds.charge("vast-ai", DAY, 3_000_000).await?;
    let fault = clouds.fault(Fault::malformed().after().at("vast-ai").on("charges")).await?;
    let compared = account.compared(after(6 * 60)).await;
    clouds.end_fault(fault).await?;
    assert_eq!(compared?.asked_at, None);
    let day = account.compared(after(7 * 60)).await?;
    assert_eq!(day.charged_usd_micros, Some(UsdMicros(3_000_000)));
    assert_eq!(day.difference(), Some(UsdMicros(-7_000_000)));
    // It may not be whole yet.
    clouds.charge("vast-ai", DAY, 10_000_000).await?;
    let day = account.compared(after(8 * 60)).await?;
    assert_eq!(day.charged_usd_micros, Some(UsdMicros(10_000_000)));
    Ok(())
}

#[tokio::test]
async fn a_cloud_that_tells_nothing_of_a_day_is_noted_as_asked() -> Outcome<()> {
    let account = Account::at("verda").await?;
    let day = account.compared(after(6 * 60)).await?;
    assert_eq!(day.asked_at, Some(after(6 * 60)));
    assert_eq!((day.charged_usd_micros, day.difference()), (None, None));
    Ok(())
}

#[tokio::test]
async fn what_a_pods_machine_costs_is_counted_from_list_to_list() -> Outcome<()> {
    let (account, clouds) = (Account::at("lambda").await?, Stack::from_env()?.clouds()?);
    let (site, begin) = (&account.site, now());
    let pod = site.open(&site.payer(FIFTY_DOLLARS).await?, None).await?;
    let quoted = pod.quote.configuration.offer.clone();
    let (held, prefix) = (pod.quote.hold_usd_micros, DEPLOYMENT.parse()?);
    let offer = Offer { provider: "lambda".to_owned(), ..quoted };
    site.change(&pod, |pod| pod.funds_held(held, begin)).await?;
    let pod = site.change(&pod, |pod| pod.begin_attempt(offer.clone(), &prefix, begin)).await?;
    let machine_name = pod.attempts.last().ok_or("no attempt")?.machine_name.clone();
    until("the pod's machine to be filed", async || {
        let filed = site.pods.machines_at("lambda").await?;
        Ok(filed.iter().any(|it| it.machine_name == machine_name).then_some(()))
    })
    .await?;
    clouds.launch_unasked(&machine_name, "gpu_1x_a10").await?;
    let lists = [begin, begin + MINUTE, begin + MINUTE * 3];
    let mut compared = Vec::new();
    for at in lists {
        compared.push(account.compared(at).await);
    }
    clouds.vanish(&machine_name).await?;
    compared.into_iter().collect::<Outcome<Vec<_>>>()?;
    let (first, last) = (day_of(begin), day_of(begin + MINUTE * 3));
    let mut counted = account.accounts.costs("lambda", first).await?.counted_usd_micros.0;
    if last != first {
        counted += account.accounts.costs("lambda", last).await?.counted_usd_micros.0;
    }
    let rate = pod.quote.configuration.provider_rate()?;
    let three_minutes = rate.over_secs_rounded_up(180)?.0;
    // Each part is rounded up to the next micro-dollar.
    assert!((three_minutes..=three_minutes + 2).contains(&counted), "{counted} {three_minutes}");
    Ok(())
}
