//! Plans: what a member pays for and what it entitles them to.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{BasisPoints, UsdMicros};

/// The plans on sale.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PlanId {
    /// Costs nothing.
    Free,
    /// For people who run pods daily.
    Pro,
    /// For organisations.
    Enterprise,
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        })
    }
}

/// One plan of a tenant's catalogue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Plan {
    /// Which plan.
    pub id: PlanId,
    /// Name shown to people.
    pub name: String,
    /// One sentence on whom it is for.
    pub summary: String,
    /// Price of a month.
    pub monthly_usd_micros: UsdMicros,
    /// Price of a year paid at once.
    pub annual_usd_micros: UsdMicros,
    /// Pods that may run at the same time.
    pub running_pods_max: u32,
    /// Our share of the provider's rate.
    pub brokerage_basis_points: BasisPoints,
    /// What the plan offers, one line each.
    pub features: Vec<String>,
}
