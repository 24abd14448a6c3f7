//! axum's extractors with our errors, and the headers we read and write.

use std::convert::Infallible;

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use domain::{Error, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A JSON body; a malformed one is 400 `invalid_body`, a large one 413 `payload_too_large`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// The query string; a malformed one is 400 `invalid_query`.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

/// Parts of the path; one of the wrong shape names nothing, so it is 404 `not_found`.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// The `Idempotency-Key` header: 8 to 64 visible ASCII characters, required where it is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdempotencyKey(pub String);

/// Marks an answer that nobody may keep.
#[derive(Clone, Copy, Debug)]
pub struct NoStore;

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = axum::Json::<T>::from_request(request, state).await;
        body.map(|axum::Json(value)| Self(value)).map_err(|rejection| {
            ApiError(match rejection {
                JsonRejection::BytesRejection(bytes)
                    if bytes.status() == StatusCode::PAYLOAD_TOO_LARGE =>
                {
                    let message =
                        format!("A request can have at most {} bytes.", super::BODY_BYTES_MAX);
                    Error::new(Kind::TooLarge, "payload_too_large", message)
                }
                other => Error::invalid("invalid_body", other.body_text()),
            })
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(value)| Self(value)).map_err(|rejection: QueryRejection| {
            ApiError(Error::invalid("invalid_query", rejection.body_text()))
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value))
            .map_err(|_: PathRejection| ApiError(Error::not_found("thing at this address")))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let fits = |key: &&str| {
            (8..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        };
        key.filter(fits).map(|key| Self(key.to_owned())).ok_or_else(|| {
            ApiError(Error::invalid(
                "idempotency_key_invalid",
                "Send an Idempotency-Key header of 8 to 64 visible characters, new for each \
                 request.",
            ))
        })
    }
}

impl IntoResponseParts for NoStore {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let value = axum::http::HeaderValue::from_static("no-store");
        parts.headers_mut().insert(CACHE_CONTROL, value);
        Ok(parts)
    }
}
