//! `POST /auth/resend`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::people::account::Email;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;

/// An address that waits for its code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resend {
    /// The address that was registered.
    #[schema(max_length = 254)]
    email: String,
}

/// Mails a new code. The answer is the same whether or not there is anyone to mail it to.
#[utoipa::path(
    post, path = "/api/v2/auth/resend", tag = "auth", request_body = Resend,
    responses(
        (status = 202, description = "If this address is waiting for a code, one is on its way."),
        (status = 400, description = "`invalid_body`, `email_invalid`", body = ErrorBody),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn resend(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Resend>,
) -> Result<StatusCode, ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email)?;
    let read = app.accounts.by_email(&context.tenant.id, &email).await?;
    if let Some(read) = read.filter(|read| read.account.is_unverified()) {
        app.send_code(&context, &read, visitor.now).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
