//! `POST /auth/logout`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use runtime::http::{ApiError, ErrorBody, Host};

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
    host: Host,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    app.tenant(&host).await?;
    if let Some(token) = cookie::read(&headers) {
        app.sign_in.revoke(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie::forget())])))
}
