//! Tenants, their parameters and their members.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Mode;
use domain::id::{TenantId, UserId};
use domain::market::template::Template;
use domain::money::billing::SubscriptionStatus;
use domain::money::plan::PlanId;
use domain::people::parameters::Parameters;
use domain::people::tenant::{Member, Membership, Tenant, TenantContext};
use domain::{Error, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::Aws;
use crate::cache::Cache;
use crate::tables::table::{Key, Table};

/// Longest name looked up, of a host (RFC 1035, §2.3.4) or a template; keys hold little more.
const NAME_LEN_MAX: usize = 255;

/// One stored setting with its value in each mode.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name, a field of [`Parameters`].
    pub key: String,
    /// Value in SANDBOX.
    pub sandbox_value: Value,
    /// Value in LIVE.
    pub live_value: Value,
}

#[derive(Debug, Deserialize, Serialize)]
struct HostRow {
    tenant_id: TenantId,
}

/// What a member's subscription grants them, as the tenants table keeps it beside the membership.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Paid {
    /// The plan that is granted now; FREE when the subscription grants none.
    pub plan: PlanId,
    /// Where the subscription stands.
    pub status: SubscriptionStatus,
    /// Until when it is paid for.
    pub current_period_end: Timestamp,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
}

/// A membership with what is paid for in each mode; a plan of one mode is none in the other.
#[derive(Debug, Deserialize)]
struct MemberRow {
    #[serde(flatten)]
    membership: Membership,
    paid_sandbox: Option<Paid>,
    paid_live: Option<Paid>,
}

impl MemberRow {
    fn in_mode(self, mode: Mode) -> Membership {
        let paid = match mode {
            Mode::Sandbox => self.paid_sandbox,
            Mode::Live => self.paid_live,
        };
        let granted = paid.map_or(PlanId::Free, |paid| paid.plan);
        Membership { plan: self.membership.plan.max(granted), ..self.membership }
    }
}

/// The tenants table.
#[derive(Debug)]
pub struct Tenants {
    table: Table,
    by_host: Cache<String, TenantContext>,
}

fn host_key(host: &str) -> Key {
    Key::new(format!("platform#host#{host}"), "host")
}

fn partition(tenant_id: &TenantId) -> String {
    format!("{tenant_id}#tenant#{tenant_id}")
}

fn member_key(tenant_id: &TenantId, user_id: &UserId) -> Key {
    Key::new(format!("{tenant_id}#member#{user_id}"), "member")
}

impl Tenants {
    /// The table called `table_name`.
    #[must_use]
    pub fn new(aws: &Aws, table_name: String) -> Self {
        let table = Table::new(aws, table_name, "the tenants table");
        Self { table, by_host: Cache::default() }
    }

    /// The tenant whose web app is at `host`, with its parameters of the mode it is in.
    ///
    /// # Errors
    ///
    /// 404 `tenant_not_found`, `internal`, `unavailable`.
    pub async fn by_host(&self, host: &str, now: Timestamp) -> Result<TenantContext, Error> {
        if let Some(context) = self.by_host.get(&host.to_owned(), now) {
            return Ok(context);
        }
        let unknown = || {
            Error::new(Kind::NotFound, "tenant_not_found", "There is no broker at this address.")
        };
        if host.len() > NAME_LEN_MAX {
            return Err(unknown());
        }
        let row: HostRow = self.table.get(&host_key(host)).await?.ok_or_else(unknown)?;
        let tenant = self.find(&row.tenant_id).await?;
        let parameters = self.parameters(&tenant.id, tenant.mode).await?;
        let context = TenantContext { tenant, parameters };
        self.by_host.keep(host.to_owned(), context.clone(), now);
        Ok(context)
    }

    /// The tenant with this identifier.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn find(&self, id: &TenantId) -> Result<Tenant, Error> {
        let key = Key::new(partition(id), "tenant");
        self.table.get(&key).await?.ok_or_else(|| Error::not_found("tenant"))
    }

    /// A tenant's parameters in `mode`.
    ///
    /// # Errors
    ///
    /// `internal` when one is missing, `unavailable`.
    pub async fn parameters(&self, id: &TenantId, mode: Mode) -> Result<Parameters, Error> {
        let rows: Vec<Parameter> = self.table.list(&partition(id), "parameter#").await?;
        let value = |row: Parameter| match mode {
            Mode::Sandbox => (row.key, row.sandbox_value),
            Mode::Live => (row.key, row.live_value),
        };
        Parameters::read(rows.into_iter().map(value).collect::<BTreeMap<_, _>>())
    }

    /// The templates a tenant offers.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn templates(&self, id: &TenantId) -> Result<Vec<Template>, Error> {
        self.table.list(&partition(id), "template#").await
    }

    /// One template.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn template(&self, id: &TenantId, template_id: &str) -> Result<Template, Error> {
        if template_id.len() > NAME_LEN_MAX {
            return Err(Error::not_found("template"));
        }
        let key = Key::new(partition(id), format!("template#{template_id}"));
        self.table.get(&key).await?.ok_or_else(|| Error::not_found("template"))
    }

    /// The person `user_id` as a member of the tenant at `host`.
    ///
    /// # Errors
    ///
    /// 403 `not_a_member`, 404 `tenant_not_found`, `unavailable`.
    pub async fn member(
        &self,
        host: &str,
        user_id: &UserId,
        now: Timestamp,
    ) -> Result<Member, Error> {
        let context = self.by_host(host, now).await?;
        let key = member_key(&context.tenant.id, user_id);
        let row: Option<MemberRow> = self.table.get(&key).await?;
        let row = row.ok_or_else(|| {
            Error::new(Kind::Forbidden, "not_a_member", "You have no account with this broker.")
        })?;
        let membership = row.in_mode(context.tenant.mode);
        Ok(Member { context, membership })
    }

    /// Makes a person a member; an existing membership is kept.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn join(&self, id: &TenantId, membership: &Membership) -> Result<(), Error> {
        self.table.put_new(&member_key(id, &membership.user_id), membership).await.map(drop)
    }

    /// A write of what a member's subscription grants them, to be part of a transaction.
    pub(crate) fn grant(
        &self,
        id: &TenantId,
        user_id: &UserId,
        mode: Mode,
        paid: &Paid,
    ) -> Result<TransactWriteItem, Error> {
        let attribute = match mode {
            Mode::Sandbox => "paid_sandbox",
            Mode::Live => "paid_live",
        };
        self.table.set(&member_key(id, user_id), attribute, paid)
    }

    /// Writes a tenant, the host it answers at, its parameters and its templates; what exists stays.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn found(
        &self,
        tenant: &Tenant,
        host: &str,
        parameters: &[Parameter],
        templates: &[Template],
    ) -> Result<(), Error> {
        let pk = partition(&tenant.id);
        for parameter in parameters {
            let key = Key::new(&pk, format!("parameter#{}", parameter.key));
            self.table.put_new(&key, parameter).await?;
        }
        for template in templates {
            let key = Key::new(&pk, format!("template#{}", template.id));
            self.table.put_new(&key, template).await?;
        }
        self.table.put_new(&Key::new(pk, "tenant"), tenant).await?;
        // The host comes last: only then is the tenant reachable, and it is whole.
        let row = HostRow { tenant_id: tenant.id.clone() };
        self.table.put_new(&host_key(host), &row).await.map(drop)
    }

    /// Notes that a tenant's web app is at `origin` from now on.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, `unavailable`.
    pub async fn move_to(&self, id: &TenantId, origin: &str) -> Result<(), Error> {
        let tenant = Tenant { origin: origin.to_owned(), ..self.find(id).await? };
        let key = Key::new(partition(id), "tenant");
        let put = self.table.put(&key, &tenant, None, HashMap::new())?;
        self.table.write(vec![put]).await.map(drop)
    }

    /// The tenant at `host`, if one was founded there.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn id_at(&self, host: &str) -> Result<Option<TenantId>, Error> {
        let row: Option<HostRow> = self.table.get(&host_key(host)).await?;
        Ok(row.map(|row| row.tenant_id))
    }
}
