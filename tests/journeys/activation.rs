//! Activation on the pod's page, without the mailed link.

use domain::pod::{ActivationMails, Pod, PodEvent, Transition};
use jiff::{SignedDuration, Timestamp};
use runtime::clock::now;
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

/// Writes a pod as if so many mails had been asked for, the last one ten minutes ago.
async fn ask_as_if(stack: &Stack, pod: &str, asked: u32) -> Outcome<()> {
    let asked_at: Timestamp = now() - SignedDuration::from_mins(10);
    let later = |pod: Pod| {
        let activation_mails = ActivationMails { asked, asked_at: Some(asked_at) };
        let pod = Pod { version: pod.version + 1, activation_mails, ..pod };
        let event = PodEvent {
            sequence: pod.version,
            at: now(),
            kind: "pod.test".into(),
            message: "Later.".into(),
        };
        Ok(Some(Transition { pod, event }))
    };
    let tenant_id = stack.tenant_id(DEMO).await?;
    stack.pods().await?.change(&tenant_id, &pod.parse()?, later).await?;
    Ok(())
}

#[tokio::test]
async fn the_link_is_mailed_again_for_its_owner_but_not_without_end() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let offer = user.offer("gpu=RTX%204090&gpu_count=1").await?;
    let pod = user.deploy(&offer, None).await?;
    user.settled(&pod, "ready").await?;
    let again = format!("/pods/{pod}/activation-mail");
    let first = user.activation_token("trial").await?;
    ask_as_if(&stack, &pod, 1).await?;
    user.post(&again, &json!({})).await?.with_status(202)?;
    let second = stack.nth_mail(&user.email, "trial is ready", 2).await?;
    assert_eq!(second.token()?, first, "the same link");
    let told = user.events(&pod).await?;
    assert_eq!(told.last().map(|event| &event["kind"]), Some(&json!("pod.activation_mail")));
    ask_as_if(&stack, &pod, 5).await?;
    user.post(&again, &json!({})).await?.refused(409, "activation_mails_used")?;
    user.try_activate(&pod, &first).await?.with_status(200)?;
    Ok(())
}
