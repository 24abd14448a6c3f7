//! Launches, addresses and ends.

use domain::pod::sweep::MachineState;
use providers::{ActProgress, LaunchError, Purpose};
use serde_json::json;
use testkit::cloud_site::{KEY, NAME, Site, socket};
use testkit::{Fault, Outcome, until};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_machine_is_launched_once_however_often_it_is_asked_for() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let sample = site.sample().await?;
    assert_eq!(site.find().await?, None);
    let machine = site.launch(&sample).await?;
    let quoted = sample.configuration.provider_rate()?;
    assert_eq!((machine.name.as_str(), machine.rate_usd_micros_per_hour), (NAME, quoted));
    assert_eq!(site.launch(&sample).await?, machine);
    assert_eq!(site.find().await?, Some(machine.clone()));
    assert_eq!(site.machines().await?, vec![machine.clone()]);
    let there = site.control.machines().await?;
    let told: Vec<_> = there.iter().map(|it| (&it.id, it.instance_type.as_str())).collect();
    assert_eq!(told, [(&machine.id, "gpu_1x_rtx_6000_ada")]);
    assert!(there[0].user_data.contains(KEY), "{}", there[0].user_data);
    let asked = site.control.requests("os_volume").await?.remove(0).body;
    assert_eq!(asked["os_volume"], json!({"name": NAME, "size": 100}));
    assert_eq!(asked["ssh_key_ids"], json!([]), "those of our account are let in nowhere");
    Ok(())
}

#[tokio::test]
async fn a_machine_answers_by_ssh_and_by_http_once_it_has_its_address() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let sample = site.sample().await?.serving(8_888);
    site.launch(&sample).await?;
    assert_eq!(site.answering(&sample).await?, None);
    let address = site.reached(&sample).await?;
    assert!(address.host.starts_with("127.77."), "{address:?}");
    assert_eq!((address.ssh_user.as_str(), address.simulated), ("root", false));
    let mut banner = [0; 8];
    TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
    assert_eq!(&banner, b"SSH-2.0-");
    assert!(site.control.machines().await?.remove(0).user_data.contains("its-token"));
    // A template on another port is not what this machine runs.
    let other = site.sample().await?.serving(8_000);
    assert_eq!(site.answering(&other).await?, None);
    Ok(())
}

#[tokio::test]
async fn verda_bills_a_machine_that_is_shut_down_so_it_cannot_stop_one() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let sample = site.sample().await?;
    let machine = site.launch(&sample).await?;
    site.reached(&sample).await?;
    let stopped = site.provider()?.stop(NAME).await;
    assert_eq!(stopped.err().map(|error| error.code), Some("stop_unsupported"));
    let started = site.provider()?.start(sample.request()).await;
    let Err(LaunchError::Failed(error)) = started else {
        return Err(format!("{started:?}").into());
    };
    assert_eq!(error.code, "stop_unsupported");
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
async fn an_end_takes_disk_and_script_along_and_stays_done() -> Outcome<()> {
    let site = Site::at("verda").await?;
    let machine = site.launch(&site.sample().await?).await?;
    let verda = site.provider()?;
    assert_eq!(verda.terminate(NAME).await?, ActProgress::UnderWay);
    // On its way out it is no machine to go on with, and not gone either.
    assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
    assert_eq!(verda.machine(&machine.id).await?, None);
    site.ended().await?;
    assert_eq!(verda.terminate(NAME).await?, ActProgress::Done);
    assert_eq!(verda.machine(&machine.id).await?, None);
    let ends = site.control.requests("volume_ids").await?;
    assert_eq!(ends.len(), 1, "one end was asked for");
    assert_eq!(ends[0].body["volume_ids"], json!([format!("{}-os", machine.id)]));
    let removed = site.acts().await?.into_iter().filter(|act| act == "remove_key").count();
    assert_eq!(removed, 1);
    Ok(())
}

#[tokio::test]
async fn a_twin_is_ended_by_its_identifier_and_is_as_good_as_ended_when_it_is_gone() -> Outcome<()>
{
    let site = Site::at("verda").await?;
    let machine = site.launch(&site.sample().await?).await?;
    for _ in 0..2 {
        site.provider()?.terminate_twin(&machine.id).await?;
        until("it to be gone", async || {
            Ok(site.control.machines().await?.is_empty().then_some(()))
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_twin_that_cannot_be_ended_keeps_no_other_one_running() -> Outcome<()> {
    let site = Site::at("verda").await?;
    site.control.fault(Fault::twice(1).on("launch").times(1)).await?;
    site.launch(&site.sample().await?).await?;
    site.control.fault(Fault::status(503).on("terminate").times(1)).await?;
    let failed = site.provider()?.terminate(NAME).await;
    assert_eq!(failed.err().map(|error| error.code), Some("unavailable"));
    assert_eq!(site.machines().await?.len(), 1);
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    Ok(())
}
