//! A pod that has run for long, and the month it is invoiced for.

use adapters::tables::ledger::{HoldFor, WalletOf};
use contracts::invoice::InvoiceDueV1;
use domain::Error;
use domain::Mode;
use domain::id::UserId;
use domain::money::invoice::Period;
use domain::money::ledger::Entry;
use domain::money::metering::Phase;
use domain::pod::{Pod, PodState, Transition};
use jiff::Timestamp;
use runtime::clock::now;
use runtime::ids::entropy;

use crate::deploy::START;
use crate::{Deploy, Outcome, Site};

impl Site {
    /// A new user's pod that runs since `since` on all their fifty dollars; nothing was captured.
    pub async fn running_since(&self, since: Timestamp) -> Outcome<Deploy<'_>> {
        let (tenant_id, user_id) = (self.tenant_id.clone(), UserId::new(now(), entropy()?));
        let wallet = WalletOf { tenant_id, user_id, mode: Mode::Sandbox };
        let deposit = Entry::Deposit { amount_usd_micros: START };
        self.ledger.post(&wallet, "start", &deposit, since).await?;
        let pod_id = self.open(&wallet, None).await?.id;
        self.ledger.hold(&wallet, &pod_id, (HoldFor::Deploy, START), since).await?;
        let deploy = Deploy { site: self, pod_id, wallet };
        let run = |pod: Pod| {
            let Transition { pod, event } = pod.funds_held(START, since)?;
            let clock = pod.clock.clone().begin(Phase::Running, since);
            Ok(Transition { pod: Pod { state: PodState::Running, clock, ..pod }, event })
        };
        deploy.change(run).await?;
        Ok(deploy)
    }
}

impl Deploy<'_> {
    /// Does what a message to `on-invoice-due` does.
    pub async fn close(&self, period: Period) -> Result<(), Error> {
        let WalletOf { tenant_id, user_id, mode } = self.wallet.clone();
        let due = InvoiceDueV1 { tenant_id, user_id, mode, period, as_of: now() };
        self.site.invoices.handle(due, now()).await
    }

    /// Does what the meter does at `at`.
    pub async fn capture(&self, at: Timestamp) -> Result<(), Error> {
        let usages = [(self.pod().await?.usage()?, at)];
        self.site.ledger.capture(&self.wallet, &usages, now()).await
    }
}
