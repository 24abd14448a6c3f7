//! `POST /auth/register`.

use std::sync::Arc;

use adapters::tables::accounts::Read;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::notice::{NoticeV1, Recipient};
use domain::id::{NoticeId, UserId};
use domain::money::plan::PlanId;
use domain::people::account::{
    Account, ENROLLING_SECS, Email, IssuedCode, Standing, check_name, check_password,
};
use domain::people::tenant::TenantContext;
use domain::{Error, Kind};
use jiff::{SignedDuration, Timestamp};
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
    email: String,
    /// 10 to 64 characters. Where a code has to be entered, the one sent with the code counts.
    password: String,
    /// What to call the person; 1 to 100 characters.
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
    let intent = Account {
        user_id: UserId::new(now, entropy()?),
        email,
        name,
        standing: Standing::Registering,
        email_verified: false,
        plan_wanted: request.plan.unwrap_or(PlanId::Free),
        created_at: now,
        enrolling_until: now + SignedDuration::from_secs(ENROLLING_SECS),
        verification: None,
        password_reset: None,
    };
    let ours = app.accounts.begin(&context.tenant.id, &intent).await?;
    let read =
        app.accounts.by_email(&context.tenant.id, &intent.email).await?.ok_or_else(|| {
            Error::new(Kind::Unavailable, "unavailable", "Please try to register again.")
        })?;
    match read.account.standing {
        Standing::Registering if ours => app.enrol(&context, &read, &request.password, now).await?,
        Standing::Registering => app.carry_on(&context, &read, &request.password, now).await?,
        Standing::Unverified => app.send_code(&context, &read, now).await?,
        Standing::Active => app.tell_owner(&context, &read, now).await?,
    }
    let next = if context.parameters.auto_confirm { NextStep::Login } else { NextStep::Verify };
    Ok((StatusCode::ACCEPTED, Json(Registered { next })))
}

impl App {
    /// Takes over a registration whose request died; one that is still going on is left alone.
    async fn carry_on(
        &self,
        context: &TenantContext,
        read: &Read,
        password: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        if now < read.account.enrolling_until {
            return Ok(());
        }
        let enrolling_until = now + SignedDuration::from_secs(ENROLLING_SECS);
        let taken = Account { enrolling_until, ..read.account.clone() };
        match self.accounts.save(&context.tenant.id, read, taken).await? {
            Some(read) => self.enrol(context, &read, password, now).await,
            None => Ok(()),
        }
    }

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
        if context.parameters.auto_confirm {
            return self.join(context, read, false, now).await;
        }
        let unverified = Account { standing: Standing::Unverified, ..account.clone() };
        match self.accounts.save(&context.tenant.id, read, unverified).await? {
            Some(read) => self.send_code(context, &read, now).await,
            None => Ok(()),
        }
    }

    /// Mails a new code, unless the one before is too fresh.
    pub(crate) async fn send_code(
        &self,
        context: &TenantContext,
        read: &Read,
        now: Timestamp,
    ) -> Result<(), Error> {
        let account = &read.account;
        let nonce = NoticeId::new(now, entropy()?).to_string();
        let before = account.verification.as_ref();
        let Some(code) = IssuedCode::follow(before, nonce, &context.parameters, now) else {
            return Ok(());
        };
        let issued = Account { verification: Some(code.clone()), ..account.clone() };
        if self.accounts.save(&context.tenant.id, read, issued).await?.is_some() {
            self.mail_code(&context.tenant, &account.user_id, &code).await?;
        }
        Ok(())
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
