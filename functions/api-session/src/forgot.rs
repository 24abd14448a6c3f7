//! `POST /auth/password/forgot`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contracts::notice::{NoticeV1, Recipient};
use domain::id::NoticeId;
use domain::people::account::{Email, open_nonce};
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
    #[schema(max_length = 254)]
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
    let Some(read) = read else { return Ok(StatusCode::ACCEPTED) };
    let nonce = NoticeId::new(now, entropy()?).to_string();
    let issued = read.account.with_password_reset(nonce.clone(), &context.parameters, now);
    let mailed = match issued {
        Some(issued) => {
            let saved = app.accounts.save(&context.tenant.id, &read, issued).await?;
            saved.map(|_| nonce)
        }
        // Too soon for another one: but the mail with the last may never have been queued.
        None => open_nonce(read.account.password_reset.as_ref(), &context.parameters, now),
    };
    if let Some(nonce) = mailed {
        let user_id = read.account.user_id;
        let to = Recipient { tenant_id: context.tenant.id, user_id };
        app.notices.announce(&NoticeV1::reset_password(to, &nonce)).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
