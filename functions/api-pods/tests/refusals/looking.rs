//! `GET /pods`, `GET /pods/{id}`, `GET /activity`.

use adapters::tables::clouds::CloudAccounts;
use jiff::SignedDuration;
use runtime::clock::now;
use serde_json::json;
use testkit::{Call, Outcome};

use crate::World;

#[tokio::test]
async fn a_page_has_limits_and_a_cursor_of_ours() -> Outcome<()> {
    let world = World::new().await?;
    for path in ["/pods?limit=0", "/pods?limit=51", "/activity?limit=0", "/activity?limit=101"] {
        world.ask("GET", path).await?.refused(400, "invalid_limit")?;
    }
    for path in ["/pods?cursor=x", "/pods?other=1", "/activity?limit=x"] {
        world.ask("GET", path).await?.refused(400, "invalid_query")?;
    }
    world.ask("GET", "/activity?cursor=~").await?.refused(400, "invalid_cursor")
}

#[tokio::test]
async fn nobody_lists_pods_without_a_session_or_at_another_host() -> Outcome<()> {
    let world = World::new().await?;
    for path in ["/pods", "/activity"] {
        let (router, call) = (&world.router, Call::get(path));
        call.by_nobody(router, &world.site.host).await?.refused(401, "unauthenticated")?;
        let nowhere = call.by_user(router, "nowhere.example", &world.payer.user_id).await?;
        nowhere.refused(404, "tenant_not_found")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_pod_tells_when_its_cloud_has_not_answered_for_ten_minutes() -> Outcome<()> {
    let world = World::live().await?;
    let pod = world.site.open(&world.payer, None).await?;
    let pod = world.site.running(&pod, now()).await?;
    let table = world.site.config().required("PODS_TABLE")?;
    let accounts = CloudAccounts::new(world.site.aws(), table);
    let cloud = pod.machine_cloud().ok_or("it has a machine")?;
    let told = async || {
        let one = world.ask("GET", &format!("/pods/{}", pod.id)).await?.with_status(200)?;
        let all = world.ask("GET", "/pods").await?.with_status(200)?;
        let since = one["cloud_silent_since"].clone();
        assert_eq!(all["items"][0]["cloud_silent_since"], since);
        Ok::<_, testkit::BoxError>(since)
    };
    for (secs, is_told) in [(590, false), (601, true)] {
        let since = now() - SignedDuration::from_secs(secs);
        accounts.note(cloud, |health| health.listed(since).unlisted(since)).await?;
        let expected = if is_told { json!(since) } else { json!(null) };
        assert_eq!(told().await?, expected, "{secs}");
    }
    accounts.note(cloud, |health| health.listed(now())).await?;
    assert_eq!(told().await?, json!(null));
    Ok(())
}
