//! `GET /pods`, `GET /activity`.

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
