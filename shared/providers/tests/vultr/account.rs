//! What goes wrong with the account, in Vultr's words.

use providers::{LaunchError, Purpose};
use testkit::cloud_site::{Site, connected};
use testkit::{Fault, Lie, Outcome};

#[tokio::test]
async fn a_plan_that_vultr_does_not_sell_is_a_fault_of_ours() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let mut sample = site.sample().await?;
    sample.attempt.offer.instance_type = "vcg-abacus".to_owned();
    let Err(LaunchError::Failed(error)) = site.launch(&sample).await else {
        return Err("it was launched".into());
    };
    assert_eq!(error.code, "internal");
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_a_fault_of_ours_and_nothing_tells_it() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let accounts = site.account().replace("local-vultr-key", "wrong-secret-key");
    let clouds = connected(&accounts)?;
    let vultr = clouds.of(domain::Mode::Live, "vultr")?;
    let error = vultr.machines(Purpose::Compare).await.err().ok_or("it was let in")?;
    assert_eq!(error.code, "internal");
    let told = format!("{error:?} {clouds:?}");
    assert!(told.contains("Invalid API token"), "{told}");
    assert!(!told.contains("wrong-secret-key"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_list_that_never_ends_is_no_list() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    site.launch(&site.sample().await?).await?;
    let endless = Lie::Field {
        pointer: "/meta/links/next".to_owned(),
        value: serde_json::json!("bmV4dF9fMA=="),
    };
    site.control.fault(Fault::lie(endless).on("machines")).await?;
    let machines = site.provider()?.machines(Purpose::Compare).await;
    assert_eq!(machines.err().map(|error| error.code), Some("unavailable"));
    let asked = site.acts().await?.into_iter().filter(|act| act == "machines").count();
    assert!(asked <= 30, "{asked} pages");
    Ok(())
}
