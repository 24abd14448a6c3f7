//! Top-ups: what was paid in is posted to the wallet, once for each payment.

use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::billing::{TopUp, deposit};

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
        if let Some(entry) = deposit(payment.status, payment.received) {
            // Under the payment's own key: however often and in whatever order events tell of it,
            // the ledger has it once.
            self.ledger.post(&of, &format!("stripe#{}", payment.id), &entry, work.now).await?;
            let notice = NoticeV1::topped_up(of.recipient(), top_up_id, payment.received);
            self.notices.announce(&notice).await?;
        }
        let decide = |known: &TopUp| known.seen(&payment.id, payment.status);
        let done = work.done("top-up written");
        self.billing.change_top_up(&of, top_up_id, Some(&done), decide).await?;
        let is_paid = deposit(payment.status, payment.received).is_some();
        if let Some(card_id) = payment.kept_card_id.as_ref().filter(|_| is_paid) {
            work.paid_by(customer_id, card_id).await;
        }
        Ok(())
    }
}
