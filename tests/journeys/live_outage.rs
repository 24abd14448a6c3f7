//! A whole cloud is silent, and nobody at another one notices.
//!
//! Everybody would notice at the silent one, so this has the product for itself
//! (`.config/nextest.toml`).

use futures_util::future::{try_join, try_join_all};
use testkit::{Fault, Outcome, Stack, User};

async fn payer(stack: &Stack) -> Outcome<User> {
    stack.payer("swift", 100, &[]).await
}

/// Deploys so many GPUs at a cloud that is well, lets them run for some seconds and ends them: on one
/// machine, of one launch.
async fn rent(stack: &Stack, cloud: &str, gpu: &str, count: u32) -> Outcome<()> {
    let user = payer(stack).await?;
    let query = format!("provider={cloud}&gpu={gpu}&gpu_count={count}&sort=price_asc");
    let pod = user.deploy(&user.offer(&query).await?, None).await?;
    let ready = user.settled(&pod, "ready").await?;
    assert_eq!(ready["attempts"].as_array().map(Vec::len), Some(1), "{ready}");
    user.activate(&pod).await?;
    user.runs_some_seconds(&pod).await?;
    let machines = stack.clouds()?.machines_of(&pod).await?;
    let states: Vec<_> = machines.iter().map(|it| (&*it.cloud, &*it.status)).collect();
    assert_eq!(states, [(cloud, "active")]);
    user.end(&pod).await?;
    user.becomes(&pod, "terminated").await?;
    let settled = user.assert_settled(&pod).await?;
    assert!(settled.metered.captured_usd_micros.0 > 0, "{settled:?}");
    let launches = stack.clouds()?.answers(&pod, "launch").await?;
    assert!(matches!(launches.as_slice(), [Some(201 | 202)]), "{launches:?}");
    Ok(())
}

#[tokio::test]
async fn deploys_at_two_clouds_finish_while_a_third_is_silent_and_its_pod_runs_on() -> Outcome<()> {
    let stack = Stack::from_env()?;
    let customer = payer(&stack).await?;
    let running = customer.run_type("gpu_1x_h100_pcie").await?;

    let silence = stack.clouds()?.fault(Fault::silent().at("lambda")).await?;
    let rented = try_join(
        try_join_all([1, 2, 4].map(|count| rent(&stack, "runpod", "L40S", count))),
        try_join_all([1, 2, 4].map(|count| rent(&stack, "vultr", "GH200", count))),
    )
    .await;
    stack.clouds()?.end_fault(silence).await?;
    rented?;

    assert_eq!(customer.pod(&running).await?["state"], "running");
    customer.assert_settled(&running).await?;
    customer.end(&running).await?;
    customer.becomes(&running, "terminated").await?;
    customer.assert_settled(&running).await.map(drop)
}
