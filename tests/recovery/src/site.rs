//! A tenant of this test's own, with the steps that deploy its pods.

use std::ops::Deref;

use domain::market::offer::Offer;

use crate::Outcome;

/// A tenant with the steps, and what looks after its pods and its money.
#[derive(Debug)]
pub struct Site {
    tenant: testkit::Site,
    pub(crate) hold: step_hold_funds::App,
    pub(crate) launch: step_launch_pod::App,
    pub(crate) probe: step_probe_pod::App,
    pub(crate) mark_ready: step_mark_ready::App,
    pub(crate) unwind: step_unwind_pod::App,
    pub(crate) drive: on_pod_wanted::App,
    /// What captures usage.
    pub usage: on_usage_due::App,
    pub(crate) invoices: on_invoice_due::App,
    pub(crate) ledger_table: String,
}

impl Deref for Site {
    type Target = testkit::Site;

    fn deref(&self) -> &testkit::Site {
        &self.tenant
    }
}

impl Site {
    /// A new tenant whose market has `offers`.
    pub async fn with(offers: Vec<Offer>) -> Outcome<Self> {
        let tenant = testkit::Site::with(offers).await?;
        let (aws, config) = (tenant.aws(), tenant.config());
        Ok(Self {
            hold: step_hold_funds::App::new(aws, &config)?,
            launch: step_launch_pod::App::new(aws, &config)?,
            probe: step_probe_pod::App::new(aws, &config)?,
            mark_ready: step_mark_ready::App::new(aws, &config)?,
            unwind: step_unwind_pod::App::new(aws, &config)?,
            drive: on_pod_wanted::App::new(aws, &config)?,
            usage: on_usage_due::App::new(aws, &config)?,
            invoices: on_invoice_due::App::new(aws, &config)?,
            ledger_table: tenant.output("LedgerTable")?,
            tenant,
        })
    }
}
