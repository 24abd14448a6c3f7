//! `on-invoice-due`: closes a month of one wallet and mails its invoice.
//!
//! First every pod's usage is captured up to the month's end, so that nothing can be added to the
//! month any more. Then the invoice is written in the transaction that moves the wallet on to its
//! next month, unless anything was captured since the accounts were read. The mail comes last and
//! is sent again whenever the message is, once per month for its receiver.

use adapters::Aws;
use adapters::aws::notices::Notices;
use adapters::race::Race;
use adapters::tables::ledger::{Books, Ledger, WalletOf};
use adapters::tables::pods::Pods;
use contracts::invoice::InvoiceDueV1;
use contracts::notice::NoticeV1;
use domain::Error;
use domain::money::invoice::{Closing, Invoice, Period};
use domain::money::metering::{PODS_PER_CAPTURE_MAX, PodUsage};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};

/// What the function works with.
#[derive(Debug)]
pub struct App {
    ledger: Ledger,
    pods: Pods,
    notices: Notices,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            pods: Pods::new(aws, config.required("PODS_TABLE")?),
            notices: Notices::new(aws, config.required("ON_NOTICE_QUEUE_URL")?),
        })
    }
}

/// A month of one wallet that is to be closed.
struct Month<'a> {
    app: &'a App,
    of: &'a WalletOf,
    period: Period,
    /// The latest instant that any clock has told.
    as_of: Timestamp,
    now: Timestamp,
}

impl App {
    /// Closes the month as of `now`, once; the same again only mails what was not mailed.
    ///
    /// A month in which pods can still be charged stays open; the next daily run asks again.
    ///
    /// # Errors
    ///
    /// `unavailable`; the message is delivered again.
    pub async fn handle(&self, due: InvoiceDueV1, now: Timestamp) -> Result<(), Error> {
        let InvoiceDueV1 { tenant_id, user_id, mode, period, as_of } = due;
        let of = WalletOf { tenant_id, user_id, mode };
        Month { app: self, of: &of, period, as_of: as_of.max(now), now }.close().await
    }
}

impl Month<'_> {
    async fn close(&self) -> Result<(), Error> {
        let (of, period, ledger) = (self.of, self.period, &self.app.ledger);
        // Each lost race is a capture that came in between.
        let mut race = Race::on("the wallet");
        loop {
            let books = ledger.books(of).await?;
            if books.unclosed() != Some(period) {
                let invoice = ledger.invoice(of, period).await?;
                return self.tell(invoice.as_ref()).await;
            }
            let open = self.uncaptured(&books).await?;
            match period.closing(open.is_empty(), self.as_of) {
                Closing::Issue => {
                    let invoice = self.invoice(&books).await?;
                    if ledger.close_period(of, &books, invoice.as_ref()).await? {
                        return self.tell(invoice.as_ref()).await;
                    }
                }
                Closing::Capture => {
                    for usages in open.chunks(PODS_PER_CAPTURE_MAX) {
                        ledger.capture(of, usages, self.now).await?;
                    }
                }
                Closing::Wait => {
                    tracing::info!(user_id = %of.user_id, period = %period, "still open");
                    return Ok(());
                }
            }
            race.lost().await?;
        }
    }

    /// What pods used of which something can still be captured in the month.
    async fn uncaptured(&self, books: &Books) -> Result<Vec<(PodUsage, Timestamp)>, Error> {
        let mut open = Vec::new();
        for account in books.accounts.iter().filter(|account| !account.closed) {
            let pod = self.app.pods.load(&self.of.tenant_id, &account.metered.pod).await?;
            let usage = pod.usage()?;
            if !account.metered.is_captured(&usage, self.period, self.now) {
                open.push((usage, self.period.end()));
            }
        }
        Ok(open)
    }

    /// The month's final invoice; none without usage.
    async fn invoice(&self, books: &Books) -> Result<Option<Invoice>, Error> {
        let mut used = Vec::new();
        for account in &books.accounts {
            if account.metered.used_in(self.period)?.is_some() {
                let pod = self.app.pods.load(&self.of.tenant_id, &account.metered.pod).await?;
                used.push((account.metered.clone(), pod.label()));
            }
        }
        let invoice = Invoice::of(&self.of.customer(), self.period, &books.wallet, &used)?;
        Ok(invoice.issued(self.now))
    }

    async fn tell(&self, invoice: Option<&Invoice>) -> Result<(), Error> {
        let Some(invoice) = invoice else { return Ok(()) };
        let notice = NoticeV1::invoice_ready(self.of.recipient(), invoice);
        self.app.notices.announce(&notice).await
    }
}
