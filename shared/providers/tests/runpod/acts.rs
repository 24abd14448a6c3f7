//! What a launch asks for, and the ports outside.

use domain::pod::PublicPort;
use serde_json::{Value, json};
use testkit::Outcome;
use testkit::cloud_site::{KEY, Site};
use tokio::net::TcpStream;

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
    let sample = site.sample().await?.serving(8_888);
    site.launch(&sample).await?;
    let address = site.reached(&sample).await?;
    assert_eq!(address.ssh_port, 2_222);
    let [PublicPort { port: 8_888, public }] = address.ports.as_slice() else {
        return Err(format!("{address:?}").into());
    };
    assert_ne!(*public, 8_888);
    TcpStream::connect((address.host.as_str(), *public)).await?;
    Ok(())
}
