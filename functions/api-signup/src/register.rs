//! `POST /auth/register`.

use std::sync::Arc;

use adapters::tables::accounts::Read;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::notice::{NoticeV1, Recipient};
use domain::id::{NoticeId, UserId};
use domain::money::plan::PlanId;
use domain::people::account::{Account, Email, check_name, check_password, open_nonce};
use domain::people::registration::{Enrolled, Newcomer, Registration};
use domain::people::tenant::TenantContext;
use domain::{Error, Kind};
use jiff::Timestamp;
use runtime::http::{ApiError, ErrorBody, Json, Visitor};
use runtime::ids::entropy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;

/// A person who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// Where mail goes; at most 254 characters.
    #[schema(max_length = 254)]
    email: String,
    /// 10 to 64 characters. Where a code has to be entered, the one sent with the code counts.
    #[schema(min_length = 10, max_length = 64)]
    password: String,
    /// What to call the person; 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The plan they chose before; FREE unless said. A paid one begins with a payment.
    plan: Option<PlanId>,
}

/// What happens next; the same whether or not the address has an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registered {
    next: NextStep,
}

/// What a registration is followed by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NextStep {
    /// The account can be used at once.
    Login,
    /// A code was mailed.
    Verify,
}

/// Registers an account. The answer never tells whether the address had one; a mail does.
#[utoipa::path(
    post, path = "/api/v2/auth/register", tag = "auth", request_body = Register,
    responses(
        (status = 202, body = Registered),
        (status = 400, body = ErrorBody, description = "`invalid_body`, `email_invalid`, \
            `password_invalid`, `name_invalid`"),
        (status = 404, description = "`tenant_not_found`", body = ErrorBody),
        (status = 413, description = "`payload_too_large`", body = ErrorBody),
    ),
)]
pub(crate) async fn register(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<Register>,
) -> Result<(StatusCode, Json<Registered>), ApiError> {
    let context = visitor.context;
    let email = Email::parse(&request.email)?;
    check_password(&request.password, &email)?;
    let name = check_name(&request.name)?;
    let now = visitor.now;
    let newcomer = Newcomer { email, name, plan_wanted: request.plan.unwrap_or(PlanId::Free) };
    let intent = Account::registering(UserId::new(now, entropy()?), newcomer, now);
    let ours = app.accounts.begin(&context.tenant.id, &intent).await?;
    let read =
        app.accounts.by_email(&context.tenant.id, &intent.email).await?.ok_or_else(|| {
            Error::new(Kind::Unavailable, "unavailable", "Please try to register again.")
        })?;
    match read.account.registration(ours, now) {
        Registration::Enrol => app.enrol(&context, &read, &request.password, now).await?,
        Registration::TakeOver(taken) => {
            if let Some(read) = app.accounts.save(&context.tenant.id, &read, *taken).await? {
                app.enrol(&context, &read, &request.password, now).await?;
            }
        }
        Registration::Wait => {}
        Registration::SendCode => app.send_code(&context, &read, now).await?,
        Registration::TellOwner => app.tell_owner(&context, &read, now).await?,
    }
    let next = if context.parameters.auto_confirm { NextStep::Login } else { NextStep::Verify };
    Ok((StatusCode::ACCEPTED, Json(Registered { next })))
}

impl App {
    /// Makes the person known to the user pool, and a member or waiting for their code. Where the
    /// address has to be proved, the password that comes with the proof replaces this one, so that
    /// nobody can prepare an account for another's address.
    async fn enrol(
        &self,
        context: &TenantContext,
        read: &Read,
        password: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let account = &read.account;
        self.user_pool.create(&account.user_id, &account.email).await?;
        self.user_pool.set_password(&account.user_id, password).await?;
        let waiting = match account.enrolled(&context.parameters) {
            Enrolled::Join => return self.join(context, read, false, now).await,
            Enrolled::Prove(waiting) => waiting,
        };
        match self.accounts.save(&context.tenant.id, read, *waiting).await? {
            Some(read) => self.send_code(context, &read, now).await,
            None => Ok(()),
        }
    }

    /// Mails a new code; or queues the mail with the one before again, if that is too fresh for
    /// another: it may never have been queued, and `on-notice` mails each once.
    pub(crate) async fn send_code(
        &self,
        context: &TenantContext,
        read: &Read,
        now: Timestamp,
    ) -> Result<(), Error> {
        let account = &read.account;
        let nonce = NoticeId::new(now, entropy()?).to_string();
        let issued = account.with_verification(nonce, &context.parameters, now);
        let mailed = match issued {
            Some((issued, code)) => {
                let saved = self.accounts.save(&context.tenant.id, read, issued).await?;
                saved.map(|_| code.nonce)
            }
            None => open_nonce(account.verification.as_ref(), &context.parameters, now),
        };
        match mailed {
            Some(nonce) => self.mail_code(&context.tenant, &account.user_id, &nonce).await,
            None => Ok(()),
        }
    }

    async fn tell_owner(
        &self,
        context: &TenantContext,
        read: &Read,
        now: Timestamp,
    ) -> Result<(), Error> {
        let user_id = read.account.user_id.clone();
        let to = Recipient { tenant_id: context.tenant.id.clone(), user_id };
        self.notices.announce(&NoticeV1::address_in_use(to, now)).await
    }
}
