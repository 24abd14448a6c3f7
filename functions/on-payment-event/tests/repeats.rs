//! What still follows from a payment when something around it fails, against the local AWS and the
//! local Stripe that `make test` brings up.

use adapters::tables::billing::Billing;
use adapters::tables::ledger::{Ledger, WalletOf};
use adapters::tables::payment_events::{PaymentEvents, SHARDS, StoredEvent};
use contracts::notice::NoticeV1;
use contracts::payment::PaymentEventV1;
use domain::Mode;
use domain::id::TopUpId;
use domain::money::UsdMicros;
use domain::money::billing::{CardCharge, TopUp, TopUpStatus};
use domain::money::plan::PlanId;
use jiff::{SignedDuration, Timestamp};
use on_payment_event::App;
use runtime::clock::now;
use runtime::ids::entropy;
use serde_json::{Value, json};
use testkit::{DEMO, LocalStripe, Outcome, OwnQueue, Stack, fresh_key};

const PLAN_CHANGE: &str = "customer.subscription.updated";
const PAYMENT: &str = "payment_intent.succeeded";

/// Makes an object at the local Stripe; returns its name there.
async fn made(stripe: &LocalStripe, path: &str, form: &str) -> Outcome<String> {
    let made = stripe.call(path, form).await?;
    let id = made["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| format!("no identifier in {made}").into())
}

/// A member who is a customer, and whose events reach nobody but the test.
struct Payer {
    app: App,
    billing: Billing,
    ledger: Ledger,
    events: PaymentEvents,
    stack: Stack,
    stripe: LocalStripe,
    /// The mails that were asked for.
    queue: OwnQueue,
    of: WalletOf,
    customer_id: String,
    /// A card of theirs.
    card_id: String,
}

impl Payer {
    async fn new() -> Outcome<Self> {
        let stack = Stack::from_env()?;
        let queue = OwnQueue::new(&stack).await?;
        let config = stack.config().with("ON_NOTICE_QUEUE_URL", &queue.url);
        let (aws, table) = (stack.aws().await, stack.output("BillingTable")?.to_owned());
        let app = App::new(&aws, &config)?;
        let (stripe, member) = (stack.stripe().await?, stack.member(DEMO).await?);
        let (tenant_id, user_id) = (member.tenant_id, member.user_id);
        let of = WalletOf { tenant_id, user_id, mode: Mode::Sandbox };
        let customer_id = made(&stripe, "customers", "").await?;
        stripe.hold(&customer_id).await?;
        let billing = Billing::new(&aws, table.clone());
        billing.keep_customer(&of, &customer_id, now()).await?;
        let attach = format!("customer={customer_id}");
        let card_id = made(&stripe, "payment_methods/pm_card_visa/attach", &attach).await?;
        let ledger = Ledger::new(&aws, stack.output("LedgerTable")?.to_owned());
        let events = PaymentEvents::new(&aws, table);
        Ok(Self { app, billing, ledger, events, stack, stripe, queue, of, customer_id, card_id })
    }

    async fn forget_card(&self) -> Outcome<()> {
        let path = format!("payment_methods/{}/detach", self.card_id);
        made(&self.stripe, &path, "").await.map(drop)
    }

    /// Handles a new event about an object of theirs, which is to be marked so.
    async fn ends(&self, kind: &str, object_id: &str, outcome: &str) -> Outcome<()> {
        let WalletOf { tenant_id, mode, .. } = self.of.clone();
        let event = PaymentEventV1 { tenant_id, mode, event_id: format!("evt_{}", fresh_key()?) };
        let stored = StoredEvent {
            kind: kind.to_owned(),
            object_id: Some(object_id.to_owned()),
            customer_id: Some(self.customer_id.clone()),
            created_at: now(),
            received_at: now(),
        };
        self.events.keep(&event, &stored).await?;
        self.app.handle(event.clone(), now()).await?;
        assert_eq!(self.mark(&event).await?.as_deref(), Some(outcome));
        Ok(())
    }

    /// A top-up whose card was about to be charged at `asked_at`.
    async fn begun(&self, asked_at: Timestamp) -> Outcome<TopUp> {
        let id = TopUpId::new(asked_at, entropy()?);
        let asked = TopUp::new(id, UsdMicros(5_000_000), None, asked_at)?;
        let top_up = self.billing.open_top_up(&self.of, &fresh_key()?, &asked).await?;
        let (customer_id, card_id) = (self.customer_id.clone(), self.card_id.clone());
        let charge = CardCharge { customer_id, card_id, keeps_card: false };
        self.billing.begin_charge(&self.of, &top_up.id, &charge, asked_at).await?;
        Ok(top_up)
    }

    /// The event of our own that stands for a top-up.
    fn own_event(&self, top_up: &TopUp) -> PaymentEventV1 {
        let WalletOf { tenant_id, mode, .. } = self.of.clone();
        PaymentEventV1 { tenant_id, mode, event_id: top_up.id.to_string() }
    }

    /// Whether an event is on the list of those that are not handled.
    async fn is_listed(&self, event: &PaymentEventV1) -> Outcome<bool> {
        for shard in 0..SHARDS {
            if self.events.unhandled(shard).await?.iter().any(|one| one.event == *event) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How an event was handled, as its mark tells an operator.
    async fn mark(&self, event: &PaymentEventV1) -> Outcome<Option<String>> {
        let PaymentEventV1 { tenant_id, mode, event_id } = event;
        let pk = format!("{tenant_id}#payment-event#{event_id}#{mode}");
        let marks = self.stack.partition("BillingTable", &pk, "done").await?;
        Ok(marks.first().and_then(|mark| mark["outcome"].as_str()).map(str::to_owned))
    }

    async fn top_up(&self) -> Outcome<TopUp> {
        let asked = TopUp::new(TopUpId::new(now(), entropy()?), UsdMicros(5_000_000), None, now())?;
        Ok(self.billing.open_top_up(&self.of, &fresh_key()?, &asked).await?)
    }

    /// The payment of a top-up.
    async fn paid(&self, top_up: &TopUp, more: &str) -> Outcome<String> {
        let form = format!(
            "amount=500&currency=usd&customer={}&payment_method={}&confirm=true\
             &metadata[top_up_id]={}{more}",
            self.customer_id, self.card_id, top_up.id
        );
        made(&self.stripe, "payment_intents", &form).await
    }

    async fn cash(&self) -> Outcome<UsdMicros> {
        Ok(self.ledger.wallet(&self.of).await?.cash())
    }
}

#[tokio::test]
async fn a_plan_is_granted_though_its_card_cannot_become_the_default() -> Outcome<()> {
    let payer = Payer::new().await?;
    let prices = payer.stripe.control("objects", json!({"object": "price"})).await?;
    let prices = prices.as_array().cloned().unwrap_or_default();
    let monthly =
        |price: &&Value| price["unit_amount"] == 2_900 && price["recurring"]["interval"] == "month";
    let price = prices.iter().find(monthly).ok_or("PRO has no price")?["id"].clone();
    let form = format!(
        "customer={}&default_payment_method={}&items[0][price]={}",
        payer.customer_id,
        payer.card_id,
        price.as_str().unwrap_or_default()
    );
    let id = made(&payer.stripe, "subscriptions", &form).await?;
    payer.forget_card().await?;
    payer.ends(PLAN_CHANGE, &id, "plan written").await?;
    let seen = payer.billing.subscription(&payer.of).await?.subscription;
    assert_eq!(seen.map(|one| one.granted()), Some(PlanId::Pro));
    Ok(())
}

#[tokio::test]
async fn a_top_up_is_noted_though_its_card_cannot_become_the_default() -> Outcome<()> {
    let payer = Payer::new().await?;
    let top_up = payer.top_up().await?;
    let payment = payer.paid(&top_up, "&setup_future_usage=off_session").await?;
    payer.forget_card().await?;
    payer.ends(PAYMENT, &payment, "top-up written").await?;
    assert_eq!(payer.cash().await?, UsdMicros(5_000_000));
    let seen = payer.billing.top_up(&payer.of, &top_up.id).await?;
    assert_eq!((seen.status, seen.is_settled), (TopUpStatus::Succeeded, true));
    let keys: Vec<_> = payer.queue.take::<NoticeV1>().await?;
    assert!(keys.iter().any(|notice| notice.key.contains(top_up.id.as_str())), "{keys:?}");
    Ok(())
}

#[tokio::test]
async fn a_card_that_has_paid_becomes_the_default_under_a_key_of_its_own() -> Outcome<()> {
    let payer = Payer::new().await?;
    let top_up = payer.top_up().await?;
    let payment = payer.paid(&top_up, "&setup_future_usage=off_session").await?;
    payer.ends(PAYMENT, &payment, "top-up written").await?;
    let requests = payer.stripe.requests(&payer.customer_id).await?;
    let keys = requests.iter().filter_map(|one| one["idempotency_key"].as_str());
    let keys: Vec<_> = keys.filter(|key| key.starts_with("default_")).collect();
    assert!(matches!(keys[..], [key] if key.contains(&payer.card_id)), "{keys:?}");
    Ok(())
}

#[tokio::test]
async fn a_payment_that_nobody_told_of_is_in_the_wallet_once_somebody_looked() -> Outcome<()> {
    let payer = Payer::new().await?;
    let top_up = payer.begun(now()).await?;
    payer.paid(&top_up, "").await?;
    let event = payer.own_event(&top_up);
    assert!(payer.is_listed(&event).await?);
    for _ in 0..2 {
        payer.app.handle(event.clone(), now()).await?;
        assert_eq!(payer.cash().await?, UsdMicros(5_000_000));
    }
    assert_eq!(payer.mark(&event).await?.as_deref(), Some("top-up written"));
    assert!(!payer.is_listed(&event).await?);
    let seen = payer.billing.top_up(&payer.of, &top_up.id).await?;
    assert_eq!((seen.status, seen.is_settled), (TopUpStatus::Succeeded, true));
    Ok(())
}

#[tokio::test]
async fn a_payment_that_was_told_of_needs_no_further_look() -> Outcome<()> {
    let payer = Payer::new().await?;
    let top_up = payer.begun(now()).await?;
    let payment = payer.paid(&top_up, "").await?;
    payer.ends(PAYMENT, &payment, "top-up written").await?;
    let event = payer.own_event(&top_up);
    assert_eq!(payer.mark(&event).await?.as_deref(), Some("top-up written"));
    assert!(!payer.is_listed(&event).await?);
    payer.app.handle(event, now()).await?;
    assert_eq!(payer.cash().await?, UsdMicros(5_000_000));
    Ok(())
}

#[tokio::test]
async fn a_top_up_that_nobody_paid_is_looked_after_for_a_day_and_given_up() -> Outcome<()> {
    let payer = Payer::new().await?;
    let asked_at = now();
    let top_up = payer.begun(asked_at).await?;
    let event = payer.own_event(&top_up);
    let day = SignedDuration::from_hours(24);
    payer.app.handle(event.clone(), asked_at + day - SignedDuration::from_secs(1)).await?;
    assert!(payer.is_listed(&event).await?, "it may still be paid");
    payer.app.handle(event.clone(), asked_at + day).await?;
    assert_eq!(payer.mark(&event).await?.as_deref(), Some("nobody paid it"));
    assert!(!payer.is_listed(&event).await?);
    let seen = payer.billing.top_up(&payer.of, &top_up.id).await?;
    assert_eq!((seen.status, payer.cash().await?), (TopUpStatus::Canceled, UsdMicros::ZERO));
    Ok(())
}
