//! `on-payment-event`: acts on the events of the payment provider.
//!
//! An event only says where to look. What is true is read from the provider, so the order of
//! events and their repetition do not matter; and that an event is handled is written along
//! with what followed from it, or after it where that has a key of its own. Mails are queued before:
//! they have keys too, so a second time changes nothing, and none is lost to a crash.

mod plan_changes;
mod top_ups;

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::stripe::{PaymentAccount, Stripe};
use adapters::tables::billing::Billing;
use adapters::tables::ledger::Ledger;
use adapters::tables::payment_events::{Done, PaymentEvents, StoredEvent, TOP_UP_BEGUN};
use adapters::tables::plans::Plans;
use adapters::tables::tenants::Tenants;
use contracts::payment::PaymentEventV1;
use domain::Error;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    ledger: Ledger,
    plans: Plans,
    billing: Billing,
    events: PaymentEvents,
    stripe: Stripe,
    notices: Notices,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let billing_table: String = config.required("BILLING_TABLE")?;
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            plans: Plans::new(aws, billing_table.clone()),
            billing: Billing::new(aws, billing_table.clone()),
            events: PaymentEvents::new(aws, billing_table),
            stripe: Stripe::new(aws, config.required("STRIPE_ACCOUNTS_SECRET_ARN")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
        })
    }
}

/// An event at work.
struct Work<'a> {
    event: &'a PaymentEventV1,
    stored: StoredEvent,
    account: PaymentAccount,
    now: Timestamp,
}

impl Work<'_> {
    fn done(&self, outcome: &'static str) -> Done {
        Done::new(self.event, outcome, self.now)
    }

    /// A card whose owner agreed to its being stored has paid: only now may it become the default.
    /// That only helps, so it comes last and its failure keeps back nothing that was paid for: the
    /// owner may have removed the card meanwhile.
    async fn paid_by(&self, customer_id: &str, card_id: &str) {
        let key = format!("default_{}_{card_id}", self.event.event_id);
        if let Err(error) = self.account.default_to(customer_id, card_id, &key).await {
            let event_id = &self.event.event_id;
            tracing::warn!(event_id, error = ?error, "a card that paid is not the default");
        }
    }
}

impl App {
    /// Handles one event at `now`.
    ///
    /// # Errors
    ///
    /// `not_found` for an event that was never kept, 409 `payments_unavailable` when its account
    /// is gone, `unavailable`.
    pub async fn handle(&self, event: PaymentEventV1, now: Timestamp) -> Result<(), Error> {
        if self.events.is_done(&event).await? {
            return Ok(());
        }
        let stored = self.events.find(&event).await?;
        let account = self.stripe.account(&event.tenant_id, event.mode, now).await?;
        let work = Work { event: &event, stored, account, now };
        match work.stored.kind.as_str() {
            "customer.subscription.created"
            | "customer.subscription.updated"
            | "customer.subscription.deleted"
            | "customer.subscription.paused"
            | "customer.subscription.resumed"
            | "invoice.paid"
            | "invoice.payment_succeeded"
            | "invoice.payment_failed" => self.plan_change(&work).await,
            "payment_intent.succeeded"
            | "payment_intent.payment_failed"
            | "payment_intent.requires_action"
            | "payment_intent.canceled" => self.top_up(&work).await,
            "product.created" | "product.updated" | "product.deleted" | "price.created"
            | "price.updated" | "price.deleted" => self.catalogue(&work).await,
            "charge.refunded" | "charge.dispute.created" | "charge.dispute.closed" => {
                self.ask_operator(&work).await
            }
            TOP_UP_BEGUN => self.look_after(&work).await,
            _ => self.events.finish(&work.done("ignored")).await,
        }
    }

    async fn catalogue(&self, work: &Work<'_>) -> Result<(), Error> {
        let refreshed = self.plans.refresh(&work.event.tenant_id, &work.account, work.now).await;
        match refreshed {
            Ok(_) => self.events.finish(&work.done("plans read")).await,
            // Half a catalogue, as while products are being made: the next event reads it again,
            // and so does the page when its copy is old.
            Err(error) if error.kind == domain::Kind::Broken => {
                tracing::warn!(code = error.code, error = ?error, "the plans are not well described");
                self.events.finish(&work.done("plans not well described")).await
            }
            Err(error) => Err(error),
        }
    }

    /// Money that went back, which the ledger has no entry for yet: a person must look.
    async fn ask_operator(&self, work: &Work<'_>) -> Result<(), Error> {
        tracing::error!(
            tenant_id = %work.event.tenant_id,
            mode = %work.event.mode,
            event_id = work.event.event_id,
            kind = work.stored.kind,
            object_id = work.stored.object_id,
            "money was taken back at the payment provider: correct the wallet by hand"
        );
        self.events.finish(&work.done("needs the operator")).await
    }
}
