//! Subscriptions: the plan a member has follows from what they pay for.

use adapters::race::Race;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::billing::{current, notable_change};

use crate::{App, Work};

impl App {
    pub(crate) async fn plan_change(&self, work: &Work<'_>) -> Result<(), Error> {
        let (tenant_id, mode) = (&work.event.tenant_id, work.event.mode);
        let Some(customer_id) = &work.stored.customer_id else {
            return self.events.finish(&work.done("no customer")).await;
        };
        let Some(of) = self.billing.owner(tenant_id, mode, customer_id).await? else {
            return self.events.finish(&work.done("not a customer of ours")).await;
        };
        let mut race = Race::on("the subscription");
        loop {
            // Our row is read before the provider is: a write in between makes ours lose, so what
            // is written last was also seen last.
            let read = self.billing.subscription(&of).await?;
            let all = work.account.subscriptions(customer_id).await?;
            let Some(seen) = current(all) else {
                return self.events.finish(&work.done("no subscription")).await;
            };
            if let Some(change) = notable_change(read.subscription.as_ref(), &seen) {
                let notice = NoticeV1::subscription(of.recipient(), &seen, change, read.version);
                self.notices.announce(&notice).await?;
            }
            let done = work.done("plan written");
            if self.billing.grant(&self.tenants, &of, &read, &seen, &done).await? {
                if let Some(card_id) = seen.card_id.as_ref().filter(|_| seen.status.grants()) {
                    work.paid_by(customer_id, card_id).await;
                }
                return Ok(());
            }
            if self.events.is_done(work.event).await? {
                return Ok(());
            }
            race.lost().await?;
        }
    }
}
