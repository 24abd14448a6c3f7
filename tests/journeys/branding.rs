//! Whose web app is at an address, and how it looks.

use serde_json::{Value, json};
use testkit::{DEMO, LIVE, Outcome, Stack};

const BRANDING: &str = include_str!("../../infra/seeds/branding.json");

#[tokio::test]
async fn anybody_learns_whose_broker_it_is_and_how_it_looks() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let answer = stack.visitor(DEMO).get("/tenant").await?;
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let demo = answer.with_status(200)?;
    assert_eq!((&demo["name"], &demo["mode"]), (&json!("GPUBROKER"), &json!("SANDBOX")));
    assert_eq!((demo.get("branding"), &demo["origin"]), (Some(&Value::Null), &Value::Null));
    let live = stack.visitor(LIVE).get("/tenant").await?.with_status(200)?;
    assert_eq!((&live["name"], &live["mode"]), (&json!("Acme GPU"), &json!("LIVE")));
    assert_eq!(live["branding"], serde_json::from_str::<Value>(BRANDING)?);
    let id = stack.tenant_id(LIVE).await?;
    assert_eq!(live["id"], json!(id));
    stack.visitor("no-such-broker.localhost").get("/tenant").await?.refused(404, "tenant_not_found")
}

#[tokio::test]
async fn a_member_is_told_of_the_same_broker() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let tenant = user.with_token(None).get("/tenant").await?.with_status(200)?;
    assert_eq!(user.me().await?["tenant"], tenant);
    Ok(())
}
