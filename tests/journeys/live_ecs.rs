//! Pods of the LIVE tenant in our own cluster, at the local ECS. Each test uses a count of GPUs of its
//! own. Nobody else sells this GPU, so nothing stands in for a machine that gets no place.

use domain::pod::AttemptOutcome;
use serde_json::{Value, json};
use testkit::{Fault, Lie, Outcome, Stack, User, fresh_key, until};

/// The offer of so many GPUs.
async fn offer(user: &User, gpus: u32) -> Outcome<Value> {
    user.offer(&format!("provider=ecs&gpu=RTX%20PRO%204500&gpu_count={gpus}")).await
}

#[tokio::test]
async fn a_pod_runs_as_a_task_and_is_reached_at_the_address_of_its_host() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("tasks", 100, &[]).await?;
    let offer = offer(&user, 1).await?;
    let told = ["instance_type", "spot", "stoppable"].map(|key| &offer[key]);
    assert_eq!(told, [&json!("g7.2xlarge"), &json!(false), &json!(false)]);
    let asked = json!({"offer_id": offer["id"], "template_id": "jupyter"});
    let quote = user.post("/pods/quotes", &asked).await?.with_status(201)?;
    let deploy = json!({"quote_id": quote["id"], "name": "task"});
    let pod = user.try_deploy(&fresh_key()?, &deploy).await?.with_status(202)?;
    let pod = pod["id"].as_str().unwrap_or_default();
    user.settled(pod, "ready").await?;
    let there = stack.clouds()?.machines_of(pod).await?;
    let [machine] = there.as_slice() else { return Err(format!("{there:?}").into()) };
    let connection = user.activate(pod).await?["connection"].clone();
    assert_eq!(connection["ssh_command"], format!("ssh -p 2222 root@{}", machine.ip));
    let url = connection["jupyter_url"].as_str().unwrap_or_default();
    assert!(url.starts_with(&format!("http://{}:8888/", machine.ip)), "{url}");
    let token = url.split_once("token=").map(|(_, token)| token).unwrap_or_default();
    assert!(token.len() > 20 && machine.user_data.contains(token), "{url}");
    user.runs_some_seconds(pod).await?;
    user.end(pod).await?;
    user.becomes(pod, "terminated").await?;
    user.assert_settled(pod).await?;
    assert_eq!(stack.clouds()?.machines_of(pod).await?.len(), 0);
    assert_eq!(stack.clouds()?.answers(pod, "launch").await?, [Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_task_that_gets_no_place_is_given_up_and_the_next_offer_asked_for() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("placeless", 100, &[("probe_secs_max", json!(8))]).await?;
    let no_place = Fault::lie(Lie::Booting).on("launch").of_type("gpu_2x_rtx_pro_4500");
    stack.clouds()?.fault(no_place).await?;
    let pod = user.deploy(&offer(&user, 2).await?, None).await?;
    let failed = user.settled(&pod, "failed").await?;
    // There is no next one: the launch step itself says so, in its own words.
    assert_eq!(failed["reason"]["code"], "no_capacity", "{failed}");
    let outcomes: Vec<_> = user.row(&pod).await?.attempts.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::Refused]);
    user.assert_settled(&pod).await?;
    until("the task to be stopped", async || {
        Ok(stack.clouds()?.machines_of(&pod).await?.is_empty().then_some(()))
    })
    .await
}
