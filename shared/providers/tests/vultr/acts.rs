//! Halted machines, and machines on several pages.

use domain::pod::sweep::MachineState;
use providers::Purpose;
use testkit::cloud_site::Site;
use testkit::{Fault, Lie, Outcome, until};

#[tokio::test]
async fn vultr_bills_a_halted_machine_so_it_counts_as_running() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    // Whoever is inside may halt it all the same.
    site.control.halt_at_vultr(&machine.id).await?;
    until("the machine to be halted", async || {
        let listed = site.provider()?.machines(Purpose::Compare).await?.unwrap_or_default();
        let [listed] = listed.as_slice() else { return Err("it is listed once".into()) };
        assert_eq!(listed.rate_usd_micros_per_hour, machine.rate_usd_micros_per_hour);
        Ok((listed.address.is_none() && listed.state == MachineState::Running).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_machine_is_found_on_whatever_page_it_is() -> Outcome<()> {
    let site = Site::at("vultr").await?;
    let mut sample = site.sample().await?;
    for number in 0..11 {
        sample.attempt.machine_name = format!("gpb-test-other-{number}");
        site.launch(&sample).await?;
    }
    let last = site.launch(&site.sample().await?).await?;
    assert_eq!(site.find().await?, Some(last.clone()));
    assert_eq!(site.machines().await?.len(), 12);
    site.ended().await?;
    assert_eq!(site.machines().await?.len(), 11);
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
