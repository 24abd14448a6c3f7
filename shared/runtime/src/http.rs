//! HTTP functions: extractors that answer our errors, the caller's identity, and start-up.

mod caller;
mod error;
mod extract;
mod identity;

pub use caller::{Caller, Directory, Visitor, names};
pub use error::{ApiError, ErrorBody, ErrorDetail, GatewayMessage};
pub use extract::{IdempotencyKey, Json, NoStore, Path, Query};
pub use identity::{Host, Identity};

use axum::Router;
use axum::extract::DefaultBodyLimit;

/// The largest body any endpoint reads; the largest honest one, an SSH key, has 4 KiB.
pub const BODY_BYTES_MAX: usize = 16 * 1024;

/// The router with what all have in common: the body limit, and our 404 and 405.
pub fn finish(router: Router) -> Router {
    router
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn(error::render))
}

/// Serves `router` until the environment is shut down.
///
/// # Errors
///
/// When the runtime's endpoint is gone.
pub async fn run(router: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(router).await
}
