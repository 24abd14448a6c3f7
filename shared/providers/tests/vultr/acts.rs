//! Machines on several pages.

use providers::Purpose;
use testkit::cloud_site::Site;
use testkit::{Fault, Lie, Outcome};

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
