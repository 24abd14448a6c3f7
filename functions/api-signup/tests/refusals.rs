//! What `api-signup` refuses, against the local AWS that `make test` brings up.

use adapters::aws::user_pool::UserPool;
use adapters::tables::accounts::Accounts;
use api_signup::{App, router};
use axum::Router;
use domain::people::account::{Account, Email, Standing};
use domain::people::code::Purpose;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
use serde_json::{Value, json};
use testkit::{Answer, Call, Outcome, PASSWORD, Site, fresh_address, newcomer, samples};

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

    async fn verify(&self, account: &Account, code: &str) -> Outcome<Answer> {
        let email = account.email.as_str();
        let body = json!({"email": email, "code": code, "password": PASSWORD});
        self.ask("/auth/verify", &body).await
    }

    /// Somebody whose address waits for the code that was mailed at `issued_at`, and that code.
    async fn waiting(&self, issued_at: Timestamp) -> Outcome<(Account, String)> {
        let account = newcomer()?;
        let (code, digits) =
            self.site.code(Purpose::VerifyAddress, &account.user_id, issued_at).await?;
        let standing = Standing::Unverified;
        let account = Account { standing, verification: Some(code), ..account };
        self.accounts.begin(&self.site.tenant_id, &account).await?;
        self.user_pool.create(&account.user_id, &account.email).await?;
        Ok((account, digits))
    }
}

/// A code that is not the mailed one.
fn another(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn a_registration_that_says_too_little_or_too_much_is_refused() -> Outcome<()> {
    let world = World::new().await?;
    let email = fresh_address("ada")?;
    for body in [
        json!({}),
        json!({"email": email, "password": PASSWORD}),
        json!({"email": email, "password": PASSWORD, "name": 1}),
        json!({"email": email, "password": PASSWORD, "name": "Ada", "plan": "gold"}),
        json!({"email": email, "password": PASSWORD, "name": "Ada", "role": "admin"}),
    ] {
        world.ask("/auth/register", &body).await?.refused(400, "invalid_body")?;
    }
    let account = world.accounts.by_email(&world.site.tenant_id, &Email::parse(&email)?).await?;
    assert!(account.is_none(), "{account:?}");
    Ok(())
}

#[tokio::test]
async fn an_address_a_password_or_a_name_outside_its_limits_is_refused() -> Outcome<()> {
    let world = World::new().await?;
    let email = fresh_address("ada")?;
    let (long_email, long) = (format!("{}@example.com", "a".repeat(65)), "a".repeat(101));
    let long_password = "a".repeat(65);
    for (email, password, name, code) in [
        ("ada", PASSWORD, "Ada", "email_invalid"),
        ("ada@host", PASSWORD, "Ada", "email_invalid"),
        (long_email.as_str(), PASSWORD, "Ada", "email_invalid"),
        (email.as_str(), "nine char", "Ada", "password_invalid"),
        (email.as_str(), long_password.as_str(), "Ada", "password_invalid"),
        (email.as_str(), " a space first", "Ada", "password_invalid"),
        (email.as_str(), email.as_str(), "Ada", "password_invalid"),
        (email.as_str(), PASSWORD, " ", "name_invalid"),
        (email.as_str(), PASSWORD, long.as_str(), "name_invalid"),
        (email.as_str(), PASSWORD, "A\nda", "name_invalid"),
    ] {
        let body = json!({"email": email, "password": password, "name": name});
        world.ask("/auth/register", &body).await?.refused(400, code)?;
    }
    let account = world.accounts.by_email(&world.site.tenant_id, &Email::parse(&email)?).await?;
    assert!(account.is_none(), "{account:?}");
    Ok(())
}

#[tokio::test]
async fn a_proof_that_is_no_proof_is_refused_without_counting_as_a_try() -> Outcome<()> {
    let world = World::new().await?;
    let (account, code) = world.waiting(now()).await?;
    let email = account.email.as_str();
    for (body, refusal) in [
        (json!({"email": email, "code": code}), "invalid_body"),
        (json!({"email": email, "code": 1, "password": PASSWORD}), "invalid_body"),
        (json!({"email": "ada", "code": code, "password": PASSWORD}), "email_invalid"),
        (json!({"email": email, "code": code, "password": "nine char"}), "password_invalid"),
        (json!({"email": email, "code": code, "password": email}), "password_invalid"),
    ] {
        world.ask("/auth/verify", &body).await?.refused(400, refusal)?;
    }
    let read = world.accounts.by_email(&world.site.tenant_id, &account.email).await?;
    assert_eq!(read.map(|read| read.account), Some(account));
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_for_one_proof_and_its_last_try_counts() -> Outcome<()> {
    let world = World::new().await?;
    let (account, code) = world.waiting(now()).await?;
    for _ in 1..world.site.rules().await?.code_tries_max {
        world.verify(&account, another(&code)).await?.refused(400, "code_invalid")?;
    }
    world.verify(&account, &code).await?.with_status(204)?;
    world.verify(&account, &code).await?.refused(400, "code_invalid")
}

#[tokio::test]
async fn a_code_that_was_tried_too_often_that_is_old_or_of_nobody_is_refused() -> Outcome<()> {
    let world = World::new().await?;
    let rules = world.site.rules().await?;
    let (account, code) = world.waiting(now()).await?;
    for _ in 0..rules.code_tries_max {
        world.verify(&account, another(&code)).await?.refused(400, "code_invalid")?;
    }
    world.verify(&account, &code).await?.refused(400, "code_invalid")?;
    let code_lifetime = SignedDuration::from_secs(i64::from(rules.code_secs));
    let (late, code) = world.waiting(now() - code_lifetime).await?;
    world.verify(&late, &code).await?.refused(400, "code_invalid")?;
    let nobody = Account { email: Email::parse(&fresh_address("nobody")?)?, ..late };
    world.verify(&nobody, &code).await?.refused(400, "code_invalid")
}

#[tokio::test]
async fn another_code_is_asked_for_with_an_address_alone() -> Outcome<()> {
    let world = World::new().await?;
    let email = fresh_address("ada")?;
    for (body, code) in [
        (json!({}), "invalid_body"),
        (json!({"email": [email]}), "invalid_body"),
        (json!({"email": email, "code": "000000"}), "invalid_body"),
        (json!({"email": ""}), "email_invalid"),
        (json!({"email": "ada@host"}), "email_invalid"),
    ] {
        world.ask("/auth/resend", &body).await?.refused(400, code)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_large_request_is_413_and_a_host_without_a_tenant_404() -> Outcome<()> {
    let world = World::new().await?;
    for path in ["/auth/register", "/auth/verify", "/auth/resend"] {
        let large = json!({"email": "x".repeat(20_000)});
        world.ask(path, &large).await?.refused(413, "payload_too_large")?;
        let call = Call::post(path, &json!({"email": "ada@example.com"}));
        let nowhere = call.by_nobody(&world.router, "nowhere.localhost").await?;
        nowhere.refused(404, "tenant_not_found")?;
    }
    Ok(())
}
