//! The local clouds themselves: what they keep, and what they refuse.

use domain::pod::sweep::MachineState;
use providers::Machine;
use serde_json::json;
use testkit::cloud_site::{Sample, Site, socket};
use testkit::{Fault, Outcome};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn machines_keys_and_faults_survive_a_restart_and_listen_again() -> Outcome<()> {
    let mut site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?).serving(8_888);
    let machine = site.launch(&sample).await?;
    let address = site.reached(&sample).await?;
    site.control.fault(Fault::status(503).on("offers").times(1)).await?;
    site.restart().await?;
    let kept = site.provider()?.offers(runtime::clock::now()).await;
    assert_eq!(kept.err().map(|error| error.code), Some("unavailable"));
    // It came up meanwhile.
    let running = Machine { state: MachineState::Running, ..machine };
    assert_eq!(site.machines().await?, vec![running]);
    assert_eq!(site.reached(&sample).await?, address);
    let mut banner = [0; 4];
    TcpStream::connect(socket(&address)?).await?.read_exact(&mut banner).await?;
    assert_eq!(&banner, b"SSH-");
    site.ended().await?;
    assert!(TcpStream::connect(socket(&address)?).await.is_err(), "its sockets are closed");
    Ok(())
}

#[tokio::test]
async fn an_end_that_was_asked_for_before_a_restart_comes() -> Outcome<()> {
    let mut site = Site::at("lambda").await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    site.launch(&sample).await?;
    site.provider()?.terminate(&sample.attempt.machine_name).await?;
    site.restart().await?;
    site.ended().await?;
    assert_eq!(site.control.machines().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn the_account_has_a_limit_that_can_be_set() -> Outcome<()> {
    let site = Site::at("lambda").await?;
    site.control.set(json!({"machines_max": 0})).await?;
    let sample = Sample::of(site.offer("gpu_1x_a10").await?);
    let refused = site.launch(&sample).await;
    assert!(matches!(refused, Err(providers::LaunchError::QuotaReached)), "{refused:?}");
    site.control.reset().await?;
    site.launch(&sample).await?;
    Ok(())
}
