//! An AWS that does not answer is told apart from one that refuses.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use adapters::Aws;
use adapters::aws::market::MarketStore;
use adapters::tables::ledger::{Ledger, ReleaseFor, WalletOf};
use adapters::tables::pods::Pods;
use domain::Mode;
use domain::{Error, Kind};

use crate::world::{Outcome, now, pod_id, tenant_id, user_id};

const WITHIN: Duration = Duration::from_secs(10);

/// A connection to a port of this machine at which nobody listens.
async fn nobody() -> Outcome<Aws> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    Ok(Aws::connect_to(&format!("http://127.0.0.1:{port}"), "us-east-1").await)
}

fn assert_unavailable<T>(began: Instant, result: Result<T, Error>, named: &str) {
    let error = result.err();
    assert_eq!(
        error.as_ref().map(|it| (it.kind, it.code)),
        Some((Kind::Unavailable, "unavailable"))
    );
    assert!(error.as_ref().is_some_and(|it| it.message.contains(named)), "{error:?}");
    assert!(error.is_some_and(|it| it.source.is_some()), "the log needs the cause");
    assert!(began.elapsed() < WITHIN, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_unavailable_within_ten_seconds() -> Outcome<()> {
    let aws = nobody().await?;
    let began = Instant::now();
    let loaded = Pods::new(&aws, "pods".into()).load(&tenant_id()?, &pod_id()?).await;
    assert_unavailable(began, loaded, "the pods table");
    let ledger = Ledger::new(&aws, "ledger".into());
    let of = WalletOf { tenant_id: tenant_id()?, user_id: user_id()?, mode: Mode::Sandbox };
    let began = Instant::now();
    assert_unavailable(
        began,
        ledger.release(&of, &pod_id()?, ReleaseFor::End, now()).await,
        "the ledger",
    );
    Ok(())
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_is_unavailable_within_ten_seconds() -> Outcome<()> {
    let market = MarketStore::new(&nobody().await?, "market".into());
    let began = Instant::now();
    assert_unavailable(began, market.newest(Mode::Sandbox, now()).await, "the market");
    Ok(())
}

#[tokio::test]
async fn a_table_that_does_not_exist_is_unavailable() -> Outcome<()> {
    let world = crate::world::World::from_env().await?;
    let pods = Pods::new(&world.aws, "no-such-table".into());
    let began = Instant::now();
    assert_unavailable(began, pods.load(&tenant_id()?, &pod_id()?).await, "the pods table");
    Ok(())
}
