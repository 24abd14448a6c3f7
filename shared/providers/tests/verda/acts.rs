//! What belongs to a machine: its disk and its script.

use serde_json::json;
use testkit::Outcome;
use testkit::cloud_site::{NAME, Site};

#[tokio::test]
async fn an_end_takes_disk_and_script_along() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let machine = site.launch(&site.sample().await?).await?;
    site.ended().await?;
    let ends = site.control.requests("volume_ids").await?;
    assert_eq!(ends.len(), 1, "one end was asked for");
    assert_eq!(ends[0].body["volume_ids"], json!([format!("{}-os", machine.id)]));
    let removed = site.acts().await?.into_iter().filter(|act| act == "remove_key").count();
    assert_eq!(removed, 1);
    Ok(())
}

#[tokio::test]
async fn a_launch_asks_for_its_own_disk_and_for_no_key_of_our_account() -> Outcome<()> {
    let site = Site::at("verda").await?;
    site.launch(&site.sample().await?).await?;
    let asked = site.control.requests("os_volume").await?.remove(0).body;
    assert_eq!(asked["os_volume"], json!({"name": NAME, "size": 100}));
    assert_eq!(asked["ssh_key_ids"], json!([]), "those of our account are let in nowhere");
    Ok(())
}
