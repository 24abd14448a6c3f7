//! What the deployed product holds before anybody uses it: the SANDBOX tenant GPUBROKER and the LIVE
//! tenant Acme GPU, each with its parameters, templates and plans, the shipped market, the accounts
//! at the local GPU clouds and what those sell. What exists already stays.

mod stripe;

use adapters::Aws;
use adapters::aws::secrets::JsonSecret;
use adapters::tables::plans::Plans;
use adapters::tables::tenants::{Parameter, Tenants};
use domain::Mode;
use domain::id::{Entropy, TenantId};
use domain::market::template::Template;
use domain::money::plan::Plan;
use domain::people::tenant::Tenant;
use jiff::Timestamp;
use providers::Accounts;

use crate::BoxError;
use crate::stack::Stack;

const PARAMETERS: &str = include_str!("../../seeds/parameters.json");
const TEMPLATES: &str = include_str!("../../seeds/templates.json");
const PLANS: &str = include_str!("../../seeds/plans.json");
const BRANDING: &str = include_str!("../../seeds/branding.json");

/// A tenant of the local run.
struct Seed {
    name: &'static str,
    host: &'static str,
    mode: Mode,
    /// How it looks, as JSON.
    branding: Option<&'static str>,
    /// Constant, since nothing has to be random, but different for each tenant.
    entropy: Entropy,
}

const DEMO: Seed = Seed {
    name: "GPUBROKER",
    host: "localhost",
    mode: Mode::Sandbox,
    branding: None,
    entropy: [0; 10],
};
/// Looks unlike us, so that branding is seen to work.
const LIVE: Seed = Seed {
    name: "Acme GPU",
    host: "live.localhost",
    mode: Mode::Live,
    branding: Some(BRANDING),
    entropy: [1; 10],
};

/// Opens the Stripe account of each tenant in its mode.
///
/// # Errors
///
/// The local AWS's or the local Stripe's.
pub async fn seed_payments(stack: &Stack) -> Result<(), BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let tenants = Tenants::new(&aws, stack.outputs.get("TenantsTable")?.to_owned());
    for host in [DEMO.host, LIVE.host] {
        if let Some(tenant_id) = tenants.id_at(host).await? {
            let mode = tenants.find(&tenant_id).await?.mode;
            stripe::open_account(stack, &tenant_id, mode).await?;
        }
    }
    Ok(())
}

/// Fills the stack; returns what to say about it.
///
/// # Errors
///
/// The local AWS's, or a malformed seed.
pub async fn seed(stack: &Stack) -> Result<String, BoxError> {
    let aws = Aws::connect_to(&stack.endpoint, "us-east-1").await;
    let now = runtime::clock::now();
    // Before the tenants: once one is reachable, it is whole.
    let live = markets(stack, &aws, now).await?;
    for seed in [DEMO, LIVE] {
        found(stack, &aws, &seed, now).await?;
    }
    let (demo, acme) = (DEMO.name, LIVE.name);
    Ok(format!("{demo} sells the sandbox market, {acme} {live} offers from the local GPU clouds."))
}

/// Connects the local GPU clouds, whose port may be new, and publishes what they sell and the
/// sandbox market; returns how many offers they have.
async fn markets(stack: &Stack, aws: &Aws, now: Timestamp) -> Result<usize, BoxError> {
    let arn = stack.outputs.get("GpuCloudsSecretArn")?.to_owned();
    let clouds: JsonSecret<Accounts> = JsonSecret::new(aws, arn);
    clouds.put(&stack.accounts).await?;
    // The schedule does the same within a minute; nobody should have to wait for it.
    let refresh = every_offer_refresh::App::new(aws, &stack.outputs.config())?;
    Ok(refresh.handle(now).await?.offers)
}

/// Founds a tenant, or brings one that is there up to date.
async fn found(stack: &Stack, aws: &Aws, seed: &Seed, now: Timestamp) -> Result<(), BoxError> {
    let tenants = Tenants::new(aws, stack.outputs.get("TenantsTable")?.to_owned());
    let plans = Plans::new(aws, stack.outputs.get("BillingTable")?.to_owned());
    let origin = stack.origin.replace("127.0.0.1", seed.host);
    let parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
    let templates: Vec<Template> = serde_json::from_str(TEMPLATES)?;
    let tenant = match tenants.id_at(seed.host).await? {
        Some(tenant_id) => {
            tenants.move_to(&tenant_id, &origin).await?;
            tenants.find(&tenant_id).await?
        }
        None => Tenant {
            id: TenantId::new(now, seed.entropy),
            name: seed.name.to_owned(),
            mode: seed.mode,
            origin,
            branding: seed.branding.map(serde_json::from_str).transpose()?,
            created_at: now,
        },
    };
    // Plans that newer code brings are added; existing ones stay.
    for plan in serde_json::from_str::<Vec<Plan>>(PLANS)? {
        plans.add(&tenant.id, &plan).await?;
    }
    // The tenant comes last: once it is reachable, it is whole.
    Ok(tenants.found(&tenant, seed.host, &parameters, &templates).await?)
}
