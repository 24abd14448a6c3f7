//! `every-offer-refresh` in-process, with a bucket, a secret and clouds of this test's own.

use adapters::aws::market::MarketStore;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use contracts::market::OffersDueV1;
use domain::id::UserId;
use domain::market::offer::{ANSWER_SECS, Doubt, Stock};
use domain::money::UsdMicrosPerHour;
use domain::{Error, Mode};
use every_offer_refresh::{App, Status};
use fakes::clouds::Server;
use jiff::{SignedDuration, Timestamp};
use local::BoxError;
use on_offers_due::App as Ask;
use serde_json::{Value, json};
use testkit::{Fault, Lie, LocalClouds, Stack};

type Outcome<T> = Result<T, BoxError>;

/// A client's configuration for the local AWS; each SDK has a type of its own for it.
macro_rules! client {
    ($sdk:ident, $stack:expr $(, $set:ident = $value:expr)*) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url(&$stack.endpoint)
                .region(Region::new("us-east-1"))
                .credentials_provider(Credentials::new("test", "test", None, None, "refresh"))
                $(.$set($value))*
                .build(),
        )
    };
}

/// The functions with their own market, for these accounts.
async fn app(accounts: &str) -> Outcome<(Refresh, MarketStore, String)> {
    let stack = Stack::from_env()?;
    let own = UserId::new(runtime::clock::now(), runtime::ids::entropy()?);
    let bucket = format!("refresh-{}", own.body());
    let s3 = client!(aws_sdk_s3, stack, force_path_style = true);
    s3.create_bucket().bucket(&bucket).send().await?;
    let secrets = client!(aws_sdk_secretsmanager, stack);
    let secret = secrets.create_secret().name(&bucket).secret_string(accounts).send().await?;
    let arn = secret.arn.ok_or("the secret has no address")?;
    let config = stack.config().with("GPU_CLOUDS_SECRET_ARN", arn).with("MARKET_BUCKET", &bucket);
    let aws = stack.aws().await;
    let refresh = Refresh { ask: Ask::new(&aws, &config)?, publish: App::new(&aws, &config)? };
    Ok((refresh, MarketStore::new(&aws, bucket.clone()), bucket))
}

/// A minute's refresh, whose clouds are asked by `on-offers-due` first: the queue leads to the one
/// that is deployed, which has another market.
struct Refresh {
    ask: Ask,
    publish: App,
}

impl Refresh {
    async fn handle(&self, now: Timestamp) -> Outcome<Status> {
        self.ask.handle(OffersDueV1 { cloud: "lambda".to_owned(), due_at: now }, now).await?;
        Ok(self.publish.handle(now).await?)
    }
}

/// Writes the prices that an operator accepts, as `docs/OPERATING.md` says.
async fn accept(bucket: &str, prices: &Value) -> Outcome<()> {
    let s3 = client!(aws_sdk_s3, Stack::from_env()?, force_path_style = true);
    let put = s3.put_object().bucket(bucket).key("offers/live/accepted.json");
    put.body(prices.to_string().into_bytes().into()).send().await?;
    Ok(())
}

async fn stocks(market: &MarketStore) -> Outcome<Vec<Stock>> {
    let snapshot = market.last(Mode::Live).await?.ok_or("no LIVE market")?;
    let mut stocks: Vec<_> = snapshot.offers.iter().map(|offer| offer.stock).collect();
    stocks.dedup();
    Ok(stocks)
}

fn after(start: Timestamp, secs: i64) -> Timestamp {
    start + SignedDuration::from_secs(secs)
}

#[tokio::test]
async fn a_silent_cloud_keeps_its_offers_and_is_sold_out_after_ten_minutes() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let control = LocalClouds::new(server.url());
    let (app, market, _) = app(&server.account("lambda")).await?;
    let start = runtime::clock::now();
    let told = app.handle(start).await?;
    assert_eq!((told.clouds, told.offers, told.silent.len()), (1, 112, 0));
    assert_eq!(stocks(&market).await?, [Stock::Medium]);

    let silence = control.fault(Fault::status(503).on("offers")).await?;
    let told = app.handle(after(start, 60)).await?;
    assert_eq!((told.offers, told.silent.as_slice()), (112, &["lambda".to_owned()][..]));
    assert_eq!(stocks(&market).await?, [Stock::Medium]);
    // The same run again, as a schedule may deliver it, changes nothing that is sold.
    app.handle(after(start, 60)).await?;
    assert_eq!(stocks(&market).await?, [Stock::Medium]);
    app.handle(after(start, ANSWER_SECS)).await?;
    assert_eq!(stocks(&market).await?, [Stock::None]);

    control.end_fault(silence).await?;
    app.handle(after(start, ANSWER_SECS + 60)).await?;
    assert_eq!(stocks(&market).await?, [Stock::Medium]);
    Ok(())
}

#[tokio::test]
async fn a_price_that_has_lost_its_digits_is_not_sold_unless_it_is_accepted() -> Outcome<()> {
    const TYPE: &str = "gpu_1x_a10";
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let control = LocalClouds::new(server.url());
    let (app, market, bucket) = app(&server.account("lambda")).await?;
    let start = runtime::clock::now();
    assert_eq!(app.handle(start).await?.quarantined, 0);
    let first = market.last(Mode::Live).await?.ok_or("no LIVE market")?;
    let sold: Vec<_> = first.offers.iter().filter(|it| it.instance_type == TYPE).collect();
    let one = sold.first().ok_or("no such offer")?;
    let usual = one.provider_rate_usd_micros_per_hour;
    let cost = async || {
        let points = market.history("lambda").await?.since(&one.id, start);
        Ok::<_, Error>(points.last().map(|point| point.rate()))
    };
    assert_eq!(cost().await?, Some(usual));

    let pointer = format!("/data/{TYPE}/instance_type/price_cents_per_hour");
    control.fault(Fault::lie(Lie::Field { pointer, value: json!(1) }).on("offers")).await?;
    for minute in [60, 120] {
        let told = app.handle(after(start, minute)).await?;
        assert_eq!((told.offers, told.quarantined), (112 - sold.len(), sold.len()));
        let market = market.last(Mode::Live).await?.ok_or("no LIVE market")?;
        assert!(market.quarantined.iter().all(|it| it.doubt == Doubt::Jumped { from: usual }));
        assert_eq!(market.find(&one.id), None);
    }
    assert_eq!(cost().await?, Some(usual));

    // What is mistyped ends nothing.
    accept(&bucket, &json!({"off_x": "cheap"})).await?;
    assert_eq!(app.handle(after(start, 180)).await?.quarantined, sold.len());
    accept(&bucket, &json!({&one.id.0: 10_000})).await?;
    assert_eq!(app.handle(after(start, 240)).await?.quarantined, sold.len() - 1);
    assert_eq!(cost().await?, Some(UsdMicrosPerHour(10_000)));
    Ok(())
}

#[tokio::test]
async fn without_a_connected_cloud_there_is_no_live_market() -> Outcome<()> {
    let (app, market, _) = app(r#"{"accounts":[]}"#).await?;
    let told = app.handle(runtime::clock::now()).await?;
    let none = Status { snapshot_id: None, clouds: 0, silent: Vec::new(), ..told.clone() };
    assert_eq!((&told, told.offers), (&none, 0));
    assert_eq!(market.last(Mode::Live).await?, None);
    Ok(())
}

#[tokio::test]
async fn the_sandbox_market_is_published_whenever_its_prices_have_moved() -> Outcome<()> {
    let (app, market, _) = app(r#"{"accounts":[]}"#).await?;
    let start: Timestamp = "2026-11-21T12:00:00Z".parse()?;
    let offers = app.handle(start).await?.sandbox_offers;
    assert!(offers.is_some_and(|offers| offers > 1_900), "{offers:?}");
    let first = market.last(Mode::Sandbox).await?.ok_or("no SANDBOX market")?;
    assert_eq!(app.handle(after(start, 299)).await?.sandbox_offers, None);
    assert_eq!(market.last(Mode::Sandbox).await?.as_ref(), Some(&first));
    assert_eq!(app.handle(after(start, 300)).await?.sandbox_offers, offers);
    let second = market.last(Mode::Sandbox).await?.ok_or("no SANDBOX market")?;
    assert_eq!(second.taken_at, after(start, 300));
    let moved = first.offers.iter().zip(&second.offers).filter(|(before, now)| {
        before.provider_rate_usd_micros_per_hour != now.provider_rate_usd_micros_per_hour
    });
    assert!(moved.count() > 100);
    Ok(())
}
