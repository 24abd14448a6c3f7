//! Machines that are shut down, and what belongs to a machine: its disk and its script.

use domain::pod::sweep::MachineState;
use providers::Purpose;
use serde_json::json;
use testkit::cloud_site::{NAME, Site};
use testkit::{Fault, Outcome, Refusal, until};

#[tokio::test]
async fn verda_bills_a_machine_that_is_shut_down_so_it_counts_as_running() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    // Whoever is inside may shut it down all the same.
    site.control.shut_down_at_verda(&machine.id).await?;
    until("the machine to be offline", async || {
        let listed = site.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
        let [listed] = listed.as_slice() else { return Err("it is listed once".into()) };
        assert_eq!(listed.rate_usd_micros_per_hour, machine.rate_usd_micros_per_hour);
        Ok((listed.address.is_none() && listed.state == MachineState::Running).then_some(()))
    })
    .await
}

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
async fn a_launch_asks_for_its_own_disk_and_for_no_key_of_our_account() -> Outcome<()> {
    let site = Site::at("verda").await?;
    site.launch(&site.sample().await?).await?;
    let asked = site.control.requests("os_volume").await?.remove(0).body;
    assert_eq!(asked["os_volume"], json!({"name": NAME, "size": 100}));
    assert_eq!(asked["ssh_key_ids"], json!([]), "those of our account are let in nowhere");
    Ok(())
}
