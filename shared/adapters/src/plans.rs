//! A tenant's plans.

use domain::Error;
use domain::id::TenantId;
use domain::plan::{Plan, PlanId};
use domain::price::Margins;
use domain::tenant::Caller;
use jiff::Timestamp;

use crate::aws::Aws;
use crate::recent::Recent;
use crate::table::{Key, Table};

/// The plans in the billing table.
#[derive(Debug)]
pub struct Plans {
    table: Table,
    recent: Recent<(TenantId, PlanId), Plan>,
}

fn partition(tenant_id: &TenantId) -> String {
    format!("{tenant_id}#plans#{tenant_id}")
}

impl Plans {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the plans"), recent: Recent::default() }
    }

    /// All plans, the cheapest first.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn list(&self, tenant_id: &TenantId) -> Result<Vec<Plan>, Error> {
        let mut plans: Vec<Plan> = self.table.list(&partition(tenant_id), "plan#").await?;
        plans.sort_by_key(|plan| (plan.monthly_usd_micros, plan.id));
        Ok(plans)
    }

    /// One plan.
    ///
    /// # Errors
    ///
    /// `internal` when the tenant does not sell it, `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        id: PlanId,
        now: Timestamp,
    ) -> Result<Plan, Error> {
        let name = (tenant_id.clone(), id);
        if let Some(plan) = self.recent.get(&name, now) {
            return Ok(plan);
        }
        let key = Key::new(partition(tenant_id), format!("plan#{id}"));
        let plan: Option<Plan> = self.table.get(&key).await?;
        let plan = plan.ok_or_else(|| Error::broken("a plan is missing", id.to_string()))?;
        self.recent.keep(name, plan.clone(), now);
        Ok(plan)
    }

    /// Both shares a caller pays: the plan's brokerage and the tenant's markup.
    ///
    /// # Errors
    ///
    /// Those of [`Plans::find`].
    pub async fn margins(&self, caller: &Caller, now: Timestamp) -> Result<Margins, Error> {
        let plan = self.find(caller.tenant_id(), caller.membership.plan, now).await?;
        let markup = caller.parameters().tenant_markup_basis_points;
        Ok(Margins { brokerage: plan.brokerage_basis_points, markup })
    }

    /// Adds a plan to a tenant's catalogue; one that exists stays as it is.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn add(&self, tenant_id: &TenantId, plan: &Plan) -> Result<(), Error> {
        let key = Key::new(partition(tenant_id), format!("plan#{}", plan.id));
        self.table.put_new(&key, plan).await.map(drop)
    }
}
