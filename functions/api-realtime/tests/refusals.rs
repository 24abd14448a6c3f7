//! What `api-realtime` refuses, against the local AWS that `make test` brings up.

use api_realtime::{App, router};
use axum::Router;
use serde_json::json;
use testkit::{Call, DEMO, Member, Outcome, Stack};

async fn desk() -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(DEMO).await?;
    Ok((router(app), member, stack))
}

fn ticket() -> Call {
    Call::post("/realtime/tickets", &json!({}))
}

#[tokio::test]
async fn nobody_but_a_member_gets_a_ticket() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    ticket().by(&router, &member).await?.with_status(201)?;
    ticket().by_nobody(&router, DEMO).await?.refused(401, "unauthenticated")?;
    let stranger = Member { host: stack.cardless().await?, ..member };
    ticket().by(&router, &stranger).await?.refused(403, "not_a_member")
}

#[tokio::test]
async fn a_host_without_a_tenant_issues_no_ticket() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    let nowhere = Member { host: "nowhere.localhost".to_owned(), ..member };
    ticket().by(&router, &nowhere).await?.refused(404, "tenant_not_found")
}
