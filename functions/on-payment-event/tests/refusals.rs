//! Events that fail, and events that lead to nothing, against the local AWS and the local Stripe
//! that `make test` brings up.

use adapters::tables::billing::Billing;
use adapters::tables::ledger::WalletOf;
use adapters::tables::payment_events::{Done, PaymentEvents, StoredEvent};
use contracts::payment::PaymentEventV1;
use domain::Mode;
use domain::id::{TenantId, TopUpId};
use on_payment_event::App;
use runtime::clock::now;
use runtime::ids::entropy;
use testkit::{DEMO, LocalStripe, Outcome, Stack, fresh_key};

const PLAN_CHANGE: &str = "customer.subscription.updated";
const PAYMENT: &str = "payment_intent.succeeded";

/// The function at the account of the seeded tenant.
struct Desk {
    app: App,
    billing: Billing,
    events: PaymentEvents,
    stack: Stack,
    stripe: LocalStripe,
    tenant_id: TenantId,
}

async fn desk() -> Outcome<Desk> {
    let stack = Stack::from_env()?;
    // Nothing here is worth a mail: asking for one would fail.
    let no_queue = format!("{}/000000000000/no-queue", stack.endpoint);
    let config = stack.config().with("ON_NOTICE_QUEUE_URL", no_queue);
    let (aws, table) = (stack.aws().await, stack.output("BillingTable")?.to_owned());
    let app = App::new(&aws, &config)?;
    let (billing, events) = (Billing::new(&aws, table.clone()), PaymentEvents::new(&aws, table));
    let (stripe, tenant_id) = (stack.stripe().await?, stack.tenant_id(DEMO).await?);
    Ok(Desk { app, billing, events, stack, stripe, tenant_id })
}

/// An event of this kind about an object of a customer.
fn about(kind: &str, object_id: Option<&str>, customer_id: Option<&str>) -> StoredEvent {
    StoredEvent {
        kind: kind.to_owned(),
        object_id: object_id.map(str::to_owned),
        customer_id: customer_id.map(str::to_owned),
        created_at: now(),
        received_at: now(),
    }
}

impl Desk {
    /// The message of an event that nobody told yet.
    fn event(&self) -> Outcome<PaymentEventV1> {
        let (tenant_id, event_id) = (self.tenant_id.clone(), format!("evt_{}", fresh_key()?));
        Ok(PaymentEventV1 { tenant_id, mode: Mode::Sandbox, event_id })
    }

    /// Handles an event as it is kept; returns the code of what it failed with.
    async fn handle(&self, event: &PaymentEventV1) -> Result<(), &'static str> {
        self.app.handle(event.clone(), now()).await.map_err(|error| error.code)
    }

    /// How a kept event was handled, as its mark tells an operator.
    async fn mark(&self, event: &PaymentEventV1) -> Outcome<Option<String>> {
        let PaymentEventV1 { tenant_id, mode, event_id } = event;
        let pk = format!("{tenant_id}#payment-event#{event_id}#{mode}");
        let marks = self.stack.partition("BillingTable", &pk, "done").await?;
        Ok(marks.first().and_then(|mark| mark["outcome"].as_str()).map(str::to_owned))
    }

    /// Makes sure that a new event is handled, and marked so.
    async fn ends(&self, stored: &StoredEvent, outcome: &str) -> Outcome<()> {
        let event = self.event()?;
        self.events.keep(&event, stored).await?;
        assert_eq!(self.handle(&event).await, Ok(()), "{stored:?}");
        assert_eq!(self.mark(&event).await?.as_deref(), Some(outcome), "{stored:?}");
        Ok(())
    }

    /// Makes an object at the local Stripe; returns its name there.
    async fn make(&self, path: &str, form: &str) -> Outcome<String> {
        let made = self.stripe.call(path, form).await?;
        let id = made["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| format!("no identifier in {made}").into())
    }

    /// A payment by `customer_id` that was taken, with what else the form says.
    async fn paid(&self, customer_id: &str, more: &str) -> Outcome<String> {
        let card = "payment_method=pm_card_visa&confirm=true";
        let form = format!("amount=500&currency=usd&customer={customer_id}&{card}{more}");
        self.make("payment_intents", &form).await
    }
}

#[tokio::test]
async fn an_event_that_was_never_kept_is_not_found() -> Outcome<()> {
    let desk = desk().await?;
    let event = desk.event()?;
    assert_eq!(desk.handle(&event).await, Err("not_found"));
    assert_eq!(desk.mark(&event).await?, None);
    Ok(())
}

#[tokio::test]
async fn an_event_whose_account_is_gone_is_payments_unavailable_and_stays_undone() -> Outcome<()> {
    let desk = desk().await?;
    let stranger = TenantId::new(now(), entropy()?);
    for (tenant_id, mode) in [(stranger, Mode::Sandbox), (desk.tenant_id.clone(), Mode::Live)] {
        let event = PaymentEventV1 { tenant_id, mode, ..desk.event()? };
        desk.events.keep(&event, &about("ping", None, None)).await?;
        assert_eq!(desk.handle(&event).await, Err("payments_unavailable"), "{event:?}");
        assert_eq!(desk.mark(&event).await?, None, "{event:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_event_that_was_handled_is_not_looked_at_again() -> Outcome<()> {
    let desk = desk().await?;
    let event = desk.event()?;
    // It was never kept, so looking at it would fail.
    desk.events.finish(&Done::new(&event, "tested", now())).await?;
    assert_eq!(desk.handle(&event).await, Ok(()));
    assert_eq!(desk.mark(&event).await?.as_deref(), Some("tested"));
    Ok(())
}

#[tokio::test]
async fn an_event_of_a_kind_that_we_do_not_know_is_ignored() -> Outcome<()> {
    let desk = desk().await?;
    desk.ends(&about("customer.created", Some("cus_1"), Some("cus_1")), "ignored").await?;
    desk.ends(&about("payment_intent.created", None, None), "ignored").await
}

#[tokio::test]
async fn a_plan_is_not_changed_for_nobody_for_a_stranger_or_without_a_subscription() -> Outcome<()>
{
    let desk = desk().await?;
    desk.ends(&about(PLAN_CHANGE, Some("sub_x"), None), "no customer").await?;
    let customer_id = desk.make("customers", "").await?;
    let stored = about(PLAN_CHANGE, Some("sub_x"), Some(&customer_id));
    desk.ends(&stored, "not a customer of ours").await?;
    let member = desk.stack.member(DEMO).await?;
    let (tenant_id, user_id) = (member.tenant_id, member.user_id);
    let of = WalletOf { tenant_id, user_id, mode: Mode::Sandbox };
    desk.billing.keep_customer(&of, &customer_id, now()).await?;
    desk.ends(&stored, "no subscription").await?;
    assert!(desk.billing.subscription(&of).await?.subscription.is_none());
    Ok(())
}

#[tokio::test]
async fn a_payment_that_is_no_top_up_or_a_strangers_is_nobodys_money() -> Outcome<()> {
    let desk = desk().await?;
    let customer_id = desk.make("customers", "").await?;
    let other = desk.paid(&customer_id, "").await?;
    desk.ends(&about(PAYMENT, Some(&other), Some(&customer_id)), "not a top-up").await?;
    let top_up_id = TopUpId::new(now(), entropy()?);
    let strangers = desk.paid(&customer_id, &format!("&metadata[top_up_id]={top_up_id}")).await?;
    let stored = about(PAYMENT, Some(&strangers), Some(&customer_id));
    desk.ends(&stored, "not a customer of ours").await
}

#[tokio::test]
async fn a_payment_that_stripe_does_not_know_is_not_found_and_stays_undone() -> Outcome<()> {
    let desk = desk().await?;
    let (event, payment_id) = (desk.event()?, format!("pi_{}", fresh_key()?));
    desk.events.keep(&event, &about(PAYMENT, Some(&payment_id), None)).await?;
    assert_eq!(desk.handle(&event).await, Err("not_found"));
    assert_eq!(desk.mark(&event).await?, None);
    Ok(())
}

#[tokio::test]
async fn money_that_was_taken_back_waits_for_the_operator() -> Outcome<()> {
    let desk = desk().await?;
    for kind in ["charge.refunded", "charge.dispute.created", "charge.dispute.closed"] {
        desk.ends(&about(kind, Some("ch_x"), Some("cus_x")), "needs the operator").await?;
    }
    Ok(())
}
