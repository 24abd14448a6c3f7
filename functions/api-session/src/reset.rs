//! `POST /auth/password/reset`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::people::account::{Account, Email, Proof, check_password, code_invalid};
use domain::people::code::Purpose;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// The code from the mail and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    /// The registered address.
    #[schema(max_length = 254)]
    email: String,
    /// Six digits.
    code: String,
    /// 10 to 64 characters.
    #[schema(min_length = 10, max_length = 64)]
    new_password: String,
}

/// Sets a new password and ends every session.
#[utoipa::path(
    post, path = "/api/v2/auth/password/reset", tag = "auth", request_body = Reset,
    responses(
        (status = 204, description = "Your password has been changed."),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `email_invalid`, \
            `password_invalid`, `code_invalid`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Reset>,
) -> Result<StatusCode, ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email)?;
    check_password(&request.new_password, &email)?;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?.ok_or_else(code_invalid)?;
    let proof = Proof {
        purpose: Purpose::ResetPassword,
        digits: &request.code,
        pepper: app.pepper.pepper().await?,
        parameters: &context.parameters,
        now: visitor.now,
    };
    let (tried, right) = proof.decide(&read.account)?;
    let saved = app.accounts.save(&context.tenant.id, &read, tried).await?;
    let read = saved.filter(|_| right).ok_or_else(code_invalid)?;
    let user_id = &read.account.user_id;
    app.sign_in.pool().set_password(user_id, &request.new_password).await?;
    app.sign_in.end_sessions(user_id).await?;
    // The code is used up last, so that it still works after a crash before this.
    let use_up = |account: &Account| account.without_password_reset(&read.account);
    app.accounts.change(&context.tenant.id, &read, use_up).await?;
    Ok(StatusCode::NO_CONTENT)
}
