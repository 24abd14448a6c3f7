//! `POST /auth/refresh`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use domain::{Error, Kind};
use runtime::http::{ApiError, ErrorBody, Json, NoStore, Visitor};

use crate::{App, SessionView, cookie};

fn session_expired() -> Error {
    Error::new(Kind::Unauthenticated, "session_expired", "Please sign in again.")
}

/// Gives a new access token for the cookie.
#[utoipa::path(
    post, path = "/api/v2/auth/refresh", tag = "auth",
    responses(
        (status = 200, body = SessionView),
        (status = 401, description = "`session_expired`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
    ),
)]
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    _: Visitor,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let token = cookie::read(&headers).ok_or_else(session_expired)?;
    let tokens = app.sign_in.with_refresh_token(&token).await?.ok_or_else(session_expired)?;
    // The pool gives a new refresh token only where it rotates them.
    let rotated = tokens.refresh_token.as_deref().map(cookie::keep);
    let cookies = AppendHeaders(rotated.map(|cookie| (SET_COOKIE, cookie)));
    Ok((NoStore, cookies, Json(SessionView::from(tokens))))
}
