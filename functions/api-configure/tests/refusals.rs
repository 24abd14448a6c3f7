//! What `api-configure` refuses, against the local AWS that `make test` brings up.

use api_configure::{App, router};
use axum::Router;
use domain::people::ssh_key::KEYS_MAX;
use domain::pod::draft::DRAFTS_MAX;
use futures_util::future::try_join_all;
use serde_json::json;
use testkit::{Call, DEMO, Member, Outcome, Stack};

async fn desk() -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(DEMO).await?;
    Ok((router(app), member, stack))
}

/// A public key that differs from those of other numbers.
fn public_key(number: usize) -> String {
    format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA{number:042}")
}

fn add_key(name: &str, public_key: &str) -> Call {
    Call::post("/ssh-keys", &json!({"name": name, "public_key": public_key}))
}

fn add_draft(name: &str) -> Call {
    Call::post("/pods/drafts", &json!({"name": name}))
}

#[tokio::test]
async fn a_key_that_nobody_could_log_in_with_is_refused() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    let short = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH{}=", "A".repeat(38));
    let longer = format!("{}AAAA", public_key(1));
    for (name, key, code) in [
        ("laptop", "hello", "ssh_key_invalid"),
        ("laptop", short.as_str(), "ssh_key_invalid"),
        ("laptop", longer.as_str(), "ssh_key_invalid"),
        ("laptop", "-----BEGIN OPENSSH PRIVATE KEY-----", "ssh_key_private"),
        (" ", public_key(1).as_str(), "name_invalid"),
        ("x".repeat(65).as_str(), public_key(1).as_str(), "name_invalid"),
    ] {
        add_key(name, key).by(&router, &member).await?.refused(400, code)?;
    }
    Call::post("/ssh-keys", &json!({"name": 1}))
        .by(&router, &member)
        .await?
        .refused(400, "invalid_body")
}

#[tokio::test]
async fn one_key_past_the_limit_and_one_that_is_kept_are_409() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    add_key("one", &public_key(1)).by(&router, &member).await?.with_status(201)?;
    add_key("again", &public_key(1)).by(&router, &member).await?.refused(409, "ssh_key_exists")?;
    for number in 2..=KEYS_MAX {
        add_key("more", &public_key(number)).by(&router, &member).await?.with_status(201)?;
    }
    let past = add_key("past", &public_key(KEYS_MAX + 1));
    past.by(&router, &member).await?.refused(409, "too_many_ssh_keys")
}

#[tokio::test]
async fn keys_that_are_added_at_once_do_not_pass_the_limit_together() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    for number in 1..KEYS_MAX {
        add_key("one", &public_key(number)).by(&router, &member).await?.with_status(201)?;
    }
    let calls: Vec<Call> =
        (0..5).map(|more| add_key("more", &public_key(KEYS_MAX + more))).collect();
    let answers = try_join_all(calls.iter().map(|call| call.by(&router, &member))).await?;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "too_many_ssh_keys")?;
    }
    let kept = Call::get("/ssh-keys").by(&router, &member).await?.with_status(200)?;
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(KEYS_MAX));
    Ok(())
}

#[tokio::test]
async fn one_draft_past_the_limit_is_409() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    for _ in 0..DRAFTS_MAX {
        add_draft("trial").by(&router, &member).await?.with_status(201)?;
    }
    add_draft("past").by(&router, &member).await?.refused(409, "too_many_drafts")
}

#[tokio::test]
async fn a_draft_that_changed_elsewhere_is_409_and_another_persons_is_404() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    let draft = add_draft("trial").by(&router, &member).await?.with_status(201)?;
    let path = format!("/pods/drafts/{}", draft["id"].as_str().unwrap_or_default());
    let save = |name: &str| Call::put(&path, &json!({"version": 1, "fields": {"name": name}}));
    save("one").by(&router, &member).await?.with_status(200)?;
    save("two").by(&router, &member).await?.refused(409, "draft_changed")?;
    save("x".repeat(64).as_str()).by(&router, &member).await?.refused(400, "name_invalid")?;
    let other = stack.member(DEMO).await?;
    Call::get(&path).by(&router, &other).await?.refused(404, "not_found")?;
    Call::delete(&path).by(&router, &other).await?.refused(404, "not_found")
}

#[tokio::test]
async fn nobody_but_a_member_configures_anything() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    Call::get("/ssh-keys").by_nobody(&router, DEMO).await?.refused(401, "unauthenticated")?;
    let stranger = Member { host: stack.cardless().await?, ..member.clone() };
    Call::get("/ssh-keys").by(&router, &stranger).await?.refused(403, "not_a_member")?;
    let nowhere = Member { host: "nowhere.localhost".to_owned(), ..member };
    Call::get("/ssh-keys").by(&router, &nowhere).await?.refused(404, "tenant_not_found")
}
