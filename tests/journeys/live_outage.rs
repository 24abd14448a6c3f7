//! A whole cloud is silent, and nobody at another one notices.
//!
//! Everybody would notice at the silent one, so this has the product for itself
//! (`.config/nextest.toml`).

use futures_util::future::try_join_all;
use testkit::{Fault, Outcome, Stack, User};

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// Deploys so many GPUs at Runpod, lets them run for some seconds and ends them: on one machine, of
/// one launch.
async fn rent(stack: &Stack, count: u32) -> Outcome<()> {
    let user = payer(stack).await?;
    let query = format!("provider=runpod&gpu=L40S&gpu_count={count}&sort=price_asc");
    let pod = user.deploy(&user.offer(&query).await?, None).await?;
    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(ready["attempts"].as_array().map(Vec::len), Some(1), "{ready}");
    user.activate(&pod).await?;
    user.runs_some_seconds(&pod).await?;
    let machines = stack.clouds()?.machines_of(&pod).await?;
    let states: Vec<_> = machines.iter().map(|it| (&*it.cloud, &*it.status)).collect();
    assert_eq!(states, [("runpod", "active")]);
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    let settled = user.assert_settled(&pod).await?;
    assert!(settled.metered.captured_usd_micros.0 > 0, "{settled:?}");
    assert_eq!(stack.clouds()?.answers(&pod, "launch").await?, [Some(201)]);
    Ok(())
}

#[tokio::test]
async fn three_deploys_at_runpod_finish_while_lambda_is_silent_and_its_pod_runs_on() -> Outcome<()>
{
    let stack = Stack::from_env()?;
    let customer = payer(&stack).await?;
    let running = customer.run_type("gpu_1x_h100_pcie").await?;

    let silence = stack.clouds()?.fault(Fault::silent().at("lambda")).await?;
    let rented = try_join_all([1, 2, 4].map(|count| rent(&stack, count))).await;
    stack.clouds()?.end_fault(silence).await?;
    rented?;

    assert_eq!(customer.pod(&running).await?["state"], "running");
    customer.assert_settled(&running).await?;
    customer.end(&running).await?;
    customer.becomes(&running, "terminated").await?;
    customer.assert_settled(&running).await.map(drop)
}
