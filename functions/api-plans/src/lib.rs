//! `api-plans`: what the broker sells besides machines.
//!
//! The plans are the payment provider's products, read again when they are older than five
//! minutes. Whatever keeps them from being read, the last ones read are shown with their age.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use adapters::Aws;
use adapters::stripe::Stripe;
use adapters::tables::plans::{Catalogue, Plans};
use adapters::tables::tenants::Tenants;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use domain::id::TenantId;
use domain::money::plan::{Plan, left_alone_until, should_read_again};
use domain::people::tenant::Tenant;
use domain::{Error, Mode};
use jiff::Timestamp;
use runtime::config::{Config, ConfigError};
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Serialize;
use utoipa::ToSchema;

/// What the handlers work with.
#[derive(Debug)]
pub struct App {
    tenants: Tenants,
    plans: Plans,
    stripe: Stripe,
    left_alone: Mutex<HashMap<(TenantId, Mode), Timestamp>>,
}

impl App {
    /// What the function works with, as `config` names it.
    ///
    /// # Errors
    ///
    /// A setting that is missing or malformed.
    pub fn new(aws: &Aws, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            tenants: Tenants::new(aws, config.required("TENANTS_TABLE")?),
            plans: Plans::new(aws, config.required("BILLING_TABLE")?),
            stripe: Stripe::new(aws, config.required("STRIPE_ACCOUNTS_SECRET_ARN")?),
            left_alone: Mutex::default(),
        })
    }
}

/// The plans of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlansPage {
    /// The cheapest first.
    items: Vec<Plan>,
    /// When they were read from the payment provider; null where a tenant has none.
    as_of: Option<Timestamp>,
}

runtime::api! {
    (list_plans),
}

/// Lists the plans with their prices and what they entitle to.
#[utoipa::path(
    get, path = "/api/v2/billing/plans", tag = "billing",
    responses(
        (status = 200, body = PlansPage),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 503, description = "`unavailable`", body = ErrorBody),
    ),
)]
async fn list_plans(
    State(app): State<Arc<App>>,
    visitor: Visitor,
) -> Result<impl IntoResponse, ApiError> {
    let now = visitor.now;
    let tenant = visitor.context.tenant;
    let catalogue = app.catalogue(&tenant, now).await?;
    let page = PlansPage { items: catalogue.plans, as_of: catalogue.as_of };
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(page)))
}

impl App {
    async fn catalogue(&self, tenant: &Tenant, now: Timestamp) -> Result<Catalogue, Error> {
        let cached = self.plans.cached(&tenant.id, tenant.mode).await?;
        let name = (tenant.id.clone(), tenant.mode);
        if !should_read_again(cached.as_of, self.left_alone_until(&name), now) {
            return shown(cached);
        }
        match self.refreshed(tenant, now).await {
            Ok(Some(fresh)) => Ok(fresh),
            Ok(None) => shown(cached),
            Err(error) => {
                tracing::warn!(code = error.code, error = ?error, "the plans were not read");
                self.leave_alone(name, now);
                shown(cached)
            }
        }
    }

    /// The plans on sale now; `None` for a tenant that sells nothing by card.
    async fn refreshed(&self, tenant: &Tenant, now: Timestamp) -> Result<Option<Catalogue>, Error> {
        match self.stripe.find(&tenant.id, tenant.mode, now).await? {
            Some(account) => self.plans.refresh(&tenant.id, &account, now).await.map(Some),
            None => Ok(None),
        }
    }

    fn left_alone_until(&self, name: &(TenantId, Mode)) -> Option<Timestamp> {
        self.left_alone.lock().ok()?.get(name).copied()
    }

    fn leave_alone(&self, name: (TenantId, Mode), now: Timestamp) {
        if let Ok(mut left_alone) = self.left_alone.lock() {
            left_alone.insert(name, left_alone_until(now));
        }
    }
}

fn shown(cached: Catalogue) -> Result<Catalogue, Error> {
    if cached.plans.is_empty() {
        return Err(Error::unavailable("the plans", "none was ever read"));
    }
    Ok(cached)
}
