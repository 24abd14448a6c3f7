//! Who calls, and when, as a handler's signature says.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::Error;
use domain::id::UserId;
use domain::people::tenant::{Member, TenantContext};
use jiff::Timestamp;

use super::error::ApiError;
use super::identity::{Host, Identity};

/// What a function's handlers work with, as far as callers go: [`api!`](crate::api) implements it
/// for every `App`.
pub trait Directory: Send + Sync + 'static {
    /// The tenant at a host name.
    ///
    /// # Errors
    ///
    /// 404 `tenant_not_found`.
    fn tenant(
        &self,
        host: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<TenantContext, Error>> + Send;

    /// A signed-in person as a member of the tenant at a host name.
    ///
    /// # Errors
    ///
    /// 404 `tenant_not_found`, 403 `not_a_member`.
    fn member(
        &self,
        host: &str,
        user_id: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Member, Error>> + Send;
}

/// A signed-in member of the tenant whose host they called; 401 `unauthenticated`, 403
/// `not_a_member` or 404 `tenant_not_found` for everybody else.
#[derive(Clone, Debug)]
pub struct Caller {
    member: Member,
    /// When the request came in: the handler's one reading of the clock.
    pub now: Timestamp,
}

/// Anybody who calls a tenant's host, signed in or not; 404 `tenant_not_found` where no tenant is.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The tenant with its settings.
    pub context: TenantContext,
    /// When the request came in: the handler's one reading of the clock.
    pub now: Timestamp,
}

impl Deref for Caller {
    type Target = Member;

    fn deref(&self) -> &Member {
        &self.member
    }
}

impl<D: Directory> FromRequestParts<Arc<D>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<D>) -> Result<Self, ApiError> {
        let now = crate::clock::now();
        let Identity { user_id, host } = Identity::from_request_parts(parts, app).await?;
        let member = app.member(&host.0, &user_id, now).await?;
        Ok(Self { member, now })
    }
}

impl<D: Directory> FromRequestParts<Arc<D>> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<D>) -> Result<Self, ApiError> {
        let now = crate::clock::now();
        let host = Host::from_request_parts(parts, app).await?;
        let context = app.tenant(&host.0, now).await?;
        Ok(Self { context, now })
    }
}

/// What the expansion of [`api!`](crate::api) names, so that its crates need not depend on it.
#[doc(hidden)]
pub mod names {
    pub use axum::Router;
    pub use domain::Error;
    pub use domain::id::UserId;
    pub use domain::people::tenant::{Member, TenantContext};
    pub use jiff::Timestamp;
    pub use utoipa::openapi::OpenApi;
    pub use utoipa_axum::router::OpenApiRouter;
    pub use utoipa_axum::routes;
}

/// Declares the routes of an `api-` function: one group of handlers for each path. It gives the
/// crate `router(app)` and `openapi()`, and lets handlers ask for a [`Caller`] or a [`Visitor`];
/// `App` has a field `tenants`, the adapter of that table.
#[macro_export]
macro_rules! api {
    ($(($($handlers:tt)*)),+ $(,)?) => {
        fn api() -> $crate::http::names::OpenApiRouter<::std::sync::Arc<App>> {
            $crate::http::names::OpenApiRouter::new()
                $(.routes($crate::http::names::routes!($($handlers)*)))+
        }

        /// The function's routes.
        pub fn router(app: App) -> $crate::http::names::Router {
            let router = api().split_for_parts().0;
            $crate::http::finish(router.with_state(::std::sync::Arc::new(app)))
        }

        /// The function's part of the OpenAPI document.
        #[must_use]
        pub fn openapi() -> $crate::http::names::OpenApi {
            api().split_for_parts().1
        }

        impl $crate::http::Directory for App {
            async fn tenant(
                &self,
                host: &str,
                now: $crate::http::names::Timestamp,
            ) -> Result<$crate::http::names::TenantContext, $crate::http::names::Error> {
                self.tenants.by_host(host, now).await
            }

            async fn member(
                &self,
                host: &str,
                user_id: &$crate::http::names::UserId,
                now: $crate::http::names::Timestamp,
            ) -> Result<$crate::http::names::Member, $crate::http::names::Error> {
                self.tenants.member(host, user_id, now).await
            }
        }
    };
}
