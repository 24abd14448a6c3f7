//! What goes wrong with the account, in Runpod's words.

use providers::{LaunchError, Purpose};
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Outcome, Refusal};

#[tokio::test]
async fn no_capacity_and_a_limit_are_told_apart_and_leave_nothing_behind() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let sample = site.sample().await?;
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
    }
    site.launch(&sample).await?;
    Ok(())
}

#[tokio::test]
async fn a_machine_that_runpod_does_not_sell_is_a_fault_of_ours() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let mut sample = site.sample().await?;
    sample.attempt.offer.instance_type = "NVIDIA Abacus".to_owned();
    let Err(LaunchError::Failed(error)) = site.launch(&sample).await else {
        return Err("it was launched".into());
    };
    assert_eq!(error.code, "internal");
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let accounts = site.account().replace("local-runpod-key", "wrong-secret-key");
    let clouds = connected(&accounts)?;
    let runpod = clouds.of(domain::Mode::Live, "runpod")?;
    let error = runpod.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
    assert_eq!(error.code, "internal");
    let told = format!("{error:?} {clouds:?}");
    assert!(told.contains("401"), "{told}");
    assert!(!told.contains("wrong-secret-key"), "{told}");
    Ok(())
}
