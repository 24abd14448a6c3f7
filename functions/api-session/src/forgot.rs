//! `POST /auth/password/forgot`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contracts::notice::{NoticeV1, Recipient};
use domain::id::NoticeId;
use domain::people::account::{Account, Email, IssuedCode, Standing};
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use runtime::ids::entropy;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// Who forgot their password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgot {
    /// The registered address.
    email: String,
}

/// Mails a code that allows a new password. The answer never tells whether there is an account.
#[utoipa::path(
    post, path = "/api/v2/auth/password/forgot", tag = "auth", request_body = Forgot,
    responses(
        (status = 202, description = "If the address has an account, a code is on its way."),
        (status = 400, description = "`invalid_body`, `email_invalid`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn forgot(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Forgot>,
) -> Result<StatusCode, ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email)?;
    let now = visitor.now;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?;
    let Some(read) = read.filter(|read| read.account.standing != Standing::Registering) else {
        return Ok(StatusCode::ACCEPTED);
    };
    let account = read.account.clone();
    let nonce = NoticeId::new(now, entropy()?).to_string();
    let before = account.password_reset.as_ref();
    let Some(code) = IssuedCode::follow(before, nonce.clone(), &context.parameters, now) else {
        return Ok(StatusCode::ACCEPTED);
    };
    let user_id = account.user_id.clone();
    let issued = Account { password_reset: Some(code), ..account };
    if app.accounts.save(&context.tenant.id, &read, issued).await?.is_some() {
        let to = Recipient { tenant_id: context.tenant.id, user_id };
        app.notices.announce(&NoticeV1::reset_password(to, &nonce)).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
