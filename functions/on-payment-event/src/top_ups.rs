//! Top-ups: what was paid in is posted to the wallet, once for each payment.

use adapters::stripe::Payment;
use adapters::tables::ledger::WalletOf;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::id::TopUpId;
use domain::money::billing::{LookedAfter, TopUp, deposit};
use runtime::telemetry::{Metric, report};

use crate::{App, Work};

impl App {
    /// Follows what was told of a payment.
    pub(crate) async fn top_up(&self, work: &Work<'_>) -> Result<(), Error> {
        let payment_id = work.stored.object_id.as_deref().unwrap_or_default();
        let payment = work.account.payment(payment_id).await?;
        let (Some(top_up_id), Some(customer_id)) = (&payment.top_up_id, &payment.customer_id)
        else {
            return self.events.finish(&work.done("not a top-up")).await;
        };
        let (tenant_id, mode) = (&work.event.tenant_id, work.event.mode);
        let Some(of) = self.billing.owner(tenant_id, mode, customer_id).await? else {
            return self.events.finish(&work.done("not a customer of ours")).await;
        };
        self.settle(work, &of, top_up_id, &payment).await
    }

    /// Looks after a top-up that was begun a while ago and is not over: what was to be told of its
    /// payment may never have reached us. One that waits stays on the list and is looked at again.
    pub(crate) async fn look_after(&self, work: &Work<'_>) -> Result<(), Error> {
        let (tenant_id, mode) = (&work.event.tenant_id, work.event.mode);
        let customer_id = work.stored.customer_id.as_deref().unwrap_or_default();
        let of = self.billing.owner(tenant_id, mode, customer_id).await?;
        let of = of.ok_or_else(|| Error::not_found("customer"))?;
        let id = work.stored.object_id.as_deref().unwrap_or_default();
        let id: TopUpId = id.parse().map_err(|_| Error::not_found("top-up"))?;
        let top_up = self.billing.top_up(&of, &id).await?;
        let payment = match &top_up.payment_id {
            Some(payment_id) => Some(work.account.payment(payment_id).await?),
            None => work.account.payment_for(&id, customer_id, top_up.created_at).await?,
        };
        let seen = payment.as_ref().map(|payment| top_up.seen(&payment.id, payment.status));
        let seen = seen.unwrap_or_else(|| top_up.clone());
        match payment {
            Some(payment) if seen.clone().settled().is_over() => {
                if deposit(payment.status, payment.received).is_some() {
                    tracing::error!(
                        top_up_id = %id,
                        payment_id = payment.id,
                        "nothing told us of this payment: look at the webhook's deliveries"
                    );
                    report(Metric::PaymentsInTrouble, 1, work.now);
                }
                self.settle(work, &of, &id, &payment).await
            }
            _ if seen.look_after(work.now) == LookedAfter::Wait => Ok(()),
            _ => {
                let done = work.done("nobody paid it");
                self.billing.change_top_up(&of, &id, Some(&done), TopUp::given_up).await.map(drop)
            }
        }
    }

    async fn settle(
        &self,
        work: &Work<'_>,
        of: &WalletOf,
        top_up_id: &TopUpId,
        payment: &Payment,
    ) -> Result<(), Error> {
        let deposit = deposit(payment.status, payment.received);
        if let Some(entry) = &deposit {
            // Under the payment's own key: however often and in whatever order events tell of it,
            // the ledger has it once.
            self.ledger.post(of, &payment.ledger_key(), entry, work.now).await?;
            let notice = NoticeV1::topped_up(of.recipient(), top_up_id, payment.received);
            self.notices.announce(&notice).await?;
        }
        let decide = |known: &TopUp| known.seen(&payment.id, payment.status).settled();
        let done = work.done("top-up written");
        self.billing.change_top_up(of, top_up_id, Some(&done), decide).await?;
        if let (Some(_), Some(card_id), Some(customer_id)) =
            (deposit, &payment.kept_card_id, &payment.customer_id)
        {
            work.paid_by(customer_id, card_id).await;
        }
        Ok(())
    }
}
