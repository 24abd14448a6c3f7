//! A tenant's plans: the catalogue last read from the payment provider, one for each mode, and the
//! plans the tenant was founded with, which serve until then.

use std::collections::HashMap;

use domain::Error;
use domain::Mode;
use domain::id::TenantId;
use domain::market::price::Margins;
use domain::money::plan::{Plan, PlanId, catalogue};
use domain::people::tenant::Member;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::cache::Cache;
use crate::race::Race;
use crate::stripe::PaymentAccount;
use crate::tables::table::{Condition, Key, Table, Written};

/// The plans of a tenant in one mode.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Catalogue {
    /// The cheapest first.
    pub plans: Vec<Plan>,
    /// When they were read from the payment provider; none for those the tenant was founded with.
    pub as_of: Option<Timestamp>,
    version: u64,
}

/// The plans in the billing table.
#[derive(Debug)]
pub struct Plans {
    table: Table,
    cache: Cache<(TenantId, Mode), Catalogue>,
}

fn partition(tenant_id: &TenantId) -> String {
    format!("{tenant_id}#plans#{tenant_id}")
}

fn catalogue_key(tenant_id: &TenantId, mode: Mode) -> Key {
    Key::new(partition(tenant_id), format!("catalogue#{mode}"))
}

impl Plans {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        Self { table: Table::new(aws, table_name, "the plans"), cache: Cache::default() }
    }

    /// The plans as they were read last; empty where a tenant has none at all.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn cached(&self, tenant_id: &TenantId, mode: Mode) -> Result<Catalogue, Error> {
        let key = catalogue_key(tenant_id, mode);
        if let Some(catalogue) = self.table.get(&key).await? {
            return Ok(catalogue);
        }
        let mut plans: Vec<Plan> = self.table.list(&partition(tenant_id), "plan#").await?;
        plans.sort_by_key(|plan| (plan.monthly_usd_micros, plan.id));
        Ok(Catalogue { plans, as_of: None, version: 0 })
    }

    /// Reads the plans from the payment provider and keeps them.
    ///
    /// # Errors
    ///
    /// `unavailable`, or `internal` when what is sold there is not well described.
    pub async fn refresh(
        &self,
        tenant_id: &TenantId,
        account: &PaymentAccount,
        now: Timestamp,
    ) -> Result<Catalogue, Error> {
        let key = catalogue_key(tenant_id, account.mode());
        let mut race = Race::on("the plans");
        loop {
            let cached = self.cached(tenant_id, account.mode()).await?;
            let products = account.products().await?;
            let fresh = Catalogue {
                plans: catalogue(&products, &cached.plans)?,
                as_of: Some(now),
                version: cached.version.saturating_add(1),
            };
            let guard = Some(Condition::unchanged(cached.version));
            let put = self.table.put(&key, &fresh, guard, HashMap::new())?;
            // The loser may have read the newer catalogue, so it is read again. After the last try
            // what was just read is good enough to show, though somebody else's copy is kept.
            if self.table.write(vec![put]).await? == Written::Yes || race.lost().await.is_err() {
                return Ok(fresh);
            }
        }
    }

    /// One plan.
    ///
    /// # Errors
    ///
    /// `internal` when the tenant does not sell it, `unavailable`.
    pub async fn find(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        id: PlanId,
        now: Timestamp,
    ) -> Result<Plan, Error> {
        let name = (tenant_id.clone(), mode);
        let catalogue = if let Some(catalogue) = self.cache.get(&name, now) {
            catalogue
        } else {
            let catalogue = self.cached(tenant_id, mode).await?;
            self.cache.keep(name, catalogue.clone(), now);
            catalogue
        };
        if let Some(plan) = catalogue.plans.into_iter().find(|plan| plan.id == id) {
            return Ok(plan);
        }
        // Not on sale any more; who has it keeps it.
        let key = Key::new(partition(tenant_id), format!("plan#{id}"));
        let plan: Option<Plan> = self.table.get(&key).await?;
        plan.ok_or_else(|| Error::broken("a plan is missing", id.to_string()))
    }

    /// One plan as it is on sale now.
    ///
    /// # Errors
    ///
    /// 409 `plan_not_sold`, `unavailable`.
    pub async fn on_sale(
        &self,
        tenant_id: &TenantId,
        mode: Mode,
        id: PlanId,
    ) -> Result<Plan, Error> {
        let plans = self.cached(tenant_id, mode).await?.plans;
        plans.into_iter().find(|plan| plan.id == id).ok_or_else(|| {
            Error::conflict("plan_not_sold", format!("The plan {id} is not on sale."))
        })
    }

    /// The plan of a member.
    ///
    /// # Errors
    ///
    /// Those of [`Plans::find`].
    pub async fn of(&self, member: &Member, now: Timestamp) -> Result<Plan, Error> {
        self.find(member.tenant_id(), member.mode(), member.membership.plan, now).await
    }

    /// Both shares a member pays: the plan's brokerage and the tenant's markup.
    ///
    /// # Errors
    ///
    /// Those of [`Plans::find`].
    pub async fn margins(&self, member: &Member, now: Timestamp) -> Result<Margins, Error> {
        let plan = self.of(member, now).await?;
        let markup = member.parameters().tenant_markup_basis_points;
        Ok(Margins { brokerage: plan.brokerage_basis_points, markup })
    }

    /// Adds a plan to those a tenant is founded with; an existing one is kept.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn add(&self, tenant_id: &TenantId, plan: &Plan) -> Result<(), Error> {
        let key = Key::new(partition(tenant_id), format!("plan#{}", plan.id));
        self.table.put_new(&key, plan).await.map(drop)
    }
}
