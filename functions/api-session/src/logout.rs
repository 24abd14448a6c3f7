//! `POST /auth/logout`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use runtime::http::{ApiError, ErrorBody, Visitor};

use crate::{App, cookie};

/// Ends the session of the cookie; with none there is nothing to end.
#[utoipa::path(
    post, path = "/api/v2/auth/logout", tag = "auth",
    responses(
        (status = 204, description = "Signed out."),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    _: Visitor,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(token) = cookie::read(&headers) {
        app.sign_in.revoke(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie::forget())])))
}
