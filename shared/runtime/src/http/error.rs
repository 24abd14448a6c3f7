//! [`domain::Error`] as an HTTP answer.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Error, Kind};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of every error of ours.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// `snake_case` identifier, part of the API.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
    /// Quote it when you ask us.
    pub request_id: String,
}

/// The body of the 401 that the gateway answers before any function is asked.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct GatewayMessage {
    /// `Unauthorized`.
    pub message: String,
}

/// An error on its way out of an HTTP handler.
#[derive(Debug)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::Funds => StatusCode::PAYMENT_REQUIRED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Carries the error from the handler to [`render`], which knows the request.
#[derive(Clone)]
struct Pending(Arc<Error>);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status(self.0.kind).into_response();
        response.extensions_mut().insert(Pending(Arc::new(self.0)));
        response
    }
}

/// The identifier the gateway gave the request; it joins the answer and the log.
fn request_id(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
    .unwrap_or_default()
}

/// Writes the body of every error, and logs it once.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let request_id = request_id(&request);
    let mut response = next.run(request).await;
    let Some(Pending(error)) = response.extensions_mut().remove() else {
        return response;
    };
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(request_id, code = error.code, error = ?error, "request failed");
    } else {
        tracing::info!(request_id, code = error.code, "request refused");
    }
    let detail =
        ErrorDetail { code: error.code.to_owned(), message: error.message.clone(), request_id };
    let headers = [(CACHE_CONTROL, "no-store")];
    (status, headers, axum::Json(ErrorBody { error: detail })).into_response()
}

pub(super) async fn no_route() -> ApiError {
    ApiError(Error::not_found("address"))
}

pub(super) async fn no_method() -> (StatusCode, ApiError) {
    let error = Error::invalid("method_not_allowed", "This address does not support this method.");
    (StatusCode::METHOD_NOT_ALLOWED, ApiError(error))
}
