//! Activation on the pod's page, without the mailed link.

use serde_json::json;
use testkit::{DEMO, Outcome, Stack, until};

#[tokio::test]
async fn a_pod_is_activated_on_its_page_by_its_owner_and_nobody_else() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, None).await?;
    let (path, again) = (format!("/pods/{pod}/activate"), format!("/pods/{pod}/activation-mail"));
    user.settled(&pod, "ready").await?;
    let token = user.activation_token("trial").await?;
    // The mail that made it ready was sent just now.
    user.post(&again, &json!({})).await?.refused(429, "activation_mail_wait")?;

    let other = stack.visitor(DEMO).join().await?;
    for path in [&path, &again] {
        other.post(path, &json!({})).await?.refused(404, "not_found")?;
    }
    assert_eq!(user.pod(&pod).await?["state"], "ready");

    let activated = user.post(&path, &json!({})).await?.with_status(200)?;
    assert_eq!((&activated["state"], &activated["pod_id"]), (&json!("running"), &json!(pod)));
    assert!(activated["connection"]["ssh_command"].is_string(), "{activated}");
    let running = user.pod(&pod).await?;
    assert_eq!(running["connection"], activated["connection"]);
    assert_eq!(running["running_at"], activated["running_at"]);

    user.post(&path, &json!({})).await?.refused(409, "activation_used")?;
    user.post(&again, &json!({})).await?.refused(409, "activation_used")?;
    user.try_activate(&pod, &token).await?.refused(409, "activation_used")?;
    stack.mail(&user.email, "trial is running").await?;
    let begun = until("the meter", async || {
        let charged = user.wallet().await?["held_usd_micros"].as_i64();
        Ok((charged > Some(0)).then_some(()))
    });
    begun.await
}
