//! What belongs to somebody else is not there.

use serde_json::{Value, json};
use testkit::{DEMO, Outcome, Stack, fresh_key};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn nothing_of_another_user_can_be_seen_or_changed() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let owner = stack.visitor(DEMO).join().await?;
    let other = stack.visitor(DEMO).join().await?;
    let draft = owner.post("/pods/drafts", &json!({"name": "mine"})).await?.with_status(201)?;
    let key = json!({"name": "laptop", "public_key": KEY});
    let key = owner.post("/ssh-keys", &key).await?.with_status(201)?;
    let offer = owner.offer("gpu=RTX%204090&gpu_count=1").await?;
    let unused = owner.quote(&offer).await?;
    let pod = owner.deploy(&offer, None).await?;
    owner.settled(&pod, "ready").await?;
    let token = owner.activation_token("trial").await?;

    let drafted = format!("/pods/drafts/{}", id(&draft));
    let kept = format!("/ssh-keys/{}", id(&key));
    let quoted = format!("/pods/quotes/{}", id(&unused));
    let own = [format!("/pods/{pod}"), format!("/pods/{pod}/events"), quoted, drafted.clone()];
    for path in &own {
        owner.get(path).await?.with_status(200)?;
        other.get(path).await?.refused(404, "not_found")?;
    }
    let save = json!({"version": 1, "fields": {"name": "yours"}});
    other.put(&drafted, &save).await?.refused(404, "not_found")?;
    other.delete(&drafted).await?.refused(404, "not_found")?;
    other.delete(&kept).await?.refused(404, "not_found")?;
    other.try_activate(&pod, &token).await?.refused(404, "not_found")?;
    let body = json!({"quote_id": unused["id"], "name": "trial"});
    other.try_deploy(&fresh_key()?, &body).await?.refused(404, "not_found")?;
    let asked = json!({"offer_id": offer["id"], "template_id": "ssh", "ssh_key_ids": [key["id"]]});
    other.post("/pods/quotes", &asked).await?.refused(404, "not_found")?;
    other.post("/pods/estimate", &asked).await?.refused(404, "not_found")?;
    for list in ["/pods", "/pods/drafts", "/ssh-keys"] {
        assert_eq!(other.get(list).await?.with_status(200)?["items"], json!([]), "{list}");
        let own = owner.get(list).await?.with_status(200)?;
        assert_eq!(own["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
    assert_eq!(owner.get(&drafted).await?.with_status(200)?, draft);
    owner.try_activate(&pod, &token).await?.with_status(200)?;
    Ok(())
}

#[tokio::test]
async fn a_member_of_one_broker_is_a_stranger_at_another() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let draft = user.post("/pods/drafts", &json!({"name": "mine"})).await?.with_status(201)?;
    let elsewhere = user.at(&stack.brief().await?);
    let drafted = format!("/pods/drafts/{}", id(&draft));
    for path in ["/auth/me", "/pods", "/pods/drafts", "/ssh-keys", "/pods/templates", &drafted] {
        elsewhere.get(path).await?.refused(403, "not_a_member")?;
    }
    elsewhere.delete(&drafted).await?.refused(403, "not_a_member")?;
    elsewhere.post("/pods/drafts", &json!({})).await?.refused(403, "not_a_member")?;
    let login = elsewhere.try_login(&user.email, testkit::PASSWORD).await?;
    login.refused(401, "credentials_invalid")?;
    let nowhere = user.at("no-such-broker.localhost");
    nowhere.get("/auth/me").await?.refused(404, "tenant_not_found")?;
    nowhere.get("/offers").await?.refused(404, "tenant_not_found")?;
    Ok(())
}
