//! `POST /auth/verify`.

use std::sync::Arc;

use adapters::accounts::Read;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Error;
use domain::account::{Account, Email, IssuedCode, Standing, code_invalid};
use domain::code::Purpose;
use domain::tenant::TenantContext;
use runtime::http::{ApiError, ErrorBody, Host, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// The code from the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// The address it was mailed to.
    email: String,
    /// Six digits.
    code: String,
}

/// Proves the address; the account can then be used.
#[utoipa::path(
    post, path = "/api/v2/auth/verify", tag = "auth", request_body = Verify,
    responses(
        (status = 204, description = "Verified."),
        (status = 400, body = ErrorBody,
            description = "`invalid_body`, `email_invalid`, `code_invalid`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    host: Host,
    Json(request): Json<Verify>,
) -> Result<StatusCode, ApiError> {
    let context = app.tenant(&host).await?;
    let email = Email::parse(&request.email)?;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?.ok_or_else(code_invalid)?;
    let read = app.try_code(&context, read, request.code.trim()).await?;
    app.user_pool.mark_verified(&read.account.user_id).await?;
    app.join(&context, &read, true, runtime::clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl App {
    /// Takes a try off the code before comparing, so that no race gives one for free.
    async fn try_code(
        &self,
        context: &TenantContext,
        read: Read,
        digits: &str,
    ) -> Result<Read, Error> {
        let account = &read.account;
        let now = runtime::clock::now();
        let code = account.verification.clone().ok_or_else(code_invalid)?;
        if account.standing != Standing::Unverified || !code.is_open(&context.parameters, now) {
            return Err(code_invalid());
        }
        let tries_left = code.tries_left.saturating_sub(1);
        let tried = IssuedCode { tries_left, ..code.clone() };
        let tried = Account { verification: Some(tried), ..account.clone() };
        let saved = self.accounts.save(&context.tenant.id, &read, tried).await?;
        let pepper = self.pepper.pepper().await?;
        let right = code.matches(digits, pepper, Purpose::VerifyAddress, &account.user_id);
        saved.filter(|_| right).ok_or_else(code_invalid)
    }
}
