//! What a request to `api-session` leads to that is sent again after its first one failed, on the
//! local AWS that `make test` brings up.

use adapters::tables::accounts::Accounts;
use api_session::{App, router};
use axum::Router;
use domain::people::account::{Account, Standing};
use domain::people::code::Purpose;
use jiff::SignedDuration;
use runtime::clock::now;
use serde_json::json;
use testkit::{Answer, Call, Outcome, PASSWORD, Site, newcomer, samples};

const NEW_PASSWORD: &str = "battery staple horse";

/// A member of a tenant of the test's own, whose password is [`PASSWORD`].
struct World {
    site: Site,
    accounts: Accounts,
    member: Account,
}

impl World {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let member = Account { standing: Standing::Active, ..newcomer()? };
        Self::with(site, member).await
    }

    async fn with(site: Site, member: Account) -> Outcome<Self> {
        let (accounts, user_pool) = (site.accounts()?, site.user_pool()?);
        accounts.begin(&site.tenant_id, &member).await?;
        site.join(&member.user_id).await?;
        user_pool.create(&member.user_id, &member.email).await?;
        user_pool.set_password(&member.user_id, PASSWORD).await?;
        Ok(Self { site, accounts, member })
    }

    /// The function with its mails queued there.
    fn mailing(&self, queue_url: &str) -> Outcome<Router> {
        let config = self.site.config().with("ON_NOTICE_QUEUE_URL", queue_url);
        Ok(router(App::new(self.site.aws(), &config)?))
    }

    fn router(&self) -> Outcome<Router> {
        Ok(router(App::new(self.site.aws(), &self.site.config())?))
    }

    async fn forgot(&self, router: &Router) -> Outcome<Answer> {
        let body = json!({"email": self.member.email.as_str()});
        Call::post("/auth/password/forgot", &body).by_nobody(router, &self.site.host).await
    }
}

#[tokio::test]
async fn a_reset_mail_that_could_not_be_queued_is_queued_when_it_is_asked_for_again() -> Outcome<()>
{
    let world = World::new().await?;
    let nowhere = world.site.queue().await?.url + "-not-there";
    world.forgot(&world.mailing(&nowhere)?).await?.refused(503, "unavailable")?;
    assert!(world.site.told(&world.member.user_id).await?.is_empty());
    for _ in 0..2 {
        world.forgot(&world.router()?).await?.with_status(202)?;
        let told = world.site.told(&world.member.user_id).await?;
        assert_eq!(told.len(), 1, "one code, mailed once: {told:?}");
        assert!(told.iter().all(|key| key.starts_with("reset#")), "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_code_that_cannot_be_used_any_more_is_not_mailed_again() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let newcomer = newcomer()?;
    let issued_at = now() - SignedDuration::from_secs(1);
    let (code, _) = site.code(Purpose::ResetPassword, &newcomer.user_id, issued_at).await?;
    let used_up = domain::people::account::IssuedCode { tries_left: 0, ..code };
    let standing = Standing::Active;
    let member = Account { standing, password_reset: Some(used_up), ..newcomer };
    let world = World::with(site, member).await?;
    world.forgot(&world.router()?).await?.with_status(202)?;
    assert!(world.site.told(&world.member.user_id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one_and_is_set_again_without_harm()
-> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let newcomer = newcomer()?;
    let (code, digits) = site.code(Purpose::ResetPassword, &newcomer.user_id, now()).await?;
    let standing = Standing::Active;
    let member = Account { standing, password_reset: Some(code), ..newcomer };
    let world = World::with(site, member).await?;
    let (router, email) = (world.router()?, world.member.email.as_str());
    let host = &world.site.host;
    let login = async |password: &str| {
        let body = json!({"email": email, "password": password});
        Call::post("/auth/login", &body).by_nobody(&router, host).await
    };
    let signed_in = login(PASSWORD).await?;
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let refresh = async || {
        let call = Call::new("POST", "/auth/refresh").with_header("cookie", &cookie);
        call.by_nobody(&router, host).await
    };
    refresh().await?.with_status(200)?;
    let reset = async || {
        let body = json!({"email": email, "code": digits, "new_password": NEW_PASSWORD});
        Call::post("/auth/password/reset", &body).by_nobody(&router, host).await
    };
    reset().await?.with_status(204)?;
    assert_eq!(refresh().await?.status, 401, "the old session goes on");
    login(PASSWORD).await?.refused(401, "credentials_invalid")?;
    // As if the function had died before it noted that the code is used.
    let read = world.accounts.by_email(&world.site.tenant_id, &world.member.email).await?;
    let read = read.ok_or("no account")?;
    world.accounts.save(&world.site.tenant_id, &read, world.member.clone()).await?;
    reset().await?.with_status(204)?;
    login(NEW_PASSWORD).await?.with_status(200)?;
    reset().await?.refused(400, "code_invalid")
}
