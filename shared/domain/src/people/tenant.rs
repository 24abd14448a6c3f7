//! Tenants, modes, and who is calling in which tenant.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Mode;
use crate::id::{TenantId, UserId};
use crate::money::plan::PlanId;
use crate::people::branding::Branding;
use crate::people::parameters::Parameters;

/// One branded instance of the broker.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Tenant {
    /// Begins the partition key of everything that belongs to the tenant.
    pub id: TenantId,
    /// Name shown to people.
    pub name: String,
    /// Mode of what is made from now on.
    pub mode: Mode,
    /// Where its web app is, scheme and host without a final slash; mailed links begin with it.
    pub origin: String,
    /// How it looks; without one, as we do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a member may do beyond using their own things.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Uses the broker.
    User,
    /// Also runs the tenant.
    Admin,
}

/// A person's place in a tenant; without it every request is refused.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Membership {
    /// The member, as the user pool and the account know them.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// The plan they pay for now; it decides brokerage and limits.
    pub plan: PlanId,
    /// When they joined; the first plan is FREE.
    pub joined_at: Timestamp,
}

/// A tenant with its parameters of the mode it is in now.
#[derive(Clone, Debug)]
pub struct TenantContext {
    /// The tenant of the host name that was called.
    pub tenant: Tenant,
    /// Its settings in that mode.
    pub parameters: Parameters,
}

/// A signed-in person in the tenant whose host name they called.
#[derive(Clone, Debug)]
pub struct Member {
    /// The tenant and its parameters.
    pub context: TenantContext,
    /// Their place in it.
    pub membership: Membership,
}

impl Member {
    /// The tenant's identifier.
    #[must_use]
    pub fn tenant_id(&self) -> &TenantId {
        &self.context.tenant.id
    }

    /// The person's identifier.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.membership.user_id
    }

    /// The mode of what this request makes.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.context.tenant.mode
    }

    /// The tenant's settings.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.context.parameters
    }
}
