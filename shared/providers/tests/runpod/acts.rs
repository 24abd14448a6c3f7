//! Launches, addresses and ends.

use domain::pod::PublicPort;
use providers::ActProgress;
use serde_json::{Value, json};
use testkit::cloud_site::{KEY, NAME, Site, socket};
use testkit::{Fault, Outcome};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_machine_is_launched_once_however_often_it_is_asked_for() -> Outcome<()> {
    let site = Site::at("runpod").await?;
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
    assert_eq!(told, [(&machine.id, "gpu_1x_rtx_a5000")]);
    assert_eq!(there[0].region, sample.attempt.offer.region);
    Ok(())
}

#[tokio::test]
async fn a_launch_asks_for_all_that_was_sold_and_for_the_disk_that_was_chosen() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let mut sample = site.sample().await?;
    sample.configuration.disk_gib = 60;
    let machine = site.launch(&sample).await?;
    let quoted = sample.configuration.provider_rate()?;
    assert!(machine.rate_usd_micros_per_hour <= quoted, "{machine:?}");
    let asked = site.control.requests("dataCenterIds").await?.remove(0).body;
    let offer = &sample.attempt.offer;
    assert_eq!(asked["dataCenterIds"], json!([offer.region]));
    let gpu = json!({"id": offer.instance_type, "count": 1,
        "minVcpuCountPerGpu": offer.vcpus, "minRamPerGpu": offer.ram_gib});
    assert_eq!((&asked["gpu"], &asked["cloud"]), (&gpu, &json!("SECURE")));
    assert_eq!(asked["mounts"]["persistent"], json!({"size": 60, "path": "/workspace"}));
    assert_eq!(asked["env"]["PUBLIC_KEY"], KEY);
    assert_eq!(asked.get("startSsh"), None::<&Value>, "that would let our account's keys in");
    Ok(())
}

#[tokio::test]
async fn a_machine_answers_at_the_ports_it_has_outside() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    let mut sample = site.sample().await?.serving(8_888);
    let machine = site.launch(&sample).await?;
    assert_eq!(site.answering(&sample).await?, None);
    let address = site.reached(&sample).await?;
    assert_eq!((address.ssh_user.as_str(), address.simulated), ("root", false));
    assert_eq!(address.ssh_port, 2_222);
    let [PublicPort { port: 8_888, public }] = address.ports.as_slice() else {
        return Err(format!("{address:?}").into());
    };
    assert_ne!(*public, 8_888);
    TcpStream::connect((address.host.as_str(), *public)).await?;
    let mut banner = [0; 8];
    TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
    assert_eq!(&banner, b"SSH-2.0-");
    // By its identifier, as once the launch is written.
    sample.attempt.machine_id = Some(machine.id);
    assert_eq!(site.reached(&sample).await?, address);
    // A template on another port is not what this machine runs.
    let other = site.sample().await?.serving(8_000);
    assert_eq!(site.answering(&other).await?, None);
    Ok(())
}

#[tokio::test]
async fn an_end_is_done_when_the_machine_is_no_longer_listed_and_stays_done() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    site.launch(&site.sample().await?).await?;
    let runpod = site.provider()?;
    assert_eq!(runpod.terminate(NAME).await?, ActProgress::UnderWay);
    assert_eq!(runpod.terminate(NAME).await?, ActProgress::Done);
    assert_eq!(runpod.terminate(NAME).await?, ActProgress::Done);
    assert_eq!((site.find().await?, site.machines().await?), (None, Vec::new()));
    let ends = site.acts().await?.into_iter().filter(|act| act == "terminate").count();
    assert_eq!(ends, 1, "one end was asked for");
    Ok(())
}

#[tokio::test]
async fn one_twin_that_cannot_be_ended_keeps_no_other_one_running() -> Outcome<()> {
    let site = Site::at("runpod").await?;
    site.control.fault(Fault::twice(1).on("launch").times(1)).await?;
    site.launch(&site.sample().await?).await?;
    site.control.fault(Fault::status(503).on("terminate").times(1)).await?;
    let failed = site.provider()?.terminate(NAME).await;
    assert_eq!(failed.err().map(|error| error.code), Some("unavailable"));
    assert_eq!(site.control.machines().await?.len(), 1);
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_twin_is_ended_by_its_identifier_and_is_as_good_as_ended_when_it_is_gone() -> Outcome<()>
{
    let site = Site::at("runpod").await?;
    let machine = site.launch(&site.sample().await?).await?;
    for _ in 0..2 {
        site.provider()?.terminate_twin(&machine.id).await?;
        assert_eq!(site.control.machines().await?.len(), 0);
    }
    Ok(())
}
