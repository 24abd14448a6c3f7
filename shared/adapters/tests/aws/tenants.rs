//! A tenant is found by its host, founded once, and closed to those who did not join.

use adapters::tables::billing::Billing;
use adapters::tables::ledger::WalletOf;
use adapters::tables::payment_events::Done;
use adapters::tables::tenants::{Parameter, Tenants};
use contracts::payment::PaymentEventV1;
use domain::Mode;
use domain::id::TenantId;
use domain::money::BasisPoints;
use domain::money::plan::PlanId;
use domain::people::tenant::{Membership, Role, Tenant};
use jiff::SignedDuration;

use crate::samples;
use crate::world::{Outcome, World, code, now, tenant_id, user_id};

const PARAMETERS: &str = include_str!("../../../../infra/seeds/parameters.json");
const BRANDING: &str = include_str!("../../../../infra/seeds/branding.json");

struct Founded {
    world: World,
    tenant: Tenant,
    host: String,
}

fn tenant(id: TenantId) -> Tenant {
    let (name, origin) = ("tested".to_owned(), "http://localhost".to_owned());
    Tenant { id, name, mode: Mode::Sandbox, origin, branding: None, created_at: now() }
}

fn parameters() -> Outcome<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = serde_json::from_str(PARAMETERS)?;
    for parameter in &mut parameters {
        if parameter.key == "tenant_markup_basis_points" {
            (parameter.sandbox_value, parameter.live_value) = (100.into(), 200.into());
        }
    }
    Ok(parameters)
}

impl Founded {
    async fn new() -> Outcome<Self> {
        Self::by(tenant(tenant_id()?)).await
    }

    async fn by(tenant: Tenant) -> Outcome<Self> {
        let world = World::from_env().await?;
        let host = format!("{}.localhost", tenant.id.body());
        let founded = Self { world, tenant, host };
        let templates = [samples::template()];
        let store = founded.store()?;
        store.found(&founded.tenant, &founded.host, &parameters()?, &templates).await?;
        Ok(founded)
    }

    /// The tenants as a function sees them that has read nothing yet.
    fn store(&self) -> Outcome<Tenants> {
        Ok(Tenants::new(&self.world.aws, self.world.output("TenantsTable")?))
    }
}

#[tokio::test]
async fn a_tenant_is_found_at_its_host_with_the_parameters_of_its_mode() -> Outcome<()> {
    let founded = Founded::new().await?;
    let store = founded.store()?;
    let context = store.by_host(&founded.host, now()).await?;
    assert_eq!(context.tenant, founded.tenant);
    assert_eq!(context.parameters.tenant_markup_basis_points, BasisPoints(100));
    let live = store.parameters(&founded.tenant.id, Mode::Live).await?;
    assert_eq!(live.tenant_markup_basis_points, BasisPoints(200));
    assert_eq!(store.templates(&founded.tenant.id).await?, [samples::template()]);
    assert_eq!(code(store.template(&founded.tenant.id, "none").await), Some("not_found"));
    assert_eq!(code(store.by_host("nobody.localhost", now()).await), Some("tenant_not_found"));
    Ok(())
}

#[tokio::test]
async fn a_branding_is_kept_and_outlives_a_move() -> Outcome<()> {
    let branding = Some(serde_json::from_str(BRANDING)?);
    let founded = Founded::by(Tenant { branding, ..tenant(tenant_id()?) }).await?;
    let (store, id) = (founded.store()?, &founded.tenant.id);
    assert_eq!(store.find(id).await?, founded.tenant);
    store.move_to(id, "https://moved.example").await?;
    assert_eq!(store.find(id).await?.branding, founded.tenant.branding);
    Ok(())
}

#[tokio::test]
async fn a_host_that_is_taken_stays_with_its_tenant() -> Outcome<()> {
    let founded = Founded::new().await?;
    let store = founded.store()?;
    store.found(&tenant(tenant_id()?), &founded.host, &parameters()?, &[]).await?;
    assert_eq!(store.id_at(&founded.host).await?.as_ref(), Some(&founded.tenant.id));
    Ok(())
}

#[tokio::test]
async fn a_tenant_without_its_parameters_is_a_fault_of_ours() -> Outcome<()> {
    let founded = Founded::new().await?;
    let unknown = founded.store()?.parameters(&tenant_id()?, Mode::Sandbox).await;
    assert_eq!(code(unknown), Some("internal"));
    Ok(())
}

#[tokio::test]
async fn a_moved_tenant_is_seen_once_the_trust_in_what_was_read_is_over() -> Outcome<()> {
    let founded = Founded::new().await?;
    let (store, start) = (founded.store()?, now());
    store.by_host(&founded.host, start).await?;
    store.move_to(&founded.tenant.id, "https://moved.example").await?;
    let trusted = store.by_host(&founded.host, start + SignedDuration::from_secs(9)).await?;
    assert_eq!(trusted.tenant.origin, founded.tenant.origin);
    let read = store.by_host(&founded.host, start + SignedDuration::from_secs(10)).await?;
    assert_eq!(read.tenant.origin, "https://moved.example");
    Ok(())
}

#[tokio::test]
async fn only_a_member_is_a_caller_and_joining_twice_changes_nothing() -> Outcome<()> {
    let founded = Founded::new().await?;
    let (store, user) = (founded.store()?, user_id()?);
    assert_eq!(code(store.member(&founded.host, &user, now()).await), Some("not_a_member"));
    let (role, plan, joined_at) = (Role::User, PlanId::Free, now());
    let membership = Membership { user_id: user.clone(), role, plan, joined_at };
    store.join(&founded.tenant.id, &membership).await?;
    let admin = Membership { role: Role::Admin, ..membership.clone() };
    store.join(&founded.tenant.id, &admin).await?;
    assert_eq!(store.member(&founded.host, &user, now()).await?.membership, membership);
    Ok(())
}

#[tokio::test]
async fn a_plan_that_is_paid_for_in_one_mode_is_none_in_the_other() -> Outcome<()> {
    let founded = Founded::new().await?;
    let (store, user) = (founded.store()?, user_id()?);
    let (role, plan, joined_at) = (Role::User, PlanId::Free, now());
    let membership = Membership { user_id: user.clone(), role, plan, joined_at };
    store.join(&founded.tenant.id, &membership).await?;
    let billing = Billing::new(&founded.world.aws, founded.world.output("BillingTable")?);
    for (mode, plan, has) in
        [(Mode::Live, PlanId::Enterprise, PlanId::Free), (Mode::Sandbox, PlanId::Pro, PlanId::Pro)]
    {
        let tenant_id = founded.tenant.id.clone();
        let of = WalletOf { tenant_id: tenant_id.clone(), user_id: user.clone(), mode };
        let event = PaymentEventV1 { tenant_id, mode, event_id: "evt_1".to_owned() };
        let done = Done::new(&event, "test", now());
        let (read, seen) = (billing.subscription(&of).await?, samples::subscription(plan));
        assert!(billing.grant(&store, &of, &read, &seen, &done).await?);
        let caller = store.member(&founded.host, &user, now()).await?;
        assert_eq!(caller.membership.plan, has, "{mode}");
    }
    Ok(())
}
