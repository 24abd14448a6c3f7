//! A deploy that is killed, or whose owner changes their mind, and messages that get lost: the
//! sweep finds each. It runs each minute by itself; the tests only do not wait for that.

use adapters::aws::deploys::Deploys;
use domain::id::PodId;
use domain::pod::Reason;
use domain::pod::sweep::ExecutionState;
use jiff::SignedDuration;
use runtime::clock::now;
use serde_json::json;
use testkit::{Fault, Lie, Outcome, Stack, User, until};

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// Waits until a machine is launched for the pod, which does not yet answer.
async fn launched(user: &User, pod: &str) -> Outcome<()> {
    until("its machine", async || {
        let attempts = user.row(pod).await?.attempts;
        Ok(attempts.last().is_some_and(domain::pod::Attempt::is_launched).then_some(()))
    })
    .await
}

/// Waits until the cloud was asked to do something for the pod.
async fn asked(stack: &Stack, pod: &str, operation: &str) -> Outcome<()> {
    until(&format!("the {operation} of {pod}"), async || {
        Ok((!stack.clouds()?.answers(pod, operation).await?.is_empty()).then_some(()))
    })
    .await
}

/// The pod becomes ready on one machine, can be run, and ends paid to the second.
async fn assert_whole_life(user: &User, pod: &str) -> Outcome<()> {
    user.settled(pod, "ready").await?;
    let ready = user.assert_settled(pod).await?;
    assert_eq!(user.stack.clouds()?.answers(pod, "launch").await?, [Some(200)]);
    assert_eq!(ready.pod.attempts.len(), 1, "{:?}", ready.pod);
    user.activate(pod).await?;
    user.runs_some_seconds(pod).await?;
    user.end(pod).await?;
    let over = user.assert_settled(pod).await?;
    assert!(over.metered.captured_usd_micros.0 > 0, "{:?}", over.metered);
    assert_eq!(over.metered.waived_usd_micros.0, 0, "{:?}", over.metered);
    let left = 100_000_000 - over.metered.captured_usd_micros.0;
    assert_eq!(over.wallet.cash().0, left, "{:?}", over.wallet);
    Ok(())
}

#[tokio::test]
async fn a_deploy_that_was_never_started_is_started() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.open_unstarted(&user.offer_of("gpu_1x_h100_pcie").await?).await?;
    stack.sweep(now()).await?;
    assert_whole_life(&user, pod.id.as_str()).await
}

#[tokio::test]
async fn a_deploy_killed_while_its_machine_boots_goes_on() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("unhurried", 100, &[("probe_interval_secs", json!(5))]).await?;
    let pod = user.deploy_type("gpu_4x_a100_80gb_sxm4").await?;
    launched(&user, &pod).await?;
    stack.kill_deploy(&pod, 1).await?;
    assert_eq!(user.pod(&pod).await?["state"], "provisioning");
    stack.sweep(now()).await?;
    assert_whole_life(&user, &pod).await?;
    assert_eq!(user.row(&pod).await?.execution, 2);
    Ok(())
}

#[tokio::test]
async fn a_ready_pod_whose_deploy_is_over_is_left_to_its_owner() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.deploy_type("gpu_1x_h100_pcie").await?;
    let deadline = user.settled(&pod, "ready").await?["deadline_at"].clone();
    let machine = stack.output("DeployPodStateMachineArn")?.to_owned();
    let (deploys, id) = (Deploys::new(&stack.aws().await, machine), pod.parse::<PodId>()?);
    until("its execution to end", async || {
        Ok((deploys.state(&id, 1).await? == ExecutionState::Succeeded).then_some(()))
    })
    .await?;
    stack.sweep(now()).await?;
    assert_eq!(user.row(&pod).await?.execution, 1);
    let ready = user.pod(&pod).await?;
    assert_eq!((&ready["state"], &ready["deadline_at"]), (&"ready".into(), &deadline));
    assert_whole_life(&user, &pod).await?;
    let links = stack.mails(&user.email).await?.into_iter();
    assert_eq!(links.filter(|mail| mail.subject.contains("is ready")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn an_owner_who_ends_a_pod_while_it_is_launched_keeps_no_machine() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let instance_type = "gpu_8x_a100_80gb_sxm4";
    let slow = Fault::slow(3_000).on("launch").of_type(instance_type);
    stack.clouds()?.fault(slow).await?;
    let pod = user.deploy_type(instance_type).await?;
    asked(&stack, &pod, "launch").await?;
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    until("the launch to be answered", async || {
        Ok((stack.clouds()?.answers(&pod, "launch").await? != [None]).then_some(()))
    })
    .await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.wallet.cash().0, 100_000_000, "{:?}", over.wallet);
    Ok(())
}

#[tokio::test]
async fn an_owner_who_ends_a_pod_while_it_boots_pays_nothing() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let broken = Fault::lie(Lie::Booting).on("launch").of_type("gpu_2x_h100_pcie");
    stack.clouds()?.fault(broken).await?;
    let pod = user.deploy_type("gpu_2x_h100_pcie").await?;
    launched(&user, &pod).await?;
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.wallet.cash().0, 100_000_000, "{:?}", over.wallet);
    // The place it took is free.
    let next = user.deploy_type("gpu_1x_h100_pcie").await?;
    user.settled(&next, "ready").await?;
    user.end(&next).await?;
    user.assert_settled(&next).await.map(drop)
}

/// Runs a pod, and ends it at a cloud whose answer to that is lost as `lost` says.
async fn end_without_answer(lost: Fault, instance_type: &str) -> Outcome<usize> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let lost = lost.on("terminate").of_type(instance_type).times(1);
    stack.clouds()?.fault(lost).await?;
    let pod = user.run_type(instance_type).await?;
    user.runs_some_seconds(&pod).await?;
    user.end(&pod).await?;
    asked(&stack, &pod, "terminate").await?;
    let charged = user.pod(&pod).await?;
    assert_eq!(charged["state"], "terminating", "{charged}");
    stack.sweep(now()).await?;
    user.becomes(&pod, "terminated").await?;
    let over = user.assert_settled(&pod).await?;
    // Charging ended the moment the end was wanted, however long the cloud took.
    assert_eq!(user.pod(&pod).await?["running_secs"], charged["running_secs"]);
    let left = 100_000_000 - over.metered.captured_usd_micros.0;
    assert_eq!(over.wallet.cash().0, left, "{:?}", over.wallet);
    Ok(stack.clouds()?.answers(&pod, "terminate").await?.len())
}

#[tokio::test]
async fn an_end_that_happened_unheard_is_found_by_the_sweep() -> Outcome<()> {
    assert_eq!(end_without_answer(Fault::silent().after(), "gpu_4x_h100_pcie").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_end_that_never_arrived_is_asked_for_again_by_the_sweep() -> Outcome<()> {
    let asked = end_without_answer(Fault::silent(), "gpu_8x_h100_pcie").await?;
    assert!(asked >= 2, "{asked}");
    Ok(())
}

#[tokio::test]
async fn a_wish_whose_message_is_lost_comes_true() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.run_type("gpu_1x_h100_pcie").await?;
    user.runs_some_seconds(&pod).await?;
    let ending = user.change_silently(&pod, |pod| Ok(pod.want_gone(None, now()))).await?;
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 1);
    stack.sweep(now()).await?;
    user.becomes(&pod, "terminated").await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.pod.clock, ending.clock);
    stack.mail(&user.email, "trial has ended").await.map(drop)
}

#[tokio::test]
async fn an_unwind_whose_message_is_lost_gives_everything_back() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let pod = user.deploy_type("gpu_1x_h100_pcie").await?;
    user.settled(&pod, "ready").await?;
    let why = || Reason { code: "internal".to_owned(), message: "Something broke.".to_owned() };
    user.change_silently(&pod, |pod| pod.fail(why(), now()).map(Some)).await?;
    stack.sweep(now()).await?;
    let over = user.assert_settled(&pod).await?;
    assert_eq!(over.wallet.cash().0, 100_000_000, "{:?}", over.wallet);
    stack.mail(&user.email, "trial could not be deployed").await.map(drop)
}

#[tokio::test]
async fn runs_of_the_meter_that_are_missing_doubled_or_late_end_at_the_same_sum() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let (measured, unmeasured) = (payer(&stack).await?, payer(&stack).await?);
    let pods = [
        (&measured, measured.run_type("gpu_1x_h100_pcie").await?),
        (&unmeasured, unmeasured.run_type("gpu_1x_h100_pcie").await?),
    ];
    for (user, pod) in &pods {
        user.runs_some_seconds(pod).await?;
    }
    // What its cloud has shown since can be captured.
    stack.sweep(now()).await?;
    let early = now() - SignedDuration::from_secs(1);
    for at in [now(), now(), early, now() + SignedDuration::from_hours(1)] {
        measured.meter(&pods[0].1, at).await?;
    }
    let metered = measured.assert_settled(&pods[0].1).await?.metered;
    assert!(metered.captured_usd_micros.0 > 0 && metered.until <= Some(now()), "{metered:?}");
    for (user, pod) in &pods {
        user.end(pod).await?;
        user.becomes(pod, "terminated").await?;
        let shown = user.pod(pod).await?;
        let rate = shown["price"]["rate_usd_micros_per_hour"].as_i64().unwrap_or_default();
        let secs = shown["running_secs"].as_i64().unwrap_or_default();
        let over = user.assert_settled(pod).await?;
        assert_eq!(over.metered.captured_usd_micros.0, rate * secs / 3_600, "{shown}");
        // One that comes when all is over changes nothing.
        user.meter(pod, now()).await?;
        assert_eq!(user.assert_settled(pod).await?.metered, over.metered);
    }
    Ok(())
}
