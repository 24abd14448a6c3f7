//! `POST /auth/login`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse};
use domain::people::account::{Email, credentials_invalid};
use runtime::http::{ApiError, ErrorBody, Json, NoStore, Visitor};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{App, SessionView, cookie};

/// Who wants in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The registered address.
    email: String,
    /// The password.
    password: String,
}

/// Signs in; the refresh token comes as a cookie.
#[utoipa::path(
    post, path = "/api/v2/auth/login", tag = "auth", request_body = Login,
    responses(
        (status = 200, body = SessionView),
        (status = 400, description = "`invalid_body`", body = ErrorBody),
        (status = 401, description = "`credentials_invalid`", body = ErrorBody),
        (status = 403, description = "`address_unverified`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Login>,
) -> Result<impl IntoResponse, ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email).map_err(|_| credentials_invalid())?;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?;
    let account = read.ok_or_else(credentials_invalid)?.account;
    account.check_has_password()?;
    let tokens = app.sign_in.with_password(&account.user_id, &request.password).await?;
    let tokens = tokens.ok_or_else(credentials_invalid)?;
    account.check_verified()?;
    let refresh_token = tokens.refresh_token.as_deref().map(cookie::keep);
    let cookies = AppendHeaders(refresh_token.map(|cookie| (SET_COOKIE, cookie)));
    Ok((NoStore, cookies, Json(SessionView::from(tokens))))
}
