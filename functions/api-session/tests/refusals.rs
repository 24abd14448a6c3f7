//! What `api-session` refuses, against the local AWS that `make test` brings up.

use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use api_session::{App, router};
use axum::Router;
use domain::people::account::{Account, Email, Standing};
use domain::people::code::Purpose;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use serde_json::{Value, json};
use testkit::{Answer, Call, Outcome, PASSWORD, Site, fresh_address, newcomer, samples};

const NEW_PASSWORD: &str = "battery staple horse";
const NOWHERE: &str = "nowhere.localhost";

/// A tenant of the test's own, and the router.
struct World {
    site: Site,
    router: Router,
    accounts: Accounts,
    user_pool: UserPool,
}

impl World {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let router = router(App::new(site.aws(), &site.config())?);
        Ok(Self { accounts: site.accounts()?, user_pool: site.user_pool()?, site, router })
    }

    async fn ask(&self, path: &str, body: &Value) -> Outcome<Answer> {
        Call::post(path, body).by_nobody(&self.router, &self.site.host).await
    }

    async fn login(&self, email: &str, password: &str) -> Outcome<Answer> {
        self.ask("/auth/login", &json!({"email": email, "password": password})).await
    }

    async fn reset(&self, account: &Account, code: &str) -> Outcome<Answer> {
        let email = account.email.as_str();
        let body = json!({"email": email, "code": code, "new_password": NEW_PASSWORD});
        self.ask("/auth/password/reset", &body).await
    }

    /// Posts nothing with a browser's cookie.
    async fn post_with_cookie(&self, path: &str, cookie: &str) -> Outcome<Answer> {
        let call = Call::new("POST", path).with_header("cookie", cookie);
        call.by_nobody(&self.router, &self.site.host).await
    }

    /// Somebody whose password is [`PASSWORD`].
    async fn person(&self, standing: Standing) -> Outcome<Account> {
        let account = Account { standing, ..newcomer()? };
        self.keep(&account).await?;
        Ok(account)
    }

    /// Somebody who was mailed a code for a new password at `issued_at`, and that code.
    async fn forgetful(&self, issued_at: Timestamp) -> Outcome<(Account, String)> {
        let account = newcomer()?;
        let (code, digits) =
            self.site.code(Purpose::ResetPassword, &account.user_id, issued_at).await?;
        let standing = Standing::Active;
        let account = Account { standing, password_reset: Some(code), ..account };
        self.keep(&account).await?;
        Ok((account, digits))
    }

    async fn keep(&self, account: &Account) -> Outcome<()> {
        self.accounts.begin(&self.site.tenant_id, account).await?;
        self.user_pool.create(&account.user_id, &account.email).await?;
        Ok(self.user_pool.set_password(&account.user_id, PASSWORD).await?)
    }
}

/// A code that is not the mailed one.
fn another(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn nobody_gets_in_without_the_password_of_an_account() -> Outcome<()> {
    let world = World::new().await?;
    let ada = world.person(Standing::Active).await?;
    let registering = world.person(Standing::Registering).await?;
    let (unknown, ada) = (fresh_address("nobody")?, ada.email.as_str());
    for (email, password) in [
        ("ada", PASSWORD),
        (unknown.as_str(), PASSWORD),
        (registering.email.as_str(), PASSWORD),
        (ada, "incorrect horse battery"),
    ] {
        world.login(email, password).await?.refused(401, "credentials_invalid")?;
    }
    for body in [json!({"email": ada}), json!({"email": ada, "password": PASSWORD, "keep": true})] {
        world.ask("/auth/login", &body).await?.refused(400, "invalid_body")?;
    }
    world.login(ada, PASSWORD).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn only_who_knows_the_password_learns_that_the_address_is_unverified() -> Outcome<()> {
    let world = World::new().await?;
    let waiting = world.person(Standing::Unverified).await?;
    let email = waiting.email.as_str();
    let guessed = world.login(email, "incorrect horse battery").await?;
    guessed.refused(401, "credentials_invalid")?;
    let refused = world.login(email, PASSWORD).await?;
    refused.refused(403, "address_unverified")?;
    assert_eq!(refused.header("set-cookie"), "", "a session began");
    Ok(())
}

#[tokio::test]
async fn no_cookie_and_that_of_a_session_that_was_left_are_refused() -> Outcome<()> {
    let world = World::new().await?;
    let nothing = json!({});
    world.ask("/auth/refresh", &nothing).await?.refused(401, "session_expired")?;
    for cookie in ["theme=dark", "gpb_refresh="] {
        let answer = world.post_with_cookie("/auth/refresh", cookie).await?;
        answer.refused(401, "session_expired")?;
    }
    let ada = world.person(Standing::Active).await?;
    let session = world.login(ada.email.as_str(), PASSWORD).await?;
    let cookie = session.header("set-cookie");
    let cookie = cookie.split(';').next().unwrap_or_default();
    world.post_with_cookie("/auth/refresh", cookie).await?.with_status(200)?;
    world.post_with_cookie("/auth/logout", cookie).await?.with_status(204)?;
    let left = world.post_with_cookie("/auth/refresh", cookie).await?;
    left.refused(401, "session_expired")
}

#[tokio::test]
async fn nobody_but_a_member_is_told_who_they_are() -> Outcome<()> {
    let world = World::new().await?;
    let ada = world.person(Standing::Active).await?;
    let (me, host) = (Call::get("/auth/me"), &world.site.host);
    me.by_nobody(&world.router, host).await?.refused(401, "unauthenticated")?;
    let stranger = me.by_user(&world.router, host, &ada.user_id).await?;
    stranger.refused(403, "not_a_member")?;
    world.site.join(&ada.user_id).await?;
    me.by_user(&world.router, host, &ada.user_id).await?.with_status(200)?;
    let nowhere = me.by_user(&world.router, NOWHERE, &ada.user_id).await?;
    nowhere.refused(404, "tenant_not_found")
}

#[tokio::test]
async fn a_new_password_is_asked_for_with_an_address_alone() -> Outcome<()> {
    let world = World::new().await?;
    let email = fresh_address("ada")?;
    for (body, code) in [
        (json!({}), "invalid_body"),
        (json!({"email": [email]}), "invalid_body"),
        (json!({"email": email, "new_password": NEW_PASSWORD}), "invalid_body"),
        (json!({"email": ""}), "email_invalid"),
        (json!({"email": "ada@host"}), "email_invalid"),
    ] {
        world.ask("/auth/password/forgot", &body).await?.refused(400, code)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_new_password_outside_its_limits_is_refused_without_counting_as_a_try() -> Outcome<()> {
    let world = World::new().await?;
    let (account, code) = world.forgetful(now()).await?;
    let email = account.email.as_str();
    let long = "a".repeat(65);
    for (body, refusal) in [
        (json!({"email": email, "code": code}), "invalid_body"),
        (json!({"email": email, "code": 1, "new_password": NEW_PASSWORD}), "invalid_body"),
        (json!({"email": "ada", "code": code, "new_password": NEW_PASSWORD}), "email_invalid"),
        (json!({"email": email, "code": code, "new_password": "nine char"}), "password_invalid"),
        (json!({"email": email, "code": code, "new_password": long}), "password_invalid"),
        (json!({"email": email, "code": code, "new_password": email}), "password_invalid"),
    ] {
        world.ask("/auth/password/reset", &body).await?.refused(400, refusal)?;
    }
    let read = world.accounts.by_email(&world.site.tenant_id, &account.email).await?;
    assert_eq!(read.map(|read| read.account), Some(account));
    Ok(())
}

#[tokio::test]
async fn a_code_sets_one_new_password_and_its_last_try_counts() -> Outcome<()> {
    let world = World::new().await?;
    let (account, code) = world.forgetful(now()).await?;
    for _ in 1..world.site.rules().await?.code_tries_max {
        world.reset(&account, another(&code)).await?.refused(400, "code_invalid")?;
    }
    world.reset(&account, &code).await?.with_status(204)?;
    world.reset(&account, &code).await?.refused(400, "code_invalid")?;
    let old = world.login(account.email.as_str(), PASSWORD).await?;
    old.refused(401, "credentials_invalid")
}

#[tokio::test]
async fn a_code_that_was_tried_too_often_that_is_old_or_of_nobody_is_refused() -> Outcome<()> {
    let world = World::new().await?;
    let rules = world.site.rules().await?;
    let (account, code) = world.forgetful(now()).await?;
    for _ in 0..rules.code_tries_max {
        world.reset(&account, another(&code)).await?.refused(400, "code_invalid")?;
    }
    world.reset(&account, &code).await?.refused(400, "code_invalid")?;
    let code_lifetime = SignedDuration::from_secs(i64::from(rules.code_secs));
    let (late, code) = world.forgetful(now() - code_lifetime).await?;
    world.reset(&late, &code).await?.refused(400, "code_invalid")?;
    let unasked = world.person(Standing::Active).await?;
    world.reset(&unasked, &code).await?.refused(400, "code_invalid")?;
    let nobody = Account { email: Email::parse(&fresh_address("nobody")?)?, ..late };
    world.reset(&nobody, &code).await?.refused(400, "code_invalid")
}

#[tokio::test]
async fn a_large_request_is_413() -> Outcome<()> {
    let world = World::new().await?;
    let large = json!({"email": "x".repeat(20_000)});
    for path in ["/auth/login", "/auth/password/forgot", "/auth/password/reset"] {
        world.ask(path, &large).await?.refused(413, "payload_too_large")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_host_without_a_tenant_has_no_sessions() -> Outcome<()> {
    let world = World::new().await?;
    let posts = [
        "/auth/login",
        "/auth/refresh",
        "/auth/logout",
        "/auth/password/forgot",
        "/auth/password/reset",
    ];
    let posts = posts.map(|path| Call::post(path, &json!({"email": "ada@example.com"})));
    for call in posts.iter().chain([&Call::get("/tenant")]) {
        let nowhere = call.by_nobody(&world.router, NOWHERE).await?;
        nowhere.refused(404, "tenant_not_found")?;
    }
    Call::get("/tenant").by_nobody(&world.router, &world.site.host).await?.with_status(200)?;
    Ok(())
}
