//! Top-ups: what was paid in is posted to the wallet, once for each payment.

use adapters::stripe::Payment;
use adapters::tables::ledger::WalletOf;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::id::TopUpId;
use domain::money::billing::{TopUp, TopUpStatus};
use domain::money::ledger::Entry;

use crate::{App, Work};

impl App {
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
        if payment.status == TopUpStatus::Succeeded {
            self.credit(work, &of, (top_up_id, &payment)).await?;
        }
        let decide = |known: &TopUp| known.seen(&payment.id, payment.status);
        let done = work.done("top-up written");
        self.billing.change_top_up(&of, top_up_id, Some(&done), decide).await.map(drop)
    }

    /// Posts what was received, under the payment's own key: however often and in whatever order
    /// events tell of it, the ledger has it once.
    async fn credit(
        &self,
        work: &Work<'_>,
        of: &WalletOf,
        (top_up_id, payment): (&TopUpId, &Payment),
    ) -> Result<(), Error> {
        let amount_usd_micros = payment.received;
        let key = format!("stripe#{}", payment.id);
        let entry = Entry::Deposit { amount_usd_micros };
        self.ledger.post(of, &key, &entry, work.now).await?;
        let notice = NoticeV1::topped_up(of.recipient(), top_up_id, amount_usd_micros);
        self.notices.announce(&notice).await
    }
}
