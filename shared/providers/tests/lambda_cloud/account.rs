//! What goes wrong with the account, in Lambda's words.

use std::time::Duration;

use providers::{LaunchError, Purpose};
use testkit::cloud_site::{Sample, Site, connected};
use testkit::{Fault, Outcome, Refusal, until};

#[tokio::test]
async fn no_capacity_and_quota_are_told_apart_and_leave_nothing_behind() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    for refusal in [Refusal::NoCapacity, Refusal::Quota] {
        site.control.fault(Fault::refuse(refusal).on("launch").times(1)).await?;
        let refused = site.launch(&sample).await;
        let told = matches!(
            (refusal, &refused),
            (Refusal::NoCapacity, Err(LaunchError::NoCapacity))
                | (Refusal::Quota, Err(LaunchError::QuotaReached))
        );
        assert!(told, "{refusal:?}: {refused:?}");
        assert_eq!(site.control.machines().await?.len(), 0);
        let last = site.acts().await?.pop();
        assert_eq!(last.as_deref(), Some("remove_key"), "its key is gone too");
    }
    site.launch(&sample).await?;
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    let accounts = site.account().replace("local-lambda-key", "wrong-secret-key");
    let clouds = connected(&accounts)?;
    let lambda = clouds.of(domain::Mode::Live, "lambda")?;
    let error = lambda.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
    assert_eq!(error.code, "internal");
    let told = format!("{error:?} {clouds:?}");
    assert!(told.contains("global/invalid-api-key"), "{told}");
    assert!(!told.contains("wrong-secret-key"), "{told}");
    Ok(())
}

#[tokio::test]
async fn the_account_keeps_to_the_published_pace() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    site.control
        .set(serde_json::json!({"min_interval_ms": 150, "launch_interval_ms": 150}))
        .await?;
    let quick = site.provider()?;
    let (one, other) = tokio::join!(quick.machines(Purpose::Look), quick.machines(Purpose::Look));
    let refused = [one.is_err(), other.is_err()].into_iter().filter(|it| *it).count();
    assert_eq!(refused, 1, "the cloud refuses the second at once");
    let paced = site.account().replace("\"min_interval_ms\":0", "\"min_interval_ms\":300");
    let clouds = connected(&paced)?;
    let paced = clouds.of(domain::Mode::Live, "lambda")?;
    until("the cloud to listen again", async || Ok(paced.machines(Purpose::Look).await.ok()))
        .await?;
    let began = std::time::Instant::now();
    let (one, other) = tokio::join!(paced.machines(Purpose::Look), paced.machines(Purpose::Look));
    assert!(one.is_ok() && other.is_ok());
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    Ok(())
}
