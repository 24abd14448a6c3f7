//! Each step of `deploy-pod` failed in turn, on machines of the local cloud. Each test that has the
//! cloud misbehave uses a machine type of its own; the others use types that never do.

use adapters::tables::ledger::{HoldFor, ReleaseFor};
use domain::Mode;
use domain::id::PodId;
use jiff::Timestamp;
use runtime::clock::now;
use serde_json::{Value, json};
use testkit::{Fault, Lie, Outcome, Refusal, Stack, User, fresh_key, until};

/// Somebody with a hundred dollars at a LIVE tenant with the seeds' lifetimes.
async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// The pod failed for `reason`, its owner was told, nothing runs and nothing was taken.
async fn assert_unwound(user: &User, pod: &str, reason: &str) -> Outcome<()> {
    let failed = user.settled(pod, "failed").await?;
    assert_eq!(failed["reason"]["code"], reason, "{failed}");
    let settled = user.assert_settled(pod).await?;
    assert_eq!(settled.metered.captured_usd_micros.0, 0);
    assert_eq!(settled.wallet.cash().0, 100_000_000, "{:?}", settled.wallet);
    let mail = user.stack.mail(&user.email, "trial could not be deployed").await?;
    assert!(mail.text.contains("back in your wallet"), "{mail:?}");
    Ok(())
}

/// The pod is ready on exactly one machine; its end gives that back, and all of the money.
async fn assert_ready_and_end(user: &User, pod: &str) -> Outcome<Value> {
    let ready = user.settled(pod, "ready").await?;
    user.assert_settled(pod).await?;
    user.end(pod).await?;
    let settled = user.assert_settled(pod).await?;
    assert!(settled.pod.is_over(), "{:?}", settled.pod);
    assert_eq!(settled.wallet.cash().0, 100_000_000, "{:?}", settled.wallet);
    Ok(ready)
}

/// Lets the launch of all three types of a model and count go wrong.
async fn fault_all(stack: &Stack, fault: Fault, instance_type: &str) -> Outcome<()> {
    for ending in ["", "_plus", "_max"] {
        let fault = fault.clone().on("launch").of_type(&format!("{instance_type}{ending}"));
        stack.clouds()?.fault(fault).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_sold_out_type_is_followed_by_its_stand_in_which_is_given_back() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let sold_out = Fault::refuse(Refusal::NoCapacity).on("launch").of_type("gpu_2x_a6000_max");
    stack.clouds()?.fault(sold_out).await?;
    let pod = user.deploy_type("gpu_2x_a6000_max").await?;
    user.settled(&pod, "ready").await?;
    let machines = stack.clouds()?.machines_of(&pod).await?;
    let types: Vec<_> = machines.iter().map(|machine| machine.instance_type.as_str()).collect();
    assert_eq!(types, ["gpu_2x_a6000"]);
    let ready = assert_ready_and_end(&user, &pod).await?;
    assert_eq!(ready["attempts"][0]["outcome"], "refused", "{ready}");
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(400), Some(200)]);
    Ok(())
}

#[tokio::test]
async fn where_nobody_has_capacity_nothing_runs_and_nothing_is_held() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    fault_all(&stack, Fault::refuse(Refusal::NoCapacity), "gpu_4x_a6000").await?;
    let pod = user.deploy_type("gpu_4x_a6000_max").await?;
    assert_unwound(&user, &pod, "no_capacity").await?;
    // Every one that could stand in was asked: the type itself, and two cheaper ones, one of them
    // in two regions.
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(400); 4]);
    Ok(())
}

#[tokio::test]
async fn where_the_quota_is_reached_nothing_runs_and_nothing_is_held() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    fault_all(&stack, Fault::refuse(Refusal::Quota), "gpu_8x_a6000").await?;
    let pod = user.deploy_type("gpu_8x_a6000").await?;
    assert_unwound(&user, &pod, "no_capacity").await
}

#[tokio::test]
async fn a_launch_that_never_arrived_is_made_again() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let lost = Fault::silent().on("launch").of_type("gpu_1x_v100").times(1);
    stack.clouds()?.fault(lost).await?;
    let pod = user.deploy_type("gpu_1x_v100").await?;
    assert_ready_and_end(&user, &pod).await?;
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [None, Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_launch_whose_answer_never_came_is_found_by_its_name() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let lost = Fault::silent().after().on("launch").of_type("gpu_2x_v100").times(1);
    stack.clouds()?.fault(lost).await?;
    let pod = user.deploy_type("gpu_2x_v100").await?;
    assert_ready_and_end(&user, &pod).await?;
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [None]);
    Ok(())
}

#[tokio::test]
async fn a_launch_answered_with_nonsense_is_found_by_its_name() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let nonsense = Fault::malformed().after().on("launch").of_type("gpu_4x_v100").times(1);
    stack.clouds()?.fault(nonsense).await?;
    let pod = user.deploy_type("gpu_4x_v100").await?;
    assert_ready_and_end(&user, &pod).await?;
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_cloud_that_is_down_for_good_ends_the_deploy() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    fault_all(&stack, Fault::status(503), "gpu_4x_h100_sxm5").await?;
    let pod = user.deploy_type("gpu_4x_h100_sxm5").await?;
    assert_unwound(&user, &pod, "unavailable").await
}

#[tokio::test]
async fn a_cloud_that_is_down_for_a_moment_keeps_nobody_from_a_machine() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    // Once after the launch.
    let down = Fault::status(500).on("machine").of_type("gpu_8x_h100_sxm5");
    stack.clouds()?.fault(down.times(1)).await?;
    let pod = user.deploy_type("gpu_8x_h100_sxm5").await?;
    assert_ready_and_end(&user, &pod).await?;
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(200)]);
    let looks = stack.clouds()?.answers(&pod, "machine").await?;
    assert_eq!(looks, [Some(500)]);
    Ok(())
}

#[tokio::test]
async fn a_machine_its_cloud_does_not_end_at_once_is_given_back_by_the_sweep() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("fleeting", 100, &[("probe_secs_max", json!(3))]).await?;
    let instance_type = "gpu_4x_b200_sxm6";
    for fault in
        [Fault::lie(Lie::Booting).on("launch"), Fault::status(503).on("terminate").times(1)]
    {
        stack.clouds()?.fault(fault.of_type(instance_type)).await?;
    }
    let pod = user.deploy_type(instance_type).await?;
    user.settled(&pod, "failed").await?;
    until("the refused end", async || {
        Ok((stack.clouds()?.answers(&pod, "terminate").await? == [Some(503)]).then_some(()))
    })
    .await?;
    assert_eq!(stack.clouds()?.machines_of(&pod).await?.len(), 1);
    stack.sweep(runtime::clock::now()).await?;
    assert_unwound(&user, &pod, "probe_timed_out").await
}

#[tokio::test]
async fn a_machine_that_never_boots_is_given_back() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("fleeting", 100, &[("probe_secs_max", json!(3))]).await?;
    let broken = Fault::lie(Lie::Booting).on("launch").of_type("gpu_8x_v100");
    stack.clouds()?.fault(broken).await?;
    let pod = user.deploy_type("gpu_8x_v100").await?;
    assert_unwound(&user, &pod, "probe_timed_out").await?;
    assert_eq!(stack.clouds()?.answers(&pod, "terminate").await?, [Some(200)]);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_vanishes_while_it_boots_ends_the_deploy() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("vanishing", 100, &[("probe_secs_max", json!(10))]).await?;
    let slow = "gpu_1x_a100_80gb_sxm4";
    stack.clouds()?.fault(Fault::lie(Lie::Booting).on("launch").of_type(slow)).await?;
    let pod = user.deploy_type(slow).await?;
    let machine = until("its machine", async || {
        Ok(user.row(&pod).await?.attempts.last().and_then(|attempt| attempt.machine_id.clone()))
    })
    .await?;
    assert!(stack.clouds()?.vanish(&machine).await?);
    assert_unwound(&user, &pod, "probe_timed_out").await
}

#[tokio::test]
async fn money_that_is_gone_before_it_is_held_ends_the_deploy() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = payer(&stack).await?;
    let (of, ledger) = (user.wallet_of(Mode::Live).await?, stack.ledger().await?);
    let (now, other) = (runtime::clock::now(), runtime::ids::entropy()?);
    let all = ledger.wallet(&of).await?.available(now)?;
    let pod = user.open_unstarted(&user.offer_of("gpu_1x_h100_pcie").await?).await?;
    // Another pod of the same wallet comes between the look at the money and the hold.
    let other = PodId::new(now, other);
    ledger.hold(&of, &other, (HoldFor::Deploy, all), now).await?;
    stack.sweep(runtime::clock::now()).await?;
    let failed = user.settled(pod.id.as_str(), "failed").await?;
    assert_eq!(failed["reason"]["code"], "insufficient_funds", "{failed}");
    let settled = user.assert_settled(pod.id.as_str()).await?;
    assert_eq!(settled.wallet.total_held_for(&other)?, all);
    assert!(stack.clouds()?.answers(pod.id.as_str(), "launch").await?.is_empty());
    ledger.release(&of, &other, ReleaseFor::End, now).await?;
    assert_eq!(stack.check_books(&of).await?.cash(), all);
    Ok(())
}

#[tokio::test]
async fn a_link_nobody_follows_costs_nothing_and_the_second_pauses_deploys() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let user = stack.payer("lapsing", 100, &[("activation_secs", json!(10))]).await?;
    for _ in 0..2 {
        let pod = user.deploy_type("gpu_1x_h100_pcie").await?;
        let ready = user.settled(&pod, "ready").await?;
        let deadline: Timestamp = ready["deadline_at"].as_str().unwrap_or_default().parse()?;
        until("its deadline", async || Ok((now() > deadline).then_some(()))).await?;
        stack.sweep(now()).await?;
        user.becomes(&pod, "failed").await?;
        assert_unwound(&user, &pod, "activation_expired").await?;
        let token = stack.activation_token(&pod).await?;
        user.try_activate(&pod, &token).await?.refused(410, "activation_expired")?;
    }
    let quote = user.quote(&user.offer_of("gpu_1x_h100_pcie").await?).await?;
    let body = json!({"quote_id": quote["id"], "name": "third"});
    user.try_deploy(&fresh_key()?, &body).await?.refused(429, "deploys_paused")?;
    let pods = user.get("/pods").await?.with_status(200)?;
    assert_eq!(pods["items"].as_array().map(Vec::len), Some(2));
    Ok(())
}
