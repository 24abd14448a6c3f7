//! `POST /auth/verify`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::people::account::{Email, Proof, check_password, code_invalid};
use domain::people::code::Purpose;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// The code from the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// The address it was mailed to.
    #[schema(max_length = 254)]
    email: String,
    /// Six digits.
    code: String,
    /// The account's password, 10 to 64 characters: who proves the address chooses it.
    #[schema(min_length = 10, max_length = 64)]
    password: String,
}

/// Proves the address; the account can then be used.
#[utoipa::path(
    post, path = "/api/v2/auth/verify", tag = "auth", request_body = Verify,
    responses(
        (status = 204, description = "Verified."),
        (status = 400, body = ErrorBody,
            description = "`invalid_body`, `email_invalid`, `password_invalid`, `code_invalid`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Verify>,
) -> Result<StatusCode, ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email)?;
    check_password(&request.password, &email)?;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?;
    let read = read.filter(|read| read.account.is_unverified());
    let read = read.ok_or_else(code_invalid)?;
    let proof = Proof {
        purpose: Purpose::VerifyAddress,
        digits: &request.code,
        pepper: app.pepper.pepper().await?,
        parameters: &context.parameters,
        now: visitor.now,
    };
    let (tried, right) = proof.decide(&read.account)?;
    let saved = app.accounts.save(&context.tenant.id, &read, tried).await?;
    let read = saved.filter(|_| right).ok_or_else(code_invalid)?;
    app.user_pool.set_password(&read.account.user_id, &request.password).await?;
    app.user_pool.mark_verified(&read.account.user_id).await?;
    app.join(&context, &read, true, visitor.now).await?;
    Ok(StatusCode::NO_CONTENT)
}
