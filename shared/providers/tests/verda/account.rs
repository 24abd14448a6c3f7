//! What goes wrong with the account, in Verda's words.

use providers::{LaunchError, Purpose};
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Outcome, Refusal};

#[tokio::test]
async fn a_refused_launch_leaves_no_script_behind() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let sample = site.sample().await?;
    for refusal in [Refusal::NoCapacity, Refusal::Quota] {
        site.control.fault(Fault::refuse(refusal).on("launch").times(1)).await?;
        assert!(site.launch(&sample).await.is_err());
        let last = site.acts().await?.pop();
        assert_eq!(last.as_deref(), Some("remove_key"), "{refusal:?}");
    }
    site.launch(&sample).await?;
    Ok(())
}

#[tokio::test]
async fn a_type_that_verda_does_not_sell_is_a_fault_of_ours() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let mut sample = site.sample().await?;
    sample.attempt.offer.instance_type = "1ABACUS.1V".to_owned();
    let Err(LaunchError::Failed(error)) = site.launch(&sample).await else {
        return Err("it was launched".into());
    };
    assert_eq!(error.code, "internal");
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::at("verda").await?;
    for ours in ["local-verda-key", "local-verda-client"] {
        let clouds = connected(&site.account().replace(ours, "wrong-secret"))?;
        let verda = clouds.of(domain::Mode::Live, "verda")?;
        let error = verda.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
        assert_eq!(error.code, "internal");
        let told = format!("{error:?} {clouds:?}");
        assert!(told.contains("401"), "{told}");
        assert!(!told.contains("wrong-secret") && !told.contains("local-verda"), "{told}");
    }
    Ok(())
}
