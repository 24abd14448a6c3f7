//! What goes wrong at the cloud, and what the adapter makes of it.

use std::time::Duration;

use providers::{Clouds, LaunchError, Progress};
use serde_json::json;
use testkit::{Effect, Script, until};

use crate::site::{NAME, Outcome, Sample, Site};

/// The code of a launch that failed without a verdict.
fn failed<T: std::fmt::Debug>(result: Result<T, LaunchError>) -> Result<&'static str, String> {
    match result {
        Err(LaunchError::Failed(error)) => Ok(error.code),
        other => Err(format!("{other:?}")),
    }
}

#[tokio::test]
async fn no_capacity_and_quota_are_told_apart_and_leave_nothing_behind() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    for effect in [Effect::NoCapacity, Effect::Quota] {
        site.control.script(Script::new(effect).on("launch").times(1)).await?;
        let refused = site.launch(&sample).await;
        let told = matches!(
            (effect, &refused),
            (Effect::NoCapacity, Err(LaunchError::NoCapacity))
                | (Effect::Quota, Err(LaunchError::QuotaReached))
        );
        assert!(told, "{effect:?}: {refused:?}");
        assert_eq!(site.control.machines().await?.len(), 0);
        let last = site.operations().await?.pop();
        assert_eq!(last.as_deref(), Some("remove_key"), "its key is gone too");
    }
    site.launch(&sample).await?;
    Ok(())
}

#[tokio::test]
async fn a_launch_whose_answer_was_lost_is_found_by_name() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.control.script(Script::new(Effect::TimeOutAfter).on("launch").times(1)).await?;
    assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
    let machine = site.find().await?.ok_or("it exists")?;
    assert_eq!(site.launch(&sample).await?, machine);
    assert_eq!(site.control.machines().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_launch_that_never_arrived_is_not_found_and_is_made_again() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.control.script(Script::new(Effect::TimeOutBefore).on("launch").times(1)).await?;
    assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
    assert_eq!(site.find().await?, None);
    // The key of the first try is there and is used again.
    site.launch(&sample).await?;
    assert_eq!(site.control.machines().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_malformed_answer_a_server_error_and_too_many_requests_are_tried_again() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    for effect in [Effect::RateLimited, Effect::Status(500), Effect::Status(503)] {
        site.control.script(Script::new(effect).on("launch").times(1)).await?;
        assert_eq!(failed(site.launch(&sample).await)?, "unavailable", "{effect:?}");
        assert_eq!(site.control.machines().await?.len(), 0);
        for operation in ["instance_types", "instances"] {
            site.control.script(Script::new(effect).on(operation).times(1)).await?;
        }
        let offers = site.lambda()?.offers(runtime::clock::now()).await;
        assert_eq!(offers.err().map(|error| error.code), Some("unavailable"), "{effect:?}");
        let machines = site.lambda()?.machines().await;
        assert_eq!(machines.err().map(|error| error.code), Some("unavailable"), "{effect:?}");
    }
    site.control.script(Script::new(Effect::Malformed).on("launch").times(1)).await?;
    assert_eq!(failed(site.launch(&sample).await)?, "unavailable");
    let machine = site.find().await?.ok_or("the malformed answer told of a machine")?;
    assert_eq!(site.launch(&sample).await?, machine);
    Ok(())
}

#[tokio::test]
async fn an_end_whose_answer_was_lost_is_seen_at_the_next_try() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.launch(&sample).await?;
    for effect in [Effect::TimeOutBefore, Effect::TimeOutAfter] {
        site.control.script(Script::new(effect).on("terminate").times(1)).await?;
        let lost = site.lambda()?.terminate(NAME).await;
        assert_eq!(lost.err().map(|error| error.code), Some("unavailable"), "{effect:?}");
    }
    site.ended().await?;
    assert_eq!(site.lambda()?.terminate(NAME).await?, Progress::Done);
    assert_eq!(site.control.machines().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_never_boots_never_answers() -> Outcome<()> {
    let site = Site::new().await?;
    site.control.set(json!({"boot_ms": 0})).await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.control.script(Script::new(Effect::NeverBoots).on("launch").named(NAME).times(1)).await?;
    site.launch(&sample).await?;
    let now = runtime::clock::now();
    assert_eq!(site.lambda()?.answering(sample.order(), now).await?, None);
    assert_eq!(site.control.machines().await?.remove(0).status, "booting");
    Ok(())
}

#[tokio::test]
async fn a_dearer_machine_tells_its_true_price() -> Outcome<()> {
    let site = Site::new().await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.control.script(Script::new(Effect::Dearer(3)).of_type("gpu_1x_a10").on("launch")).await?;
    assert_eq!(site.launch(&sample).await?.rate_usd_micros_per_hour.0, 780_000);
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::new().await?;
    let accounts = site.accounts().replace("local-lambda-key", "wrong-secret-key");
    let clouds: Clouds = serde_json::from_str(&accounts)?;
    let lambda = clouds.of(domain::Mode::Live, "lambda")?;
    let error = lambda.machines().await.err().ok_or("it was let in")?;
    assert_eq!(error.code, "internal");
    let told = format!("{error:?} {clouds:?}");
    assert!(told.contains("global/invalid-api-key"), "{told}");
    assert!(!told.contains("wrong-secret-key"), "{told}");
    Ok(())
}

#[tokio::test]
async fn the_account_keeps_to_the_published_pace() -> Outcome<()> {
    let site = Site::new().await?;
    site.control.set(json!({"min_interval_ms": 150, "launch_interval_ms": 150})).await?;
    let quick = site.lambda()?;
    let (one, other) = tokio::join!(quick.machines(), quick.machines());
    let refused = [one.is_err(), other.is_err()].into_iter().filter(|it| *it).count();
    assert_eq!(refused, 1, "the cloud refuses the second at once");
    let paced = site.accounts().replace("\"min_interval_ms\":0", "\"min_interval_ms\":300");
    let clouds: Clouds = serde_json::from_str(&paced)?;
    let paced = clouds.of(domain::Mode::Live, "lambda")?;
    until("the cloud to listen again", async || Ok(paced.machines().await.ok())).await?;
    let began = std::time::Instant::now();
    let (one, other) = tokio::join!(paced.machines(), paced.machines());
    assert!(one.is_ok() && other.is_ok());
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    Ok(())
}
