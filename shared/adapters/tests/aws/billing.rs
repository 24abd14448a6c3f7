//! Customers, subscriptions, top-ups and payment events in the billing table.

use adapters::tables::billing::Billing;
use adapters::tables::ledger::WalletOf;
use adapters::tables::payment_events::{Done, PaymentEvents, StoredEvent};
use adapters::tables::tenants::Tenants;
use contracts::payment::PaymentEventV1;
use domain::Mode;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{
    SubscriptionAttempt, SubscriptionRequest, TopUp, TopUpStatus, attempt,
};
use domain::money::interval::Interval;
use domain::money::plan::PlanId;
use domain::people::tenant::{Membership, Role};
use futures_util::future::join_all;

use crate::samples::subscription;
use crate::world::{Outcome, World, code, entropy, now, tenant_id, user_id};

struct Payer {
    billing: Billing,
    events: PaymentEvents,
    tenants: Tenants,
    of: WalletOf,
}

impl Payer {
    async fn new() -> Outcome<Self> {
        let world = World::from_env().await?;
        let table = world.output("BillingTable")?;
        let tenants = Tenants::new(&world.aws, world.output("TenantsTable")?);
        let of = WalletOf { tenant_id: tenant_id()?, user_id: user_id()?, mode: Mode::Sandbox };
        let membership = Membership {
            user_id: of.user_id.clone(),
            role: Role::User,
            plan: PlanId::Free,
            joined_at: now(),
        };
        tenants.join(&of.tenant_id, &membership).await?;
        Ok(Self {
            billing: Billing::new(&world.aws, table.clone()),
            events: PaymentEvents::new(&world.aws, table),
            tenants,
            of,
        })
    }

    fn event(&self, id: &str) -> PaymentEventV1 {
        let (tenant_id, mode) = (self.of.tenant_id.clone(), self.of.mode);
        PaymentEventV1 { tenant_id, mode, event_id: id.to_owned() }
    }

    fn done(&self, id: &str) -> Done {
        Done::new(&self.event(id), "test", now())
    }
}

#[tokio::test]
async fn what_was_seen_before_another_wrote_is_not_written() -> Outcome<()> {
    let payer = Payer::new().await?;
    let grant = async |read, plan, id: &str| {
        let (tenants, seen, done) = (&payer.tenants, subscription(plan), payer.done(id));
        payer.billing.grant(tenants, &payer.of, read, &seen, &done).await
    };
    let read = payer.billing.subscription(&payer.of).await?;
    assert_eq!((read.version, read.subscription.is_none()), (0, true));
    assert!(grant(&read, PlanId::Pro, "evt_1").await?);
    // The same event once more, and another with what was read before.
    assert!(!grant(&read, PlanId::Enterprise, "evt_1").await?);
    assert!(!grant(&read, PlanId::Enterprise, "evt_2").await?);
    assert!(!payer.events.is_done(&payer.event("evt_2")).await?);
    let read = payer.billing.subscription(&payer.of).await?;
    assert_eq!(read.subscription.as_ref().map(|one| one.plan), Some(PlanId::Pro));
    // An event that is dealt with is not dealt with again, even by who has read lately.
    assert!(!grant(&read, PlanId::Enterprise, "evt_1").await?);
    assert!(grant(&read, PlanId::Enterprise, "evt_2").await?);
    Ok(())
}

#[tokio::test]
async fn nobody_but_a_member_is_granted_a_plan() -> Outcome<()> {
    let payer = Payer::new().await?;
    let stranger = WalletOf { user_id: user_id()?, ..payer.of.clone() };
    let read = payer.billing.subscription(&stranger).await?;
    let (seen, done) = (subscription(PlanId::Pro), payer.done("evt_1"));
    let refused = payer.billing.grant(&payer.tenants, &stranger, &read, &seen, &done).await;
    assert_eq!(code(refused), Some("internal"));
    assert!(!payer.events.is_done(&payer.event("evt_1")).await?);
    Ok(())
}

#[tokio::test]
async fn a_customer_is_one_user_in_one_mode() -> Outcome<()> {
    let payer = Payer::new().await?;
    assert_eq!(payer.billing.customer(&payer.of).await?, None);
    let kept = payer.billing.keep_customer(&payer.of, "cus_1", now()).await?;
    assert_eq!(kept, "cus_1");
    // Two requests at once may both have made the customer; the first one kept stays.
    assert_eq!(payer.billing.keep_customer(&payer.of, "cus_2", now()).await?, "cus_1");
    let owner = async |mode, id| payer.billing.owner(&payer.of.tenant_id, mode, id).await;
    assert_eq!(owner(Mode::Sandbox, "cus_1").await?.as_ref(), Some(&payer.of));
    assert_eq!(owner(Mode::Live, "cus_1").await?, None);
    assert_eq!(owner(Mode::Sandbox, "cus_2").await?, None);
    Ok(())
}

#[tokio::test]
async fn an_attempt_keeps_others_away_until_it_is_answered() -> Outcome<()> {
    let payer = Payer::new().await?;
    let begin = async |key: &str| {
        let (plan, interval) = (PlanId::Pro, Interval::Month);
        let request = SubscriptionRequest { plan, interval, payment_method_id: None };
        let decide =
            |known: Option<&SubscriptionAttempt>| attempt(known, key, request.clone(), now());
        payer.billing.attempt(&payer.of, decide).await
    };
    let first = begin("key-one").await?;
    assert_eq!(begin("key-one").await?, first);
    assert_eq!(code(begin("key-two").await), Some("subscription_in_progress"));
    payer.billing.answered(&payer.of, &first).await?;
    assert_eq!(begin("key-two").await?.key, "key-two");
    // What was answered late does not answer for the one on its way.
    payer.billing.answered(&payer.of, &first).await?;
    assert_eq!(code(begin("key-three").await), Some("subscription_in_progress"));
    Ok(())
}

#[tokio::test]
async fn a_top_up_is_opened_once_and_paid_for_good() -> Outcome<()> {
    let payer = Payer::new().await?;
    let asked =
        |amount| TopUp::new(TopUpId::new(now(), entropy()?), UsdMicros(amount), None, now());
    let open =
        async |key: &str, asked: &TopUp| payer.billing.open_top_up(&payer.of, key, asked).await;
    let first = open("key-one", &asked(5_000_000)?).await?;
    assert_eq!(open("key-one", &asked(5_000_000)?).await?, first);
    assert_eq!(code(open("key-one", &asked(6_000_000)?).await), Some("idempotency_mismatch"));
    let see = async |id: &str, status| {
        let done = payer.done(id);
        let decide = |known: &TopUp| known.seen("pi_1", status);
        payer.billing.change_top_up(&payer.of, &first.id, Some(&done), decide).await
    };
    assert_eq!(see("evt_1", TopUpStatus::Succeeded).await?.status, TopUpStatus::Succeeded);
    assert_eq!(see("evt_1", TopUpStatus::Canceled).await?.status, TopUpStatus::Succeeded);
    assert_eq!(see("evt_2", TopUpStatus::Declined).await?.status, TopUpStatus::Succeeded);
    let other = WalletOf { mode: Mode::Live, ..payer.of.clone() };
    assert_eq!(code(payer.billing.top_up(&other, &first.id).await), Some("not_found"));
    Ok(())
}

#[tokio::test]
async fn a_top_up_that_many_ask_about_at_once_is_written_once_and_answers_them_all() -> Outcome<()>
{
    let payer = Payer::new().await?;
    let asked = TopUp::new(TopUpId::new(now(), entropy()?), UsdMicros(5_000_000), None, now())?;
    let first = payer.billing.open_top_up(&payer.of, "key-one", &asked).await?;
    let decide = |known: &TopUp| known.seen("pi_1", TopUpStatus::Pending);
    let look = || payer.billing.change_top_up(&payer.of, &first.id, None, decide);
    for seen in join_all((0..20).map(|_| look())).await {
        assert_eq!(seen?.payment_id.as_deref(), Some("pi_1"));
    }
    Ok(())
}

#[tokio::test]
async fn an_event_is_kept_once_and_marked_once() -> Outcome<()> {
    let payer = Payer::new().await?;
    let event = payer.event("evt_1");
    assert_eq!(code(payer.events.find(&event).await), Some("not_found"));
    let stored = StoredEvent {
        kind: "invoice.paid".into(),
        object_id: Some("in_1".into()),
        customer_id: None,
        created_at: now(),
        received_at: now(),
    };
    assert!(payer.events.keep(&event, &stored).await?);
    let other = StoredEvent { kind: "invoice.voided".into(), ..stored.clone() };
    assert!(!payer.events.keep(&event, &other).await?);
    assert_eq!(payer.events.find(&event).await?, stored);
    assert!(!payer.events.is_done(&event).await?);
    payer.events.finish(&payer.done("evt_1")).await?;
    payer.events.finish(&payer.done("evt_1")).await?;
    assert!(payer.events.is_done(&event).await?);
    Ok(())
}
