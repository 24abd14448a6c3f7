//! One test for each documented refusal, on the local AWS that `make test` brings up.

use api_offers::{App, router};
use axum::Router;
use domain::Mode;
use domain::id::SnapshotId;
use domain::market::offer::Snapshot;
use jiff::SignedDuration;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{Answer, Call, Outcome, Site, samples};

fn app(site: &Site) -> Outcome<App> {
    Ok(App::new(site.aws(), &site.config())?)
}

async fn world() -> Outcome<(Site, Router)> {
    let site = Site::with(samples::market()).await?;
    let router = router(app(&site)?);
    Ok((site, router))
}

async fn ask(router: &Router, host: &str, path: &str) -> Outcome<Answer> {
    Call::get(path).by_nobody(router, host).await
}

#[tokio::test]
async fn a_query_out_of_its_limits_says_which_one() -> Outcome<()> {
    let (site, router) = world().await?;
    let refusals = [
        ("/offers?other=1", "invalid_query"),
        ("/offers?limit=x", "invalid_query"),
        ("/offers?limit=0", "invalid_limit"),
        ("/offers?limit=101", "invalid_limit"),
        ("/offers?price_max_usd_micros_per_hour=0", "invalid_filter"),
        ("/offers?spot=maybe", "invalid_query"),
        ("/offers?group=region", "invalid_query"),
        ("/offers?provider_not=,,&machine=", "invalid_filter"),
        ("/offers?workload=dream", "invalid_query"),
        ("/offers?workload=run", "invalid_workload"),
        ("/offers?workload=run&model_billions=0", "invalid_workload"),
        ("/offers?workload=fine_tune&model_billions=2001", "invalid_workload"),
        ("/offers?workload=stays_up&weight_price=101", "invalid_weights"),
        ("/offers?weight_start_up=-1", "invalid_weights"),
        ("/offers?weight_price=101", "invalid_weights"),
        ("/offers?weight_price=0", "invalid_weights"),
        ("/offers?cursor=~", "invalid_cursor"),
        ("/offers/off_quoted?other=1", "invalid_query"),
    ];
    for (path, code) in refusals {
        ask(&router, &site.host, path).await?.refused(400, code)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_cursor_belongs_to_one_query() -> Outcome<()> {
    let (site, router) = world().await?;
    let page = ask(&router, &site.host, "/offers?limit=1&available=false").await?;
    let page = page.with_status(200)?;
    let cursor = page["next_cursor"].as_str().ok_or("one page has all")?;
    let next = format!("/offers?limit=1&available=false&cursor={cursor}");
    ask(&router, &site.host, &next).await?.with_status(200)?;
    let other = format!("/offers?limit=1&cursor={cursor}");
    ask(&router, &site.host, &other).await?.refused(400, "cursor_mismatch")
}

#[tokio::test]
async fn a_cursor_expires_with_its_snapshot() -> Outcome<()> {
    let (site, first) = world().await?;
    let page = ask(&first, &site.host, "/offers?limit=1&available=false").await?;
    let page = page.with_status(200)?;
    let cursor = page["next_cursor"].as_str().ok_or("one page has all")?.to_owned();
    // Followed by a newer one more than a quarter of an hour ago.
    let long_ago = now() - SignedDuration::from_mins(16);
    let id = SnapshotId::new(now(), entropy()?);
    let newer = Snapshot::new(id, long_ago, samples::market());
    site.market().publish(Mode::Sandbox, &newer, long_ago).await?;
    // An environment that has just started remembers no index.
    let fresh = app(&site)?;
    let path = format!("/offers?limit=1&available=false&cursor={cursor}");
    ask(&router(fresh), &site.host, &path).await?.refused(410, "cursor_expired")
}

#[tokio::test]
async fn an_offer_or_a_tenant_of_nobody_is_not_found() -> Outcome<()> {
    let (site, router) = world().await?;
    ask(&router, &site.host, "/offers/off_0").await?.refused(404, "not_found")?;
    for path in ["/offers", "/offers/off_quoted", "/offers/facets", "/providers"] {
        ask(&router, "nowhere.example", path).await?.refused(404, "tenant_not_found")?;
    }
    Ok(())
}
