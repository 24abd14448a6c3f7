//! A tenant of this test's own, with the steps that deploy its pods.

use std::ops::Deref;

use domain::market::offer::Offer;

use crate::Outcome;

/// Part of every machine's name.
pub(crate) const STACK: &str = "recovery";

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
        let (pods, ledger) = (tenant.pods.clone(), tenant.ledger.clone());
        Ok(Self {
            hold: step_hold_funds::App { pods: pods.clone(), ledger: ledger.clone() },
            launch: step_launch_pod::App {
                pods: pods.clone(),
                tenants: tenant.tenants()?,
                market: tenant.market(),
                pepper: tenant.pepper()?,
                clouds: tenant.secret("GpuCloudsArn")?,
                stack: STACK.to_owned(),
            },
            probe: step_probe_pod::App {
                pods: pods.clone(),
                tenants: tenant.tenants()?,
                clouds: tenant.secret("GpuCloudsArn")?,
            },
            mark_ready: step_mark_ready::App {
                pods: pods.clone(),
                tenants: tenant.tenants()?,
                notices: tenant.notices(),
            },
            unwind: step_unwind_pod::App { pods: pods.clone(), wanted: tenant.wanted() },
            invoices: on_invoice_due::App {
                ledger: ledger.clone(),
                pods: pods.clone(),
                notices: tenant.notices(),
            },
            usage: on_usage_due::App {
                pods: pods.clone(),
                ledger: ledger.clone(),
                tenants: tenant.tenants()?,
                notices: tenant.notices(),
            },
            drive: on_pod_wanted::App {
                pods,
                ledger,
                tenants: tenant.tenants()?,
                clouds: tenant.secret("GpuCloudsArn")?,
                pepper: tenant.pepper()?,
                notices: tenant.notices(),
                wanted: tenant.wanted(),
            },
            ledger_table: tenant.output("LedgerTable")?,
            tenant,
        })
    }
}
