//! `on-invoice-due`: closes a month of one wallet and mails its invoice.
//!
//! First every pod's usage is captured up to the month's end, so that nothing can be added to the
//! month any more. Then the invoice is written in the transaction that moves the wallet on to its
//! next month, unless anything was captured since the accounts were read. The mail comes last and
//! is sent again whenever the message is, once per month for its receiver.

use adapters::aws::notices::Notices;
use adapters::race::Race;
use adapters::tables::ledger::{Books, Ledger, WalletOf};
use adapters::tables::pods::Pods;
use contracts::invoice::InvoiceDueV1;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::invoice::{Invoice, Period};
use domain::money::metering::{PODS_PER_CAPTURE_MAX, PodUsage};
use runtime::clock::now;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    /// Wallets.
    pub ledger: Ledger,
    /// What was used.
    pub pods: Pods,
    /// Whom to tell.
    pub notices: Notices,
}

impl App {
    /// Closes the month, once; the same again only mails what was not mailed.
    ///
    /// A month in which pods can still be charged stays open; the next daily run asks again.
    ///
    /// # Errors
    ///
    /// `unavailable`; the message is delivered again.
    pub async fn handle(&self, due: InvoiceDueV1) -> Result<(), Error> {
        let InvoiceDueV1 { tenant_id, user_id, mode, period } = due;
        let of = WalletOf { tenant_id, user_id, mode };
        // Each lost race is a capture that came in between.
        let mut race = Race::on("the wallet");
        loop {
            let books = self.ledger.books(&of).await?;
            if books.unclosed() != Some(period) {
                let invoice = self.ledger.invoice(&of, period).await?;
                return self.tell(&of, invoice.as_ref()).await;
            }
            let open = self.unsettled(&of, &books, period).await?;
            if open.is_empty() {
                let invoice = self.invoice(&of, &books, period).await?;
                if self.ledger.close_period(&of, &books, invoice.as_ref()).await? {
                    return self.tell(&of, invoice.as_ref()).await;
                }
            } else if period.is_over(now()) {
                for usages in open.chunks(PODS_PER_CAPTURE_MAX) {
                    self.ledger.capture(&of, usages, period.end(), now()).await?;
                }
            } else {
                tracing::info!(user_id = %of.user_id, period = %period, "still open");
                return Ok(());
            }
            race.lost()?;
        }
    }

    /// What pods used of which something can still be captured in `period`.
    async fn unsettled(
        &self,
        of: &WalletOf,
        books: &Books,
        period: Period,
    ) -> Result<Vec<PodUsage>, Error> {
        let mut open = Vec::new();
        for account in books.accounts.iter().filter(|account| !account.closed) {
            let pod = self.pods.load(&of.tenant_id, &account.metered.pod).await?;
            let usage = pod.usage()?;
            if !account.metered.is_settled(&usage, period, now()) {
                open.push(usage);
            }
        }
        Ok(open)
    }

    /// The month's final invoice; none without usage.
    async fn invoice(
        &self,
        of: &WalletOf,
        books: &Books,
        period: Period,
    ) -> Result<Option<Invoice>, Error> {
        let mut used = Vec::new();
        for account in &books.accounts {
            if account.metered.used_in(period)?.is_some() {
                let pod = self.pods.load(&of.tenant_id, &account.metered.pod).await?;
                used.push((account.metered.clone(), pod.label()));
            }
        }
        let invoice = Invoice::of(&of.customer(), period, &books.wallet, &used)?;
        Ok(invoice.issued(now()))
    }

    async fn tell(&self, of: &WalletOf, invoice: Option<&Invoice>) -> Result<(), Error> {
        let Some(invoice) = invoice else { return Ok(()) };
        self.notices.announce(&NoticeV1::invoice_ready(of.recipient(), invoice)).await
    }
}
