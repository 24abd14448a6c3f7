//! `GET /pods`, `GET /activity`.

use testkit::{Ask, Outcome};

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
        let ask = Ask::new(("GET", path), &world.site.host);
        ask.of(&world.router).await?.refused(401, "unauthenticated")?;
        let ask = Ask::new(("GET", path), "nowhere.example").by(&world.payer.user_id);
        ask.of(&world.router).await?.refused(404, "tenant_not_found")?;
    }
    Ok(())
}
