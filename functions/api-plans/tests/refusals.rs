//! What `api-plans` refuses, against the local AWS that `make test` brings up.

use adapters::tables::tenants::Parameter;
use api_plans::{App, router};
use axum::Router;
use domain::Mode;
use domain::id::TenantId;
use domain::people::tenant::Tenant;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{Call, Outcome, Stack};

const PARAMETERS: &str = include_str!("../../../infra/seeds/parameters.json");

async fn desk() -> Outcome<(Router, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    Ok((router(app), stack))
}

/// The host of a new tenant that was founded without plans and takes no cards.
async fn without_plans(stack: &Stack) -> Outcome<String> {
    let id = TenantId::new(now(), entropy()?);
    let host = format!("{}.localhost", id.body());
    let tenant = Tenant {
        id,
        name: "without plans".to_owned(),
        mode: Mode::Sandbox,
        origin: "http://localhost".to_owned(),
        branding: None,
        created_at: now(),
    };
    let parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
    stack.tenants().await?.found(&tenant, &host, &parameters, &[]).await?;
    Ok(host)
}

fn plans() -> Call {
    Call::get("/billing/plans")
}

#[tokio::test]
async fn a_host_without_a_tenant_has_no_plans() -> Outcome<()> {
    let (router, _) = desk().await?;
    plans().by_nobody(&router, "nowhere.localhost").await?.refused(404, "tenant_not_found")
}

#[tokio::test]
async fn a_tenant_whose_plans_were_never_read_shows_none_rather_than_an_empty_page() -> Outcome<()>
{
    let (router, stack) = desk().await?;
    let host = without_plans(&stack).await?;
    plans().by_nobody(&router, &host).await?.refused(503, "unavailable")?;
    // One that takes no cards either, but was founded with plans.
    let founded = stack.cardless().await?;
    plans().by_nobody(&router, &founded).await?.with_status(200)?;
    Ok(())
}
