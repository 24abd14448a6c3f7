//! What is Scaleway's own, at the local Scaleway: its euros, and machines that are off at first.

use providers::LaunchError;
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Outcome, Refusal};

#[tokio::test]
async fn an_offer_says_by_which_rate_of_which_day_it_was_converted() -> Outcome<()> {
    let site = Site::at("scaleway").await?;
    let offer = site.sample().await?.attempt.offer;
    assert_eq!(offer.source, "Scaleway's API, EUR at 1.25 USD of 2026-11-20");
    for unusable in ["0", "-1", "one", ""] {
        let account = site.account().replace("1.25", unusable);
        let refused = connected(&account).err().ok_or("it was taken")?.to_string();
        assert!(refused.contains("`scaleway` has no usable `exchange`"), "{refused}");
    }
    let francs = connected(&site.account().replace("EUR", "CHF"));
    assert!(francs.is_err());
    Ok(())
}

#[tokio::test]
async fn a_machine_that_cannot_be_powered_on_is_not_left_behind() -> Outcome<()> {
    let site = Site::at("scaleway").await?;
    let sample = site.sample().await?;
    for refusal in [Refusal::NoCapacity, Refusal::Quota] {
        site.control.fault(Fault::refuse(refusal).on("start").times(1)).await?;
        let refused = site.launch(&sample).await;
        let told = matches!(
            (refusal, &refused),
            (Refusal::NoCapacity, Err(LaunchError::NoCapacity))
                | (Refusal::Quota, Err(LaunchError::QuotaReached))
        );
        assert!(told, "{refusal:?}: {refused:?}");
        assert_eq!(site.control.machines().await?.len(), 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_machine_that_was_never_powered_on_is_there_and_can_be_ended() -> Outcome<()> {
    let site = Site::at("scaleway").await?;
    site.control.fault(Fault::status(503).on("start").times(1)).await?;
    let lost = site.launch(&site.sample().await?).await;
    assert!(matches!(lost, Err(LaunchError::Failed(error)) if error.code == "unavailable"));
    assert!(site.find().await?.is_some());
    assert_eq!(site.control.machines().await?.remove(0).status, "stopped");
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    Ok(())
}
