//! Subscriptions: the plan a member has follows from what they pay for.

use adapters::tables::ledger::WalletOf;
use contracts::notice::{NoticeV1, SubjectV1};
use domain::Error;
use domain::money::billing::{Change, Subscription, change, current};

use crate::{App, Work};

/// Tries to write what others write too before the event is given back to the queue.
const TRIES_MAX: usize = 5;

impl App {
    pub(crate) async fn plan_change(&self, work: &Work<'_>) -> Result<(), Error> {
        let (tenant_id, mode) = (&work.event.tenant_id, work.event.mode);
        let Some(customer_id) = &work.stored.customer_id else {
            return self.events.finish(&work.done("no customer")).await;
        };
        let Some(of) = self.billing.owner(tenant_id, mode, customer_id).await? else {
            return self.events.finish(&work.done("not a customer of ours")).await;
        };
        for _ in 0..TRIES_MAX {
            // First what we know, then what is true: whoever writes in between makes us look again,
            // so what is written last was also seen last.
            let read = self.billing.subscription(&of).await?;
            let all = work.account.subscriptions(customer_id).await?;
            let Some(seen) = current(all) else {
                return self.events.finish(&work.done("no subscription")).await;
            };
            if let Some(change) = change(read.subscription.as_ref(), &seen) {
                self.notices.announce(&notice(&of, read.version, &seen, change)).await?;
            }
            let done = work.done("plan written");
            if self.billing.grant(&self.tenants, &of, &read, &seen, &done).await?
                || self.events.is_done(work.event).await?
            {
                return Ok(());
            }
        }
        Err(Error::unavailable("the subscription", "lost every race for it"))
    }
}

fn notice(of: &WalletOf, version: u64, seen: &Subscription, change: Change) -> NoticeV1 {
    let (status, ends) = (seen.status, seen.cancel_at_period_end);
    let subject = match change {
        Change::PaymentFailed => {
            SubjectV1::PaymentFailed { plan: seen.plan, kept: seen.status.grants() }
        }
        Change::Changed => SubjectV1::SubscriptionChanged {
            plan: seen.plan,
            status,
            current_period_end: seen.current_period_end,
            cancel_at_period_end: ends,
        },
    };
    NoticeV1 {
        // Names the change that is told of: every event that shows it tells it once.
        key: format!("subscription#{}#{version}#{status:?}#{ends}", seen.id),
        tenant_id: of.tenant_id.clone(),
        user_id: of.user_id.clone(),
        subject,
    }
}
