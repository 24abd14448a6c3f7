//! LIVE pods at Runpod, whose machines can be stopped and started. Each test uses a model and a
//! count of its own.

use domain::Mode;
use serde_json::Value;
use testkit::{Answer, CloudMachine, Fault, LIVE, Outcome, Refusal, Stack, User, until};

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// Runpod's offer of as many GPUs of one model.
async fn offer(user: &User, gpu: &str, count: u32) -> Outcome<Value> {
    let query = format!("provider=runpod&gpu={gpu}&gpu_count={count}&sort=price_asc");
    let offer = user.offer(&query).await?;
    assert_eq!(offer["provider"], "runpod", "{offer}");
    Ok(offer)
}

async fn act(user: &User, pod: &str, act: &str) -> Outcome<Answer> {
    user.post_nothing(&format!("/pods/{pod}/{act}")).await
}

/// The one machine of a pod.
async fn machine(stack: &Stack, pod: &str) -> Outcome<CloudMachine> {
    let mut machines = stack.clouds()?.machines_of(pod).await?;
    match (machines.pop(), machines.is_empty()) {
        (Some(machine), true) => Ok(machine),
        (last, _) => Err(format!("not one machine: {machines:?} {last:?}").into()),
    }
}

/// Waits until a number of seconds of a pod's is above `than`.
async fn grows(user: &User, pod: &str, (secs, than): (&str, i64)) -> Outcome<()> {
    until(&format!("{secs} of {pod} to grow"), async || {
        Ok((user.pod(pod).await?[secs].as_i64() > Some(than)).then_some(()))
    })
    .await
}

/// A pod on a machine of Runpod's, activated and charged for some seconds.
async fn running(user: &User, (gpu, count): (&str, u32)) -> Outcome<String> {
    let pod = user.deploy(&offer(user, gpu, count).await?, None).await?;
    user.settled(&pod, "ready").await?;
    user.activate(&pod).await?;
    user.runs_some_seconds(&pod).await?;
    Ok(pod)
}

async fn stopped(user: &User, pod: &str) -> Outcome<Value> {
    act(user, pod, "stop").await?.with_status(202)?;
    user.becomes(pod, "stopped").await
}

/// Ends a pod; its machine is gone, and each second of running and of standing is paid by its own
/// rate.
async fn end_paid(user: &User, pod: &str) -> Outcome<()> {
    user.end(pod).await?;
    user.becomes(pod, "terminated").await?;
    let settled = user.assert_settled(pod).await?;
    assert!(user.stack.clouds()?.machines_of(pod).await?.is_empty());
    let shown = user.pod(pod).await?;
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let due = |rate: &str, secs: &str| number(&shown["price"][rate]) * number(&shown[secs]) / 3_600;
    let running = due("rate_usd_micros_per_hour", "running_secs");
    let standing = due("stopped_rate_usd_micros_per_hour", "stopped_secs");
    assert!(running > 0 && standing > 0, "{shown}");
    assert_eq!(settled.metered.captured_usd_micros.0, running + standing, "{shown}");
    assert_eq!(settled.metered.waived_usd_micros.0, 0, "{settled:?}");
    assert_eq!(
        settled.wallet.available(runtime::clock::now())?.0,
        100_000_000 - running - standing
    );
    Ok(())
}

#[tokio::test]
async fn a_live_pod_is_stopped_started_and_ended_on_one_machine_and_pays_for_each_second()
-> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = running(&user, ("A40", 1)).await?;
    assert_eq!(user.row(&pod).await?.mode, Mode::Live);
    let first = machine(&stack, &pod).await?;
    assert_eq!((first.instance_type.as_str(), first.status.as_str()), ("gpu_1x_a40", "active"));
    let connection = user.pod(&pod).await?["connection"].clone();
    assert_eq!(connection["ssh_command"], format!("ssh -p 2222 root@{}", first.ip));

    let standing = stopped(&user, &pod).await?;
    assert_eq!(machine(&stack, &pod).await?.status, "stopped");
    user.assert_settled(&pod).await?;
    grows(&user, &pod, ("stopped_secs", 2)).await?;
    let later = user.pod(&pod).await?;
    assert_eq!(
        (&later["running_secs"], &later["connection"]),
        (&standing["running_secs"], &Value::Null)
    );

    act(&user, &pod, "start").await?.with_status(202)?;
    let again = user.becomes(&pod, "running").await?;
    let second = machine(&stack, &pod).await?;
    assert_eq!((&second.id, second.status.as_str()), (&first.id, "active"));
    assert_eq!(again["connection"], connection);
    assert_eq!(again["price"], standing["price"]);
    grows(&user, &pod, ("running_secs", again["running_secs"].as_i64().unwrap_or_default()))
        .await?;
    user.assert_settled(&pod).await?;

    end_paid(&user, &pod).await?;
    for (asked, answers) in [("launch", 201), ("start", 200)] {
        assert_eq!(stack.clouds()?.answers(&pod, asked).await?, [Some(answers)], "{asked}");
    }
    Ok(())
}

#[tokio::test]
async fn a_launch_and_a_start_answered_with_nonsense_cost_nobody_a_second_machine() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    for lost in ["launch", "start"] {
        let lost = Fault::malformed().after().on(lost).of_type("gpu_2x_a40").times(1);
        stack.clouds()?.fault(lost).await?;
    }
    let pod = running(&user, ("A40", 2)).await?;
    let first = machine(&stack, &pod).await?;
    stopped(&user, &pod).await?;
    grows(&user, &pod, ("stopped_secs", 2)).await?;
    act(&user, &pod, "start").await?.with_status(202)?;
    user.becomes(&pod, "running").await?;
    assert_eq!(machine(&stack, &pod).await?.id, first.id);
    end_paid(&user, &pod).await?;
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(201)]);
    // Two deliveries may ask for the start at the same moment; the cloud starts it once.
    let starts = stack.clouds()?.answers(&pod, "start").await?;
    assert!(starts[0] == Some(200) && starts[1..].iter().all(|it| *it == Some(409)), "{starts:?}");
    Ok(())
}

#[tokio::test]
async fn a_pod_whose_host_is_full_stays_stopped_and_says_so() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = running(&user, ("A40", 4)).await?;
    stopped(&user, &pod).await?;
    grows(&user, &pod, ("stopped_secs", 2)).await?;
    let full = Fault::refuse(Refusal::NoCapacity).on("start").of_type("gpu_4x_a40").times(1);
    stack.clouds()?.fault(full).await?;
    act(&user, &pod, "start").await?.with_status(202)?;
    let refused = until("the start to be given up", async || {
        let pod = user.pod(&pod).await?;
        Ok((pod["state"] == "stopped" && pod["reason"]["code"].is_string()).then_some(pod))
    })
    .await?;
    assert_eq!(refused["reason"]["code"], "no_capacity", "{refused}");
    assert_eq!(machine(&stack, &pod).await?.status, "stopped");
    user.assert_settled(&pod).await?;
    end_paid(&user, &pod).await
}

#[tokio::test]
async fn the_live_market_has_offers_of_all_clouds_side_by_side() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let visitor = stack.visitor(LIVE);
    for cloud in fakes::clouds::names() {
        let stoppable = cloud == "runpod";
        let offer = visitor.offer(&format!("provider={cloud}&sort=price_asc")).await?;
        let told = ["provider", "stoppable", "simulated"].map(|key| offer[key].clone());
        assert_eq!(told, [cloud.into(), stoppable.into(), Value::Array(Vec::new())], "{offer}");
    }
    Ok(())
}
