//! `every-period-close`: each day, one message for each wallet with a month that is over and not
//! closed.
//!
//! It asks for the first such month of a wallet; a wallet that missed several is asked again the
//! next day. A wallet leaves the list when `on-invoice-due` closed its month, so runs that are
//! doubled, cut off or missing all end the same.

use adapters::Aws;
use adapters::aws::queue::Queue;
use adapters::tables::ledger::{Ledger, WalletOf};
use contracts::invoice::InvoiceDueV1;
use domain::Error;
use domain::money::invoice::Period;
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use serde::Serialize;

/// What the function works with.
#[derive(Debug)]
pub struct App {
    ledger: Ledger,
    invoices: Queue<InvoiceDueV1>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        let invoices = config.required("ON_INVOICE_DUE_QUEUE_URL")?;
        Ok(Self {
            ledger: Ledger::new(aws, config.required("LEDGER_TABLE")?),
            invoices: Queue::new(aws, invoices, "the queue of invoices"),
        })
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Wallets with a month to close.
    pub wallets: usize,
    /// Messages that could not be sent; the next run makes up for them.
    pub failed: usize,
}

impl App {
    /// Asks for every month before the one of `now` to be closed.
    ///
    /// # Errors
    ///
    /// `unavailable` when the wallets cannot be listed.
    pub async fn handle(&self, now: Timestamp) -> Result<Status, Error> {
        let mut status = Status::default();
        for (of, period) in self.ledger.unclosed_before(Period::of(now)).await? {
            status.wallets = status.wallets.saturating_add(1);
            let WalletOf { tenant_id, user_id, mode } = of;
            let due = InvoiceDueV1 { tenant_id, user_id, mode, period, as_of: now };
            if let Err(error) = self.invoices.send(&due).await {
                tracing::error!(user_id = %due.user_id, error = ?error, "no invoice message");
                status.failed = status.failed.saturating_add(1);
            }
        }
        Ok(status)
    }
}
