//! The catalogue of plans, and the accounts it is read from.

use adapters::stripe::{AccountSecret, PaymentAccount, Stripe};
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use domain::Mode;
use domain::money::plan::{Plan, PlanId};
use jiff::SignedDuration;

use crate::world::{Outcome, World, code, now, tenant_id};

const PLANS: &str = include_str!("../../../../infra/seeds/plans.json");
const DEMO: &str = "localhost";

/// An account where nobody answers.
fn unreachable() -> AccountSecret {
    AccountSecret {
        secret_key: "sk_test_nobody".into(),
        publishable_key: Some("pk_test_nobody".into()),
        webhook_secret: "whsec_nobody".into(),
        base_url: "http://127.0.0.1:9/".into(),
    }
}

/// The account of the seeded tenant.
async fn seeded(world: &World) -> Outcome<PaymentAccount> {
    let tenants = Tenants::new(&world.aws, world.output("TenantsTable")?);
    let demo = tenants.id_at(DEMO).await?.ok_or("the demo tenant is missing")?;
    let stripe = Stripe::new(&world.aws, world.output("StripeAccountsSecretArn")?);
    Ok(stripe.account(&demo, Mode::Sandbox, now()).await?)
}

#[tokio::test]
async fn the_last_catalogue_stays_while_nobody_answers() -> Outcome<()> {
    let world = World::from_env().await?;
    let (plans, tenant) = (Plans::new(&world.aws, world.output("BillingTable")?), tenant_id()?);
    assert!(plans.cached(&tenant, Mode::Sandbox).await?.plans.is_empty());
    for plan in serde_json::from_str::<Vec<Plan>>(PLANS)? {
        plans.add(&tenant, &plan).await?;
    }
    let founded = plans.cached(&tenant, Mode::Sandbox).await?;
    assert_eq!((founded.plans.len(), founded.as_of), (3, None));
    let nobody = PaymentAccount::open(&unreachable(), Mode::Sandbox)?;
    assert_eq!(code(plans.refresh(&tenant, &nobody, now()).await), Some("unavailable"));
    assert_eq!(plans.cached(&tenant, Mode::Sandbox).await?, founded);

    let account = seeded(&world).await?;
    let at = now();
    let fresh = plans.refresh(&tenant, &account, at).await?;
    assert_eq!(fresh.as_of, Some(at));
    assert_eq!(code(plans.refresh(&tenant, &nobody, now()).await), Some("unavailable"));
    assert_eq!(plans.cached(&tenant, Mode::Sandbox).await?, fresh);
    let later = at + SignedDuration::from_secs(1);
    assert_eq!(plans.refresh(&tenant, &account, later).await?.as_of, Some(later));
    // What is sold in one mode is not what is sold in the other.
    assert_eq!(plans.cached(&tenant, Mode::Live).await?, founded);
    let pro = plans.find(&tenant, Mode::Sandbox, PlanId::Pro, at).await?;
    assert!(pro.monthly_price_id.is_some());
    Ok(())
}

#[tokio::test]
async fn an_account_is_opened_for_its_tenant_and_mode_only() -> Outcome<()> {
    let world = World::from_env().await?;
    let (tenant, other) = (tenant_id()?, tenant_id()?);
    let stripe = || {
        Ok::<_, crate::world::BoxError>(Stripe::new(
            &world.aws,
            world.output("StripeAccountsSecretArn")?,
        ))
    };
    stripe()?.configure(&tenant, Mode::Sandbox, unreachable()).await?;
    let fresh = stripe()?;
    let account = fresh.account(&tenant, Mode::Sandbox, now()).await?;
    assert_eq!(
        (account.mode(), account.publishable_key()),
        (Mode::Sandbox, Some("pk_test_nobody"))
    );
    for (tenant, mode) in [(&tenant, Mode::Live), (&other, Mode::Sandbox)] {
        assert!(fresh.find(tenant, mode, now()).await?.is_none());
        let refused = fresh.account(tenant, mode, now()).await;
        assert_eq!(code(refused), Some("payments_unavailable"));
    }
    // The accounts that were there before are still there.
    seeded(&world).await?;
    Ok(())
}
