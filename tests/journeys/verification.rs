//! Mailed codes, forgotten passwords, and how sessions end.

use serde_json::json;
use testkit::{DEMO, Outcome, PASSWORD, Stack, Visitor, fresh_address, until};

const NEW_PASSWORD: &str = "staple battery horse";

/// Any six digits but these.
fn another(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn verify(visitor: &Visitor, email: &str, code: &str) -> Outcome<testkit::Answer> {
    let body = json!({"email": email, "code": code, "password": PASSWORD});
    visitor.post("/auth/verify", &body).await
}

async fn reset(visitor: &Visitor, email: &str, code: &str) -> Outcome<testkit::Answer> {
    let body = json!({"email": email, "code": code, "new_password": NEW_PASSWORD});
    visitor.post("/auth/password/reset", &body).await
}

/// Asks for another code until its mail comes: the pause between two codes is a second.
async fn next_code(visitor: &Visitor, path: &str, email: &str, subject: &str) -> Outcome<String> {
    let before = visitor.stack.mails(email).await?.len();
    until("another code", async || {
        visitor.post(path, &json!({"email": email})).await?.with_status(202)?;
        let mails = visitor.stack.mails(email).await?;
        let newest = mails.first().filter(|mail| mail.subject.contains(subject));
        Ok(newest.filter(|_| mails.len() > before).cloned())
    })
    .await?
    .code()
}

#[tokio::test]
async fn an_address_is_proved_by_the_mailed_code_once() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(&stack.brief().await?);
    let email = fresh_address("grace")?;
    let registered = visitor.register(&email).await?.with_status(202)?;
    assert_eq!(registered["next"], "verify");
    let code = stack.mail(&email, "verification code").await?.code()?;
    verify(&visitor, &email, another(&code)).await?.refused(400, "code_invalid")?;
    visitor.try_login(&email, PASSWORD).await?.refused(403, "address_unverified")?;
    visitor.try_login(&email, "wrong password").await?.refused(401, "credentials_invalid")?;
    verify(&visitor, &email, &code).await?.with_status(204)?;
    verify(&visitor, &email, &code).await?.refused(400, "code_invalid")?;
    let user = visitor.login(&email, PASSWORD).await?;
    assert_eq!(user.me().await?["email_verified"], true);
    assert_eq!(user.wallet().await?["available_usd_micros"], 50_000_000);
    Ok(())
}

#[tokio::test]
async fn who_proves_an_address_chooses_its_password() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(&stack.brief().await?);
    let email = fresh_address("grace")?;
    visitor.register(&email).await?.with_status(202)?;
    let code = stack.mail(&email, "verification code").await?.code()?;
    let short = json!({"email": email, "code": code, "password": "too short"});
    visitor.post("/auth/verify", &short).await?.refused(400, "password_invalid")?;
    let body = json!({"email": email, "code": code, "password": NEW_PASSWORD});
    visitor.post("/auth/verify", &body).await?.with_status(204)?;
    visitor.try_login(&email, PASSWORD).await?.refused(401, "credentials_invalid")?;
    visitor.login(&email, NEW_PASSWORD).await?;
    Ok(())
}

#[tokio::test]
async fn a_resent_code_replaces_the_one_before() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(&stack.brief().await?);
    let email = fresh_address("grace")?;
    visitor.register(&email).await?.with_status(202)?;
    let first = stack.mail(&email, "verification code").await?.code()?;
    let second = next_code(&visitor, "/auth/resend", &email, "verification code").await?;
    if first != second {
        verify(&visitor, &email, &first).await?.refused(400, "code_invalid")?;
    }
    let third = next_code(&visitor, "/auth/resend", &email, "verification code").await?;
    verify(&visitor, &email, &third).await?.with_status(204)?;
    visitor.login(&email, PASSWORD).await?;
    Ok(())
}

#[tokio::test]
async fn a_code_survives_two_wrong_tries_and_not_three() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(&stack.brief().await?);
    let email = fresh_address("grace")?;
    visitor.register(&email).await?.with_status(202)?;
    let code = stack.mail(&email, "verification code").await?.code()?;
    for _ in 0..3 {
        verify(&visitor, &email, another(&code)).await?.refused(400, "code_invalid")?;
    }
    verify(&visitor, &email, &code).await?.refused(400, "code_invalid")?;
    visitor.try_login(&email, PASSWORD).await?.refused(403, "address_unverified")?;
    Ok(())
}

#[tokio::test]
async fn registering_again_tells_the_owner_and_nobody_else() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let email = fresh_address("ada")?;
    let first = visitor.register(&email).await?.with_status(202)?;
    let body = json!({"email": email, "password": "another password", "name": "Eve"});
    let second = visitor.post("/auth/register", &body).await?.with_status(202)?;
    assert_eq!(first, second);
    visitor.stack.mail(&email, "already have an account").await?;
    visitor.try_login(&email, "another password").await?.refused(401, "credentials_invalid")?;
    let user = visitor.login(&email, PASSWORD).await?;
    assert_eq!(user.me().await?["name"], "Ada Lovelace");
    assert_eq!(user.wallet().await?["granted_usd_micros"], 50_000_000);
    Ok(())
}

#[tokio::test]
async fn a_new_password_ends_every_session() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let guest = user.stack.visitor(DEMO);
    user.post_nothing("/auth/refresh").await?.with_status(200)?;
    let forgot = json!({"email": user.email});
    guest.post("/auth/password/forgot", &forgot).await?.with_status(202)?;
    let code = user.stack.mail(&user.email, "password reset").await?.code()?;
    reset(&guest, &user.email, another(&code)).await?.refused(400, "code_invalid")?;
    reset(&guest, &user.email, &code).await?.with_status(204)?;
    reset(&guest, &user.email, &code).await?.refused(400, "code_invalid")?;
    guest.try_login(&user.email, PASSWORD).await?.refused(401, "credentials_invalid")?;
    user.post_nothing("/auth/refresh").await?.refused(401, "session_expired")?;
    guest.login(&user.email, NEW_PASSWORD).await?;
    Ok(())
}

#[tokio::test]
async fn nobody_learns_whether_an_address_has_an_account() -> Outcome<()> {
    let visitor = Stack::from_env()?.visitor(DEMO);
    let email = fresh_address("nobody")?;
    let body = json!({"email": email});
    visitor.post("/auth/password/forgot", &body).await?.with_status(202)?;
    visitor.post("/auth/resend", &body).await?.with_status(202)?;
    visitor.try_login(&email, PASSWORD).await?.refused(401, "credentials_invalid")?;
    verify(&visitor, &email, "123456").await?.refused(400, "code_invalid")?;
    reset(&visitor, &email, "123456").await?.refused(400, "code_invalid")?;
    Ok(())
}

#[tokio::test]
async fn a_session_is_refreshed_by_its_cookie_until_it_is_left() -> Outcome<()> {
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    assert!(user.cookie.as_deref().is_some_and(|cookie| cookie.starts_with("gpb_refresh=")));
    let refreshed = user.post_nothing("/auth/refresh").await?;
    assert_eq!(refreshed.header("cache-control"), "no-store");
    let session = refreshed.with_status(200)?;
    let renewed = user.with_token(session["access_token"].as_str());
    renewed.get("/auth/me").await?.with_status(200)?;
    let left = user.post_nothing("/auth/logout").await?;
    left.with_status(204)?;
    let cookie = left.header("set-cookie");
    for part in ["gpb_refresh=;", "Max-Age=0", "HttpOnly", "Secure", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    user.post_nothing("/auth/refresh").await?.refused(401, "session_expired")?;
    user.stack.visitor(DEMO).post_nothing("/auth/refresh").await?.refused(401, "session_expired")
}

#[tokio::test]
async fn an_expired_code_is_refused() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(&stack.hasty().await?).join().await?;
    let guest = stack.visitor(&user.host);
    guest.post("/auth/password/forgot", &json!({"email": user.email})).await?.with_status(202)?;
    let issued_by = runtime::clock::now();
    let code = stack.mail(&user.email, "password reset").await?.code()?;
    let expired = issued_by + jiff::SignedDuration::from_secs(1);
    until("the code to expire", async || Ok((runtime::clock::now() > expired).then_some(())))
        .await?;
    reset(&guest, &user.email, &code).await?.refused(400, "code_invalid")?;
    guest.login(&user.email, PASSWORD).await?;
    Ok(())
}
