//! Stopping, starting and ending what runs, within a plan of one running pod.

use domain::Mode;
use serde_json::{Value, json};
use testkit::{Answer, DEMO, Outcome, Stack, User, fresh_key, until};

/// An offer that can be stopped, and costs something while it is.
async fn stoppable(user: &User) -> Outcome<Value> {
    let page = user.get("/offers?provider=runpod&gpu_count=1&sort=price_asc&limit=50").await?;
    let page = page.with_status(200)?;
    for item in page["items"].as_array().into_iter().flatten() {
        let quote = user.quote(&item["offer"]).await;
        let costs = |quote: &Value| {
            quote["price"]["stopped_rate_usd_micros_per_hour"].as_i64() > Some(3_600)
        };
        if item["offer"]["stoppable"] == true && quote.is_ok_and(|quote| costs(&quote)) {
            return Ok(item["offer"].clone());
        }
    }
    Err(format!("nothing can be stopped: {page}").into())
}

async fn act(user: &User, pod: &str, act: &str) -> Outcome<Answer> {
    user.post_nothing(&format!("/pods/{pod}/{act}")).await
}

async fn try_another(user: &User, offer: &Value) -> Outcome<Answer> {
    let quote = user.quote(offer).await?;
    let body = json!({"quote_id": quote["id"], "name": "another"});
    user.try_deploy(&fresh_key()?, &body).await
}

/// Waits until the disk of a stopped pod has cost something.
async fn stands_some_seconds(user: &User, pod: &str) -> Outcome<()> {
    until("the disk to cost something", async || {
        Ok((user.pod(pod).await?["stopped_secs"].as_i64() >= Some(2)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_pod_is_stopped_started_and_ended_and_pays_for_each_second_of_each() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let offer = stoppable(&user).await?;
    let first = user.deploy(&offer, None).await?;
    user.settled(&first, "ready").await?;
    act(&user, &first, "stop").await?.refused(409, "pod_state")?;
    try_another(&user, &offer).await?.refused(409, "pod_unactivated")?;
    user.activate(&first).await?;
    user.runs_some_seconds(&first).await?;
    act(&user, &first, "start").await?.with_status(202)?;
    try_another(&user, &offer).await?.refused(409, "pod_limit_reached")?;

    let stopping = act(&user, &first, "stop").await?.with_status(202)?;
    assert_eq!(stopping["wanted"], "stopped", "{stopping}");
    let stopped = user.becomes(&first, "stopped").await?;
    assert_eq!(stopped["running_secs"], stopping["running_secs"], "{stopped}");
    user.assert_settled(&first).await?;
    stands_some_seconds(&user, &first).await?;
    assert_eq!(user.pod(&first).await?["connection"], Value::Null);
    stack.mail(&user.email, "trial is stopped").await?;

    // Its place is free for another; while that has it, the first cannot start.
    let second = try_another(&user, &offer).await?.with_status(202)?;
    let second = second["id"].as_str().unwrap_or_default();
    act(&user, &first, "start").await?.refused(409, "pod_limit_reached")?;
    user.settled(second, "ready").await?;
    user.activate(second).await?;
    act(&user, &first, "start").await?.refused(409, "pod_limit_reached")?;
    user.end(second).await?;
    user.assert_settled(second).await?;

    let starting = act(&user, &first, "start").await?.with_status(202)?;
    assert_eq!(starting["wanted"], "running", "{starting}");
    let again = user.becomes(&first, "running").await?;
    assert!(again["connection"]["ssh_command"].is_string(), "{again}");
    assert_eq!(again["price"], stopped["price"]);
    let before = again["running_secs"].as_i64();
    until("it to run on", async || {
        Ok((user.pod(&first).await?["running_secs"].as_i64() > before).then_some(()))
    })
    .await?;
    user.end(&first).await?;
    user.becomes(&first, "terminated").await?;
    assert_paid(&user, &[&first, second]).await
}

/// The pods' running and standing is paid, each by its own rate, and nothing else is.
async fn assert_paid(user: &User, pods: &[&str]) -> Outcome<()> {
    let mut paid = 0;
    let mut left = 0;
    for pod in pods {
        let settled = user.assert_settled(pod).await?;
        let shown = user.pod(pod).await?;
        let number = |value: &Value| value.as_i64().unwrap_or_default();
        let due =
            |rate: &str, secs: &str| number(&shown["price"][rate]) * number(&shown[secs]) / 3_600;
        let running = due("rate_usd_micros_per_hour", "running_secs");
        let standing = due("stopped_rate_usd_micros_per_hour", "stopped_secs");
        assert_eq!(settled.metered.captured_usd_micros.0, running + standing, "{shown}");
        assert_eq!(shown["cost_usd_micros"], running + standing, "{shown}");
        assert_eq!(settled.metered.waived_usd_micros.0, 0, "{settled:?}");
        paid += running + standing;
        left = settled.wallet.available(runtime::clock::now())?.0;
    }
    let first = user.pod(pods[0]).await?;
    assert!(first["stopped_secs"].as_i64() >= Some(2), "{first}");
    assert_eq!(left, 50_000_000 - paid);
    Ok(())
}

#[tokio::test]
async fn a_stopped_pod_can_be_ended_at_once() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let pod = user.deploy(&stoppable(&user).await?, None).await?;
    user.settled(&pod, "ready").await?;
    user.activate(&pod).await?;
    act(&user, &pod, "stop").await?.with_status(202)?;
    // Again at once, and once more when it is done: the same.
    act(&user, &pod, "stop").await?.with_status(202)?;
    user.becomes(&pod, "stopped").await?;
    act(&user, &pod, "stop").await?.with_status(202)?;
    user.assert_settled(&pod).await?;
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.pod.mode, Mode::Sandbox);
    act(&user, &pod, "start").await?.refused(409, "pod_state")?;
    user.end(&pod).await?;
    assert_eq!(user.assert_settled(&pod).await?.pod.version, over.pod.version);
    Ok(())
}

#[tokio::test]
async fn a_cloud_that_cannot_stop_machines_says_so_and_the_pod_runs_on() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("swift", 100, &[]).await?;
    let pod = user.run_type("gpu_1x_h100_pcie").await?;
    act(&user, &pod, "stop").await?.refused(409, "stop_unsupported")?;
    assert_eq!(user.pod(&pod).await?["state"], "running");
    user.assert_settled(&pod).await?;
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    user.assert_settled(&pod).await.map(drop)
}
