//! What the deployed product holds before anybody uses it: the SANDBOX tenant "demo" with its
//! parameters, templates and plans, and the shipped market. What is there already stays.

use adapters::Aws;
use adapters::market::MarketStore;
use adapters::plans::Plans;
use adapters::tenants::{Parameter, Tenants};
use domain::id::{Entropy, SnapshotId, TenantId};
use domain::plan::Plan;
use domain::template::Template;
use domain::tenant::{Mode, Tenant};
use providers::{sandbox_market, shipped};

use crate::BoxError;
use crate::seed_stripe::seed_stripe;
use crate::stack::Stack;

const HOST: &str = "localhost";
/// Where a LIVE tenant is, if there is one.
const LIVE_HOST: &str = "live.localhost";
const PARAMETERS: &str = include_str!("../../seeds/parameters.json");
const TEMPLATES: &str = include_str!("../../seeds/templates.json");
const PLANS: &str = include_str!("../../seeds/plans.json");
const OFFERS: &[u8] = include_bytes!("../../seeds/offers.csv.gz");
/// The local run has one tenant and one snapshot, so nothing has to differ at random.
const ENTROPY: Entropy = [0; 10];

/// Opens the Stripe account of each tenant there is, in the mode it is in.
///
/// # Errors
///
/// The local AWS's or the local Stripe's.
pub async fn seed_payments(stack: &Stack) -> Result<(), BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let tenants = Tenants::new(&aws, stack.outputs.get("TenantsTable")?.to_owned());
    for host in [HOST, LIVE_HOST] {
        if let Some(tenant_id) = tenants.id_at(host).await? {
            let mode = tenants.find(&tenant_id).await?.mode;
            seed_stripe(stack, &tenant_id, mode).await?;
        }
    }
    Ok(())
}

/// Fills the stack; returns what to tell of it.
///
/// # Errors
///
/// The local AWS's, or a malformed seed.
pub async fn seed(stack: &Stack) -> Result<String, BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let tenants = Tenants::new(&aws, stack.outputs.get("TenantsTable")?.to_owned());
    let plans = Plans::new(&aws, stack.outputs.get("BillingTable")?.to_owned());
    let market = MarketStore::new(&aws, stack.outputs.get("MarketBucket")?.to_owned());
    let origin = stack.origin.replace("127.0.0.1", HOST);
    let parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
    let templates: Vec<Template> = serde_json::from_str(TEMPLATES)?;
    let sold: Vec<Plan> = serde_json::from_str(PLANS)?;
    if let Some(tenant_id) = tenants.id_at(HOST).await? {
        tenants.move_to(&tenant_id, &origin).await?;
        // What newer code brought along is added; what is there stays.
        for plan in &sold {
            plans.add(&tenant_id, plan).await?;
        }
        let tenant = tenants.find(&tenant_id).await?;
        tenants.found(&tenant, HOST, &parameters, &templates).await?;
        return Ok(format!("Tenant \"demo\" is there already, at {origin}."));
    }
    let now = runtime::clock::now();
    let listed = shipped::read(OFFERS)?;
    let snapshot = sandbox_market::snapshot(SnapshotId::new(now, ENTROPY), now, &listed);
    market.publish(Mode::Sandbox, &snapshot, now).await?;
    let tenant = Tenant {
        id: TenantId::new(now, ENTROPY),
        name: "demo".to_owned(),
        mode: Mode::Sandbox,
        origin: origin.clone(),
        created_at: now,
    };
    for plan in &sold {
        plans.add(&tenant.id, plan).await?;
    }
    // The tenant comes last: once it is reachable, it is whole.
    tenants.found(&tenant, HOST, &parameters, &templates).await?;
    Ok(format!(
        "Tenant \"demo\" with {} offers; {} rows without a certain currency were left out.",
        snapshot.offers.len(),
        listed.dropped.uncertain_currency,
    ))
}
